import { readdirSync, readFileSync } from 'node:fs'

/** CPU used so far, in µs: the broker's thread, the whole process with its other threads, and the database server. */
export interface CpuMicros {
  readonly mainThread: number
  readonly all: number
  readonly database: number | null
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const MICROS_PER_TICK = 10_000

/** Null where there is no /proc. */
export function readCpu(pid: number, databasePid: number | null): CpuMicros | null {
  if (process.platform !== 'linux') return null
  return {
    mainThread: readStat(`/proc/${pid}/task/${pid}/stat`).ownMicros,
    all: readStat(`/proc/${pid}/stat`).ownMicros,
    database: databasePid === null ? null : serverMicros(databasePid),
  }
}

/** What was used in between; null when it is not known. */
export function cpuBetween(before: CpuMicros | null, after: CpuMicros | null): CpuMicros | null {
  if (!before || !after) return null
  return {
    mainThread: after.mainThread - before.mainThread,
    all: after.all - before.all,
    database: after.database === null || before.database === null ? null : after.database - before.database,
  }
}

/** The postmaster, its children, and what those that have ended had used. */
function serverMicros(postmaster: number): number {
  const own = readStat(`/proc/${postmaster}/stat`)
  let micros = own.ownMicros + own.endedChildrenMicros
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const { parent, ownMicros } = readStat(`/proc/${name}/stat`)
      if (parent === postmaster) micros += ownMicros
    } catch {
      // It ended between the listing and the look.
    }
  }
  return micros
}

function readStat(path: string) {
  const text = readFileSync(path, 'utf8')
  // The name in brackets may hold spaces; the third field, the state, comes after it (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return {
    parent: field(4),
    ownMicros: (field(14) + field(15)) * MICROS_PER_TICK,
    endedChildrenMicros: (field(16) + field(17)) * MICROS_PER_TICK,
  }
}
