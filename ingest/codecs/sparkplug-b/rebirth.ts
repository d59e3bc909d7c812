import { PbfWriter } from 'pbf'
import type { Micros } from '../../../core/time.ts'

const VARINT = 0
const BOOLEAN = 11

/** The payload of an NCMD that asks an edge node to be born again: `Node Control/Rebirth` = true (Sparkplug 3.0 §6.4.23). */
export function rebirthRequest(at: Micros): Uint8Array {
  const timestamp = Math.floor(at / 1000)
  const payload = new PbfWriter()
  payload.writeTag(1, VARINT)
  payload.writeVarint(timestamp)
  payload.writeMessage(2, writeMetric, timestamp)
  return payload.finish()
}

function writeMetric(timestamp: number, metric: PbfWriter): void {
  metric.writeTag(1, 2)
  metric.writeString('Node Control/Rebirth')
  metric.writeTag(3, VARINT)
  metric.writeVarint(timestamp)
  metric.writeTag(4, VARINT)
  metric.writeVarint(BOOLEAN)
  metric.writeTag(14, VARINT)
  metric.writeBoolean(true)
}
