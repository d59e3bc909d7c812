import { rounded } from './figures.ts'
import type { LoadResult } from './load.ts'
import { type Duration, generate } from './run-generator.ts'
import type { Scenario } from './scenarios.ts'
import { type Accounting, type Subject, withSubject } from './subject.ts'

export interface Measurement {
  readonly name: string
  readonly scenario: string
  readonly messagesPerSecond: number
  /** Null where the system does not tell. `database` is null as well without a server of our own. */
  readonly cpuMicrosPerMessage: {
    readonly mainThread: number
    readonly all: number
    readonly database: number | null
  } | null
  /** Share of the window in which the load generator was on a CPU: near 1, it was the limit, not the subject. */
  readonly generatorBusy: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** In the whole run, warm-up included; so are `stored` and `lost`. */
  readonly acknowledged: number
  readonly stored: number | null
  readonly lost: number | null
  /** Promises that this run broke. */
  readonly faults: readonly string[]
  /** Messages a second of each run, when this is the middle of several. */
  readonly rates?: readonly number[]
}

/** One scenario against a fresh process of the subject. */
export function measure(subject: Subject, scenario: Scenario, duration: Duration): Promise<Measurement> {
  const content = { devices: scenario.connections, rowsPerDevice: 0, hasYear: false }
  return withSubject(subject, content, async (running) => {
    const load = await generate(running, scenario, duration)
    const accounting = await running.account()
    return {
      name: subject.name,
      scenario: scenario.name,
      messagesPerSecond: messagesPerSecond(load),
      cpuMicrosPerMessage: cpuPerMessage(load),
      generatorBusy: rounded(load.generatorBusy),
      p50Ms: rounded(load.p50Ms),
      p99Ms: rounded(load.p99Ms),
      acknowledged: load.acknowledged,
      stored: accounting?.rows ?? null,
      lost: accounting && Math.max(0, load.acknowledged - accounting.rows),
      faults: faultsOf([load], accounting),
    }
  })
}

/** Of several runs of one thing that whose rate, and after it whose slowest hundredth, is in the middle; with what any of
 *  them lost or broke. */
export function middleOf(runs: readonly Measurement[]): Measurement {
  const sorted = runs.toSorted((a, b) => a.messagesPerSecond - b.messagesPerSecond || a.p99Ms - b.p99Ms)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new RangeError('no runs')
  const lost = runs.reduce((sum, run) => sum + (run.lost ?? 0), 0)
  return {
    ...middle,
    lost: middle.lost === null ? null : lost,
    faults: runs.flatMap(({ faults }) => faults),
    rates: runs.map((run) => run.messagesPerSecond),
  }
}

export const messagesPerSecond = ({ messages, elapsedMs }: LoadResult): number =>
  Math.round((messages / elapsedMs) * 1000)

export function cpuPerMessage({ cpu, messages }: LoadResult): Measurement['cpuMicrosPerMessage'] {
  if (!cpu || messages === 0) return null
  return {
    mainThread: rounded(cpu.mainThread / messages),
    all: rounded(cpu.all / messages),
    database: cpu.database === null ? null : rounded(cpu.database / messages),
  }
}

/** The promises that were broken under these loads of one process. */
export function faultsOf(loads: readonly LoadResult[], accounting: Accounting | null): string[] {
  const faults: string[] = []
  const acknowledged = loads.reduce((sum, load) => sum + load.acknowledged, 0)
  for (const load of loads) {
    if (load.messages === 0) faults.push('no message was acknowledged in the window')
    if (load.unacknowledged > 0) faults.push(`${load.unacknowledged} messages were never acknowledged`)
  }
  if (!accounting) return faults
  const { received, stored, duplicate, rejected, rows } = accounting
  if (rows < acknowledged) faults.push(`${acknowledged} acknowledged, ${rows} in the database`)
  if (stored < acknowledged) faults.push(`${acknowledged} acknowledged, ${stored} counted as stored`)
  if (received !== stored + duplicate + rejected)
    faults.push(
      `received ${received} is not stored ${stored} + duplicate ${duplicate} + rejected ${rejected}`,
    )
  return faults
}
