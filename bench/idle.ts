import { setTimeout as delay } from 'node:timers/promises'
import { connectAll } from './device-connection.ts'
import { type Judged, judged, rounded, shownJudged, textTable } from './figures.ts'
import { IDLE_WARM_UP_SHARE } from './scenarios.ts'
import { type Memory, type RunningSubject, type Subject, withSubject } from './subject.ts'

export interface IdleFigures {
  readonly name: string
  readonly connections: number
  readonly residentKiB: number
  /** Of the collected heap alone. */
  readonly heapKiB: number
  /** Resident memory over that of aedes alone; null for aedes itself. */
  readonly ratio: Judged | null
}

const RATIO_MAX = 1.3
const LOOK_MS = 500
/** Settled: so many looks in a row without a fall of half a percent. */
const CALM_LOOKS = 5
const LOOKS_MAX = 40
const FALLING_SHARE = 0.995
const KIB = 1024

/** Memory per connected device that says nothing, by subject; the first is the yardstick. */
export async function measureIdle(subjects: readonly Subject[], connections: number): Promise<IdleFigures[]> {
  const figures: IdleFigures[] = []
  for (const subject of subjects) {
    console.error(`${connections} idle connections on ${subject.name} …`)
    const warmUp = Math.ceil(connections * IDLE_WARM_UP_SHARE)
    const content = { devices: warmUp + connections, rowsPerDevice: 0, hasYear: false }
    const { residentKiB, heapKiB } = await withSubject(subject, content, (running) =>
      perConnection(running, warmUp),
    )
    const yardstick = figures[0]
    figures.push({
      name: subject.name,
      connections,
      residentKiB: rounded(residentKiB),
      heapKiB: rounded(heapKiB),
      ratio: yardstick ? judged(residentKiB / yardstick.residentKiB, RATIO_MAX) : null,
    })
  }
  return figures
}

async function perConnection(running: RunningSubject, warmUp: number) {
  const { promise: broken, reject } = Promise.withResolvers<never>()
  const connect = (senders: RunningSubject['senders']) =>
    connectAll(running.mqttPort, senders, 1, () => ({
      nextDueMs: () => undefined,
      onAcknowledged: () => {},
      onBroken: reject,
    }))
  const measured = async () => {
    const first = await connect(running.senders.slice(0, warmUp))
    const before = await settledMemory(running)
    const rest = await connect(running.senders.slice(warmUp))
    const after = await settledMemory(running)
    for (const connection of [...first, ...rest]) connection.close()
    const kib = (key: 'residentBytes' | 'heapBytes') => (after[key] - before[key]) / rest.length / KIB
    return { residentKiB: kib('residentBytes'), heapKiB: kib('heapBytes') }
  }
  return Promise.race([measured(), broken])
}

/** The least of several looks, each after a collection, until it falls no more: pages are given back to the system only in
 *  time. */
async function settledMemory(running: RunningSubject): Promise<Memory> {
  let least: Memory = { residentBytes: Number.POSITIVE_INFINITY, heapBytes: Number.POSITIVE_INFINITY }
  for (let look = 0, calm = 0; look < LOOKS_MAX && calm < CALM_LOOKS; look++) {
    await delay(LOOK_MS)
    const memory = await running.memory()
    calm = memory.residentBytes > least.residentBytes * FALLING_SHARE ? calm + 1 : 0
    least = {
      residentBytes: Math.min(least.residentBytes, memory.residentBytes),
      heapBytes: Math.min(least.heapBytes, memory.heapBytes),
    }
  }
  return least
}

export const idleTable = (figures: readonly IdleFigures[]): string =>
  textTable(
    ['idle connections', 'connections', 'KiB resident', 'KiB heap', 'ratio to bare'],
    figures.map((f) => [
      f.name,
      String(f.connections),
      f.residentKiB.toFixed(1),
      f.heapKiB.toFixed(1),
      f.ratio ? shownJudged(f.ratio) : '–',
    ]),
    1,
  )
