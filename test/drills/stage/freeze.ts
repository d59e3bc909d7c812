import { readdirSync, readFileSync } from 'node:fs'
import { atExit } from '../../../bench/at-exit.ts'
import { until } from '../../support/until.ts'
import { killQuietly } from './processes.ts'

/** Stops processes where they stand, and waits until no thread of them runs; what it gives lets them go on. */
export async function freeze(pids: readonly number[]): Promise<() => void> {
  for (const pid of pids) killQuietly(pid, 'SIGSTOP')
  const thaw = atExit(() => {
    for (const pid of pids) killQuietly(pid, 'SIGCONT')
  })
  await until('every thread to be stopped', () => pids.every(isStopped))
  return thaw
}

/** The processes whose parent it is. */
export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && fieldsOf(`/proc/${name}/stat`)[1] === String(parent))
    .map(Number)

function isStopped(pid: number): boolean {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.every((thread) => {
    const [state = 'gone'] = fieldsOf(`/proc/${pid}/task/${thread}/stat`)
    return ['T', 'Z', 'X', 'gone'].includes(state)
  })
}

/** State, parent, and what follows (proc(5)); empty for a process that has ended. */
function fieldsOf(path: string): string[] {
  try {
    const text = readFileSync(path, 'utf8')
    // The name in brackets may hold spaces; the third field, the state, comes after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
