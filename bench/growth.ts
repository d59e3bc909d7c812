import { rounded, shown, textTable } from './figures.ts'
import type { LoadResult } from './load.ts'
import { cpuPerMessage, faultsOf, messagesPerSecond } from './measure.ts'
import { timeEntities } from './reads.ts'
import { type Duration, generate } from './run-generator.ts'
import { GROWTH_FACTORS } from './scenarios.ts'
import { type RunningSubject, type Subject, withSubject } from './subject.ts'

export interface GrowthPoint {
  readonly name: string
  readonly factor: number
  readonly devices: number
  readonly rows: number
  /** All devices are connected, each with one message in flight. */
  readonly messagesPerSecond: number
  /** Messages a second over those of aedes alone; null for aedes itself, as is all that it does not have. */
  readonly ratio: number | null
  /** CPU of the broker's thread per message at full load; null where the system does not tell. */
  readonly cpuMicros: number | null
  /** At a steady rate, publish to PUBACK. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Heap per entity with its device and twin after the start, over that of a platform without any. */
  readonly kibPerEntity: number | null
  readonly startMs: number | null
  /** Last state of all entities in one answer. */
  readonly entitiesMs: number | null
  readonly faults: readonly string[]
}

export interface Growth {
  readonly pacedPerSecond: number
  readonly points: readonly GrowthPoint[]
}

const ROWS_PER_DEVICE = 100
/** Low enough for the greatest size on a small machine: above what it can take, a latency means nothing. */
const PACED_PER_SECOND = 2000
const KIB = 1024

/** How the cost grows with devices and rows; size by size, so that what is compared runs close together. */
export async function measureGrowth(
  subjects: readonly Subject[],
  baseDevices: number,
  duration: Duration,
): Promise<Growth> {
  const emptyHeap = new Map<string, number>()
  for (const subject of subjects)
    emptyHeap.set(subject.name, await withSubject(subject, contentOf(0), heapOf))
  const points: GrowthPoint[] = []
  for (const factor of GROWTH_FACTORS) {
    const atThisSize: GrowthPoint[] = []
    for (const subject of subjects) {
      console.error(`growth ${factor}x on ${subject.name} …`)
      const empty = emptyHeap.get(subject.name) ?? 0
      const found = await withSubject(subject, contentOf(factor * baseDevices), (running) =>
        measurePoint(running, empty, duration),
      )
      const bare = atThisSize[0]
      const ratio = bare ? rounded(found.messagesPerSecond / bare.messagesPerSecond) : null
      atThisSize.push({ name: subject.name, factor, ratio, ...found })
    }
    points.push(...atThisSize)
  }
  return { pacedPerSecond: PACED_PER_SECOND, points }
}

const contentOf = (devices: number) => ({ devices, rowsPerDevice: ROWS_PER_DEVICE, hasYear: false })

async function measurePoint(
  running: RunningSubject,
  emptyHeapBytes: number,
  duration: Duration,
): Promise<Omit<GrowthPoint, 'name' | 'factor' | 'ratio'>> {
  const { api, senders } = running
  // Before all else: what the load leaves behind is a fixed amount, and would be shared out among the entities.
  const heapBytes = api && (await heapOf(running))
  const entities = api && (await timeEntities(api, senders.length))
  const atRate = (perSecond: number | null): Promise<LoadResult> => {
    const scenario = { name: '', connections: senders.length, inFlight: perSecond === null ? 1 : 10 }
    return generate(running, { ...scenario, messagesPerSecond: perSecond }, duration)
  }
  const paced = await atRate(PACED_PER_SECOND)
  const full = await atRate(null)
  return {
    devices: senders.length,
    rows: running.rows,
    messagesPerSecond: messagesPerSecond(full),
    cpuMicros: cpuPerMessage(full)?.mainThread ?? null,
    p50Ms: rounded(paced.p50Ms),
    p99Ms: rounded(paced.p99Ms),
    kibPerEntity: heapBytes && rounded((heapBytes - emptyHeapBytes) / senders.length / KIB),
    startMs: api && Math.round(running.startMs),
    entitiesMs: entities && rounded(entities.p50Ms),
    faults: faultsOf([paced, full], await running.account()),
  }
}

const heapOf = async (running: RunningSubject): Promise<number> => (await running.memory()).heapBytes

export const growthTable = ({ points, pacedPerSecond }: Growth): string =>
  textTable(
    [
      'growth',
      'devices',
      'rows',
      'messages/s',
      'ratio',
      'CPU µs main',
      `p50 ms at ${pacedPerSecond}/s`,
      'p99 ms',
      'KiB per entity',
      'start ms',
      'last state of all ms',
    ],
    points.map((p) => [
      p.name,
      String(p.devices),
      String(p.rows),
      String(p.messagesPerSecond),
      p.ratio?.toFixed(2) ?? '–',
      ...[p.cpuMicros, p.p50Ms, p.p99Ms, p.kibPerEntity, p.startMs, p.entitiesMs].map(shown),
    ]),
    1,
  )
