import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

export interface Options {
  readonly warmUpMs: number
  readonly windowMs: number
  /** Connections of the scenario with one message in flight each. */
  readonly connections: number
  /** Where the platform's CPU profiles go; null: none are taken. */
  readonly profileDir: string | null
  readonly notes: readonly string[]
}

const QUICK = { seconds: 1, warmUpMs: 500, connections: 100 }
const FULL = { seconds: 5, warmUpMs: 2000, connections: 1000 }
/** Files that a process opens besides its connections. */
const OTHER_FILES = 200

/** `--seconds N`, `--connections N`, `--quick`, `--profile <folder>`. Throws a TypeError for anything else. */
export function readOptions(argv: string[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      seconds: { type: 'string' },
      connections: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  const defaults = values.quick ? QUICK : FULL
  const wanted = number('--connections', values.connections, defaults.connections)
  const connections = Math.min(Math.floor(wanted), openFilesMax() - OTHER_FILES)
  return {
    warmUpMs: defaults.warmUpMs,
    windowMs: number('--seconds', values.seconds, defaults.seconds) * 1000,
    connections,
    profileDir: values.profile ?? null,
    notes:
      connections < wanted
        ? [`${connections} connections in place of ${wanted}: the limit of open files (ulimit -n) is too low`]
        : [],
  }
}

function number(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text)
  if (!(value > 0 && value <= 100_000)) throw new TypeError(`${name}: got ${text}; takes a number above 0`)
  return value
}

/** The soft limit; where it cannot be read there is none that we know of. */
function openFilesMax(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return limit === undefined ? Infinity : Number(limit)
  } catch {
    return Infinity
  }
}
