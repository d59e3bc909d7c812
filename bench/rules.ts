import { parseArgs } from 'node:util'
import { type Child, startScript } from './child-process.ts'
import { rounded, textTable } from './figures.ts'
import { fill } from './fill.ts'
import type { LoadResult } from './load.ts'
import { environment, freshPlace, type Place } from './place.ts'
import { histogramBetween, readMetrics } from './platform-metrics.ts'
import { measureFlood } from './rules-flood.ts'
import { makeRelations, makeRules, removeRules } from './rules-made.ts'
import { generate } from './run-generator.ts'
import type { Api, RunningSubject, Sender } from './subject.ts'

/** What alarm rules cost: `node bench/rules.ts [--rules 10000] [--entities 10000] [--rate 5000] [--connections 1000] [--seconds 10]`, on the
 *  embedded store. Load without rules, with them, and without again, in one process, so that their ratio means something. */
const { values: options } = parseArgs({
  options: {
    rules: { type: 'string', default: '10000' },
    entities: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '5000' },
    connections: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '10' },
    repeat: { type: 'string', default: '2' },
    profile: { type: 'string' },
  },
})
const RULES = Number(options.rules)
const ENTITIES = Number(options.entities)
const CONNECTIONS = Math.min(ENTITIES, Number(options.connections))
const DURATION = { warmUpMs: 2000, windowMs: Number(options.seconds) * 1000 }
const MAIN = new URL('../main.ts', import.meta.url)

interface Stretch {
  readonly name: string
  readonly readingsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mainMicros: number | null
  readonly processMicros: number | null
  readonly lagP50Ms: number
  readonly lagP95Ms: number
  readonly lagAtMostMs: number
  readonly looked: number
  readonly skipped: number
  readonly loopDelayMaxMs: number
}

async function main(): Promise<void> {
  const place = await freshPlace(null)
  try {
    const { senders } = await fill(place, { devices: ENTITIES, rowsPerDevice: 1, hasYear: false })
    const stretches: Stretch[] = []
    let child = await start(place)
    const api = () => ({ url: child.ready.http ?? '', token: place.adminToken })
    await makeRelations(api(), ENTITIES)
    const load = async (name: string) => {
      console.error(`${name} …`)
      stretches.push(await measureStretch(name, child, api(), senders))
    }
    const startWithoutMs = child.startMs
    const heapWithout = (await child.memory()).heapBytes
    await load('without rules')
    const madeMs = await makeRules(api(), RULES, ENTITIES)
    await load('with rules')
    await child.end('SIGTERM')
    child = await start(place)
    const startWithMs = child.startMs
    const heapWith = (await child.memory()).heapBytes
    for (let round = 1; round < Number(options.repeat); round++) {
      await load('with rules')
      const removedMs = await removeRules(api(), RULES)
      console.error(`removed in ${Math.round(removedMs)} ms`)
      await load('without rules')
      await makeRules(api(), RULES, ENTITIES)
    }
    const flood = await measureFlood(api(), ENTITIES)
    await child.end('SIGTERM')
    const figures = {
      rules: RULES,
      entities: ENTITIES,
      madeMs: Math.round(madeMs),
      startWithoutMs: Math.round(startWithoutMs),
      startWithMs: Math.round(startWithMs),
      heapBytesPerRule: Math.round((heapWith - heapWithout) / RULES),
    }
    console.error(`\n${table(stretches)}\n`)
    console.log(JSON.stringify({ ...figures, stretches, flood }, null, 2))
  } finally {
    await place.remove()
  }
}

const start = (place: Place): Promise<Child> =>
  startScript(
    MAIN,
    environment(place),
    options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [],
  )

async function measureStretch(
  name: string,
  child: Child,
  api: Api,
  senders: readonly Sender[],
): Promise<Stretch> {
  const scenario = {
    name,
    connections: CONNECTIONS,
    inFlight: 10,
    messagesPerSecond: Number(options.rate),
  }
  const before = await readMetrics(api.url)
  const load = await generate(subjectOf(child, api, senders), scenario, DURATION)
  const after = await readMetrics(api.url)
  const lag = histogramBetween(before, after, 'plumbline_alarm_rules_lag_seconds')
  const counted = (metric: string) => (after.get(metric) ?? 0) - (before.get(metric) ?? 0)
  return {
    name,
    ...costOf(load),
    lagP50Ms: lag.atMost(0.5) * 1000,
    lagP95Ms: lag.atMost(0.95) * 1000,
    lagAtMostMs: lag.atMost(1) * 1000,
    looked: counted('plumbline_alarm_rules_readings_total'),
    skipped: counted('plumbline_alarm_rules_skipped_total'),
    loopDelayMaxMs: rounded((after.get('plumbline_nodejs_eventloop_lag_max_seconds') ?? 0) * 1000),
  }
}

function costOf({ messages, elapsedMs, p50Ms, p99Ms, cpu }: LoadResult) {
  const each = (micros: number | undefined) => (micros === undefined ? null : rounded(micros / messages))
  return {
    readingsPerSecond: Math.round((messages / elapsedMs) * 1000),
    p50Ms: rounded(p50Ms),
    p99Ms: rounded(p99Ms),
    mainMicros: each(cpu?.mainThread),
    processMicros: each(cpu?.all),
  }
}

const subjectOf = (child: Child, api: Api, senders: readonly Sender[]): RunningSubject => ({
  ...{ pid: child.pid, databasePid: null, mqttPort: child.ready.mqttPort, api, senders, rows: 0 },
  startMs: child.startMs,
  memory: child.memory,
  account: async () => null,
  remove: async () => {},
})

const table = (stretches: readonly Stretch[]): string =>
  textTable(
    [
      ...['load', 'readings/s', 'p50 ms', 'p99 ms', 'CPU µs main', 'process'],
      ...['lag p50 ≤ ms', 'p95 ≤', 'all ≤', 'looked at', 'left out', 'loop delay max ms'],
    ],
    stretches.map(({ name, ...figures }) => [
      name,
      ...Object.values(figures).map((one) => String(one ?? '–')),
    ]),
    1,
  )

await main()
