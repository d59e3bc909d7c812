import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { canTrace } from '../../support/strace.ts'
import { until } from '../../support/until.ts'
import { Skipped } from './drill.ts'
import { startProgram, temporaryFolder } from './processes.ts'

/** What strace saw of a platform with one message in flight at a time. */
export interface Seen {
  readonly arrivals: number
  readonly acknowledgements: number
  /** Syncs that ended well, of the files asked about. */
  readonly syncs: number
  /** PUBACKs that left with no such sync between them and the arrival of their message. */
  readonly unsynced: number
}

/** Watches the system calls of a process and its threads while `work` goes on; gives the lines of strace. */
export async function traced(pid: number, work: () => Promise<unknown>): Promise<string[]> {
  if (!canTrace()) throw new Skipped('strace cannot trace here (Debian: apt-get install strace)')
  const folder = temporaryFolder('trace')
  const file = join(folder.path, 'trace')
  const calls = 'trace=fdatasync,fsync,read,write,writev'
  const strace = startProgram('strace', ['-f', '-y', '-s', '48', '-e', calls, '-o', file, '-p', String(pid)])
  try {
    await until('strace to be attached', () => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)
    await work()
    const gone = new Promise((resolve) => strace.once('exit', resolve))
    strace.kill('SIGINT')
    await gone
    return readFileSync(file, 'utf8').split('\n')
  } finally {
    strace.kill('SIGKILL')
    folder.remove()
  }
}

// PUBLISH of QoS 1 is 0x32 ("2"), marked as a duplicate 0x3a (":"); PUBACK is 0x40 ("@"), written in pieces.
const ARRIVAL = /(?:read\(\d+<[^>]*>, |read resumed>)"[2:].*devices\//
const PUBACK = /writev?\(\d+<[^>]*>, (?:\[\{iov_base=)?"@/
const SYNC = /f(?:data)?sync\(\d+<([^>]*)>/
const SYNC_RESUMED = /<\.\.\. f(?:data)?sync resumed>\)\s*= 0/

/** Reads the lines of strace; `isWatched` picks the files whose sync counts. */
export function readTrace(lines: readonly string[], isWatched: (path: string) => boolean): Seen {
  const seen = { arrivals: 0, acknowledgements: 0, syncs: 0, unsynced: 0 }
  // A call that another thread's call came in between of is split over two lines; its end is what counts.
  const underWay = new Map<string, string>()
  let isSynced = false
  for (const line of lines) {
    const [thread = ''] = line.split(' ', 1)
    const path = SYNC.exec(line)?.[1]
    if (path !== undefined && line.includes('<unfinished')) underWay.set(thread, path)
    const ended = SYNC_RESUMED.test(line) ? underWay.get(thread) : /\)\s*= 0/.test(line) ? path : undefined
    if (ended !== undefined && isWatched(ended)) {
      seen.syncs += 1
      isSynced = true
    } else if (ARRIVAL.test(line)) {
      seen.arrivals += 1
      isSynced = false
    } else if (PUBACK.test(line)) {
      seen.acknowledgements += 1
      if (!isSynced) seen.unsynced += 1
    }
  }
  return seen
}
