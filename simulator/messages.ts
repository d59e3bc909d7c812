import { type Fault, faultAt, isOutage } from './faults.ts'
import { isDead } from './incidents.ts'
import { TYPES } from './models/index.ts'
import { arrays, isoTime, readingAt } from './readings.ts'
import { round } from './rounding.ts'
import { dueMs } from './turns.ts'
import type { Device, Values, World } from './world.ts'

export interface Message {
  readonly payload: string
  /** True for the second sending of the message before it. */
  readonly resent: boolean
}

/** What a device does at one of its turns. */
interface Plan {
  readonly online: boolean
  readonly messages: readonly Message[]
}

/** Readings that a device keeps through an outage: the newest. */
const STORED_READINGS_MAX = 300
const BURST_READINGS = 15

/** What a device does at its turn, faults included: pure, the same for the same world, device and turn. */
export function planAt(world: World, device: Device, turn: number): Plan {
  const atMs = dueMs(device, turn)
  const fault = faultAt(world, device, atMs)
  if (isOutage(fault) || isDead(world, device, atMs)) return { online: false, messages: [] }
  const before = faultAt(world, device, dueMs(device, turn - 1))
  const first = fault !== null && fault.fromMs !== before?.fromMs
  const stored = before?.kind === 'store-and-forward' ? storedReadings(world, device, turn, before) : []
  const extra = fault?.kind === 'burst' && first ? burst(world, device, turn) : []
  const live = JSON.stringify({ time: isoTime(atMs), values: valuesAt(world, device, atMs, fault, first) })
  const messages = [...stored, ...extra, live].map((payload) => ({ payload, resent: false }))
  if (fault?.kind === 'resend') messages.push({ payload: live, resent: true })
  return { online: true, messages }
}

function valuesAt(world: World, device: Device, atMs: number, fault: Fault | null, first: boolean): Values {
  const { model, drifts, spike } = TYPES[device.type]
  switch (fault?.kind) {
    case 'stuck':
      return model(world, device, Math.floor(fault.fromMs))
    case 'drift': {
      const values = model(world, device, atMs)
      const progress = (atMs - fault.fromMs) / (fault.toMs - fault.fromMs)
      return { ...values, [drifts]: round((values[drifts] ?? 0) * (1 + fault.strength * progress), 4) }
    }
    case 'spike':
      return first
        ? { ...model(world, device, atMs), [spike.quantity]: spike.value }
        : model(world, device, atMs)
    default:
      return model(world, device, atMs)
  }
}

function burst(world: World, device: Device, turn: number): string[] {
  const fromMs = dueMs(device, turn - 1)
  const stepMs = (dueMs(device, turn) - fromMs) / (BURST_READINGS + 1)
  return Array.from({ length: BURST_READINGS }, (_, i) =>
    JSON.stringify(readingAt(world, device, Math.round(fromMs + (i + 1) * stepMs))),
  )
}

function storedReadings(world: World, device: Device, turn: number, outage: Fault): string[] {
  const times: number[] = []
  for (let past = turn - 1; times.length < STORED_READINGS_MAX; past--) {
    const atMs = dueMs(device, past)
    if (atMs < outage.fromMs) break
    times.unshift(atMs)
  }
  return [...arrays(times.map((atMs) => readingAt(world, device, atMs)))]
}
