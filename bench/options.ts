import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { GROWTH_FACTORS, IDLE_WARM_UP_SHARE } from './scenarios.ts'

const PARTS = ['wire', 'stream', 'idle', 'reads', 'memory', 'growth'] as const
type Part = (typeof PARTS)[number]

export interface Options extends Sizes {
  readonly parts: ReadonlySet<Part>
  readonly windowMs: number
  /** Runs of each scenario of the wire, of which the middle one is told. */
  readonly repeat: number
  /** Where the platform's CPU profiles go; null: none are taken. */
  readonly profileDir: string | null
  /** Where the plot of the growth goes. */
  readonly plot: string
  readonly notes: readonly string[]
}

interface Sizes {
  readonly warmUpMs: number
  /** Connections of the scenario with one message in flight each. */
  readonly connections: number
  readonly streamEntities: readonly number[]
  readonly idleConnections: number
  /** Entities whose state is read at once, with so many rows each. */
  readonly readEntities: number
  readonly rowsPerEntity: number
  readonly memoryEntities: number
  /** Devices at the least size; the others are multiples. */
  readonly growthDevices: number
}

const QUICK: Sizes = {
  warmUpMs: 500,
  connections: 100,
  streamEntities: [100],
  idleConnections: 500,
  readEntities: 1000,
  rowsPerEntity: 20,
  memoryEntities: 5000,
  growthDevices: 25,
}
const FULL: Sizes = {
  warmUpMs: 2000,
  connections: 1000,
  streamEntities: [500, 5000],
  idleConnections: 5000,
  readEntities: 10_000,
  rowsPerEntity: 100,
  memoryEntities: 20_000,
  growthDevices: 625,
}
const SECONDS = { quick: 1, full: 5 }
/** Files that a process opens besides its connections. */
const OTHER_FILES = 200

/** `--only <parts>`, `--growth`, `--plot <file>`, `--seconds N`, `--repeat N`, `--connections N`, `--quick`, `--profile <folder>`. Throws
 *  a TypeError for anything else. */
export function readOptions(argv: string[]): Options {
  const { values } = parseArgs({
    args: argv,
    options: {
      only: { type: 'string' },
      growth: { type: 'boolean', default: false },
      plot: { type: 'string' },
      seconds: { type: 'string' },
      repeat: { type: 'string' },
      connections: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  const { sizes, notes } = withinOpenFiles(
    values.quick ? QUICK : FULL,
    number('--connections', values.connections, values.quick ? QUICK.connections : FULL.connections),
  )
  return {
    ...sizes,
    parts: parts(values.only, values.growth),
    windowMs: number('--seconds', values.seconds, values.quick ? SECONDS.quick : SECONDS.full) * 1000,
    repeat: Math.ceil(number('--repeat', values.repeat, 1)),
    profileDir: values.profile ?? null,
    // A quick look must not overwrite a plot that means something.
    plot: values.plot ?? (values.quick ? join(tmpdir(), 'plumbline-growth.svg') : 'docs/growth.svg'),
    notes,
  }
}

/** All but the growth, which takes minutes, unless they are named. */
function parts(only: string | undefined, growth: boolean): ReadonlySet<Part> {
  const named = only?.split(',') ?? PARTS.filter((part) => part !== 'growth')
  const unknown = named.find((name) => !(PARTS as readonly string[]).includes(name))
  if (unknown !== undefined) throw new TypeError(`--only: got ${unknown}; takes some of ${PARTS.join(',')}`)
  return new Set([...(named as Part[]), ...(growth ? (['growth'] as const) : [])])
}

/** Every connection is an open file, in the generator and in the subject. */
function withinOpenFiles(wanted: Sizes, connections: number): { sizes: Sizes; notes: string[] } {
  const connectionsMax = openFilesMax() - OTHER_FILES
  const notes: string[] = []
  const limited = (count: number, share = 1) => {
    const least = Math.min(Math.floor(count), Math.floor(connectionsMax / share))
    if (least < count)
      notes.push(`${least} connections in place of ${count}: the limit of open files (ulimit -n) is too low`)
    return least
  }
  const sizes = {
    ...wanted,
    connections: limited(connections),
    streamEntities: wanted.streamEntities.map((entities) => limited(entities)),
    idleConnections: limited(wanted.idleConnections, 1 + IDLE_WARM_UP_SHARE),
    growthDevices: limited(wanted.growthDevices, Math.max(...GROWTH_FACTORS)),
  }
  return { sizes, notes }
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
