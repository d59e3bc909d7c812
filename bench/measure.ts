import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { atExit } from './at-exit.ts'
import type { LoadResult, LoadSettings } from './load.ts'
import type { Options } from './options.ts'
import type { Scenario } from './scenarios.ts'
import type { Accounting, Subject } from './subject.ts'

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
}

/** One scenario against a fresh process of the subject. */
export async function measure(subject: Subject, scenario: Scenario, options: Options): Promise<Measurement> {
  const running = await subject.start(scenario.connections)
  try {
    const load = await generate({
      port: running.mqttPort,
      senders: running.senders,
      scenario,
      warmUpMs: options.warmUpMs,
      windowMs: options.windowMs,
      pid: running.pid,
      databasePid: running.databasePid,
    })
    const accounting = await running.account()
    return {
      name: subject.name,
      scenario: scenario.name,
      messagesPerSecond: Math.round((load.messages / load.elapsedMs) * 1000),
      cpuMicrosPerMessage: cpuPerMessage(load),
      generatorBusy: rounded(load.generatorBusy),
      p50Ms: rounded(load.p50Ms),
      p99Ms: rounded(load.p99Ms),
      acknowledged: load.acknowledged,
      stored: accounting?.rows ?? null,
      lost: accounting && Math.max(0, load.acknowledged - accounting.rows),
      faults: faultsOf(load, accounting),
    }
  } finally {
    await running.remove()
  }
}

function generate(settings: LoadSettings): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)))
  const kill = atExit(() => child.kill('SIGKILL'))
  return new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (answer: { result?: LoadResult; fault?: string }) =>
      answer.result ? resolve(answer.result) : reject(new Error(`the load generator: ${answer.fault}`)),
    )
    child.once('exit', (code) => reject(new Error(`the load generator ended with code ${code}`)))
    child.send(settings)
  }).finally(kill)
}

function cpuPerMessage({ cpu, messages }: LoadResult): Measurement['cpuMicrosPerMessage'] {
  if (!cpu || messages === 0) return null
  return {
    mainThread: rounded(cpu.mainThread / messages),
    all: rounded(cpu.all / messages),
    database: cpu.database === null ? null : rounded(cpu.database / messages),
  }
}

function faultsOf(load: LoadResult, accounting: Accounting | null): string[] {
  const faults: string[] = []
  if (load.messages === 0) faults.push('no message was acknowledged in the window')
  if (load.unacknowledged > 0) faults.push(`${load.unacknowledged} messages were never acknowledged`)
  if (!accounting) return faults
  const { received, stored, duplicate, rejected, rows } = accounting
  if (rows < load.acknowledged) faults.push(`${load.acknowledged} acknowledged, ${rows} in the database`)
  if (stored < load.acknowledged)
    faults.push(`${load.acknowledged} acknowledged, ${stored} counted as stored`)
  if (received !== stored + duplicate + rejected)
    faults.push(
      `received ${received} is not stored ${stored} + duplicate ${duplicate} + rejected ${rejected}`,
    )
  return faults
}

const rounded = (value: number): number => Math.round(value * 100) / 100
