import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { atExit } from './at-exit.ts'
import type { LoadResult, LoadSettings } from './load.ts'
import type { Scenario } from './scenarios.ts'
import type { RunningSubject } from './subject.ts'

/** How long the load runs before it is measured, and for how long it is. */
export type Duration = Pick<LoadSettings, 'warmUpMs' | 'windowMs'>

/** Loads the subject from a process of its own; with `isStreamRead` a reader of the stream is on it as well. */
export function generate(
  running: Pick<RunningSubject, 'pid' | 'databasePid' | 'mqttPort' | 'api' | 'senders'>,
  scenario: Scenario,
  { warmUpMs, windowMs }: Duration,
  isStreamRead = false,
): Promise<LoadResult> {
  const settings: LoadSettings = {
    port: running.mqttPort,
    senders: running.senders.slice(0, scenario.connections),
    scenario,
    warmUpMs,
    windowMs,
    pid: running.pid,
    databasePid: running.databasePid,
    stream: isStreamRead ? running.api : null,
  }
  const child = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), {
    // As JSON a latency that was never measured, NaN, would become a null and then a 0.
    serialization: 'advanced',
  })
  const kill = atExit(() => child.kill('SIGKILL'))
  return new Promise<LoadResult>((resolve, reject) => {
    child.once('message', (answer: { result?: LoadResult; fault?: string }) =>
      answer.result ? resolve(answer.result) : reject(new Error(`the load generator: ${answer.fault}`)),
    )
    child.once('exit', (code) => reject(new Error(`the load generator ended with code ${code}`)))
    child.send(settings)
  }).finally(kill)
}
