import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readStores } from './options.ts'
import { columns } from './report.ts'
import type { Outcome, StoreKind } from './stage/drill.ts'
import { MEBIBYTE } from './stage/memory.ts'
import { play } from './stage/play.ts'
import { type Sample, type Trend, takeSample, trendOf } from './stage/samples.ts'
import { say } from './stage/say.ts'
import type { Scene } from './stage/scene.ts'
import { StreamReader } from './stage/stream-reader.ts'

interface Options {
  readonly store: StoreKind
  readonly minutes: number
  readonly perSecond: number
  readonly connections: number
}

const EXIT_USAGE = 64
const SAMPLE_MS = 10_000
const SAMPLES_PER_LINE = 6
const RECONNECT_MS = 1000
const REFUSED_EVERY = 1000
const OUTAGE_MS = 20_000
const OUTAGE_EVERY_MS = 180_000

/** The platform under a steady load for long: nothing may be lost, and memory must not grow. */
async function main(): Promise<void> {
  const options = optionsOrExit()
  const samples: Sample[] = []
  say(
    `soak on ${options.store}: ${options.minutes} minutes, ${options.perSecond} messages/s, ${options.connections} connections`,
  )
  const settings = {
    devices: options.connections,
    perSecond: options.perSecond,
    refusedEvery: REFUSED_EVERY,
  }
  const outcome = await play(options.store, settings, (scene) => soak(scene, options, samples))
  const resident = trendOf(samples, 'residentBytes')
  const heap = trendOf(samples, 'heapBytes')
  process.stderr.write(`\n${summary(outcome, samples, resident, heap)}\n\n`)
  for (const fault of outcome.faults) process.stderr.write(`BROKEN PROMISE ${fault}\n`)
  process.stdout.write(
    `${JSON.stringify({ soak: options, ...outcome, memory: { resident, heap }, samples }, null, 2)}\n`,
  )
  process.exit(outcome.lost === 0 && outcome.faults.length === 0 ? 0 : 1)
}

async function soak(scene: Scene, { minutes }: Options, samples: Sample[]): Promise<void> {
  const stream = new StreamReader(scene.platform.http)
  const radio = setInterval(() => dropOne(scene), RECONNECT_MS)
  const outages =
    scene.store === 'server' ? setInterval(() => void outage(scene), OUTAGE_EVERY_MS) : undefined
  const startedAtMs = performance.now()
  const endsAtMs = startedAtMs + minutes * 60_000
  scene.load.latency()
  try {
    while (performance.now() < endsAtMs) {
      await delay(Math.min(SAMPLE_MS, endsAtMs - performance.now()))
      const sample = await takeSample(scene, startedAtMs)
      samples.push(sample)
      if (samples.length % SAMPLES_PER_LINE === 0) say(`  ${line(scene, sample, stream.events)}`)
    }
    if (stream.events === 0) scene.fault('the stream gave no event')
    scene.note(`${stream.events} events on the stream, ${reconnects(scene)} reconnects`)
  } finally {
    clearInterval(radio)
    clearInterval(outages)
    stream.stop()
  }
}

function dropOne({ load }: Scene): void {
  load.devices[Math.floor(Math.random() * load.devices.length)]?.drop()
}

async function outage(scene: Scene): Promise<void> {
  say(`  the database is away for ${OUTAGE_MS / 1000} s`)
  await scene.server.proxy.refuse()
  await delay(OUTAGE_MS)
  // The soak may have ended in between, and mended the way itself.
  if (!scene.server.proxy.isAccepting) await scene.server.proxy.accept()
}

const reconnects = ({ load }: Scene): number =>
  load.devices.reduce((sum, { connects }) => sum + connects - 1, 0)

const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(0)} MiB`

function line({ load }: Scene, sample: Sample, events: number): string {
  const { messages, meanMs, maxMs } = load.latency()
  const database = sample.databaseBytes === null ? '' : `, database ${mebibytes(sample.databaseBytes)}`
  const spool = sample.spoolMessages === 0 ? '' : `, ${sample.spoolMessages} in the spool`
  return (
    `minute ${sample.minute.toFixed(1)}: ${Math.round(messages / 60)} messages/s, PUBACK after ${meanMs.toFixed(0)} ms on average, ` +
    `${maxMs.toFixed(0)} ms at most, RSS ${mebibytes(sample.residentBytes)}, heap ${mebibytes(sample.heapBytes)}${database}${spool}, ${events} events`
  )
}

function summary(outcome: Outcome, samples: readonly Sample[], resident: Trend, heap: Trend): string {
  const grown = (samples.at(-1)?.databaseBytes ?? 0) - (samples[0]?.databaseBytes ?? 0)
  const trend = ({ kibPerMinute, standardErrorKib, meanKib, isFlat }: Trend) =>
    `${kibPerMinute.toFixed(0)} ± ${standardErrorKib.toFixed(0)} KiB/min at ${(meanKib / 1024).toFixed(0)} MiB: ${isFlat ? 'is flat' : 'GROWS'}`
  return columns([
    ['acknowledged', String(outcome.acknowledged)],
    ['LOST', String(outcome.lost)],
    ['faults', String(outcome.faults.length)],
    ['memory (RSS)', trend(resident)],
    ['memory (heap)', trend(heap)],
    ['database', grown === 0 ? '-' : `${mebibytes(grown)} more`],
    ...outcome.notes.map((note) => ['', note]),
  ])
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(EXIT_USAGE)
  }
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '15' },
      store: { type: 'string', default: 'embedded' },
      rate: { type: 'string', default: '2000' },
      connections: { type: 'string', default: '200' },
    },
  })
  const [store = 'embedded'] = readStores(values.store)
  return {
    store,
    minutes: above0('--minutes', values.minutes),
    perSecond: above0('--rate', values.rate),
    connections: above0('--connections', values.connections),
  }
}

function above0(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 100_000)) throw new TypeError(`${name}: got ${text}; takes a number above 0`)
  return value
}

await main()
