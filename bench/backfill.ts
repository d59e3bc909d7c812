import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Message } from '../core/message.ts'
import { MessageTail } from '../ingest/message-tail.ts'
import { Pipeline } from '../ingest/pipeline.ts'
import { createSandbox } from '../ingest/sandbox/sandbox.ts'
import { Sources } from '../ingest/sources.ts'
import type { Db } from '../store/db.ts'
import { startJobs } from '../store/jobs.ts'
import { compressNextChunk, setPolicies } from '../store/maintenance.ts'
import { listMaterialisations } from '../store/materialisations.ts'
import { Wiring } from '../store/profiles.ts'
import { Registry } from '../store/registry.ts'
import { SeriesIndex } from '../store/series.ts'
import { openStore } from '../store/store.ts'

/** A year of one device, sent again while live devices go on: how long it takes, what live commits wait, and when the
 *  rollups are right again. On the embedded store: `node bench/backfill.ts [--days 365] [--interval 300] [--series 50]`. */
const { values: options } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    /** Seconds between two readings of the device. */
    interval: { type: 'string', default: '300' },
    /** Other devices, with a reading an hour over the same days. */
    series: { type: 'string', default: '50' },
  },
})
const DAYS = Number(options.days)
const INTERVAL_MS = Number(options.interval) * 1000
const OTHERS = Number(options.series)

const LATE_DAYS = 30
const READINGS_A_MESSAGE = 100
const MESSAGES_IN_FLIGHT = 20
const LIVE_EVERY_MS = 20
const ALONE_MS = 10_000
const DAY_MS = 86_400_000

const nothing = () => {}
const log = { debug: nothing, info: nothing, warn: console.error, error: console.error }

/** Live messages at a steady rate, until stopped; gives how long each waited for its commit, in ms. */
function live(pipeline: Pipeline): { stop(): Promise<number[]> } {
  const waits: number[] = []
  const pending = new Set<Promise<void>>()
  let count = 0
  const timer = setInterval(() => {
    const startedAt = performance.now()
    const device = `wm-${(count++ % OTHERS) + 1}`
    const sent = pipeline
      .ingest(message(device, [{ time: Date.now(), values: { 'water-flow': count % 10 } }]))
      .then(() => void waits.push(performance.now() - startedAt))
      .finally(() => pending.delete(sent))
    pending.add(sent)
  }, LIVE_EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      return waits
    },
  }
}

const message = (device: string, readings: readonly object[]): Message => ({
  device,
  topic: `devices/${device}/readings`,
  payload: Buffer.from(JSON.stringify(readings)),
  receivedAt: Date.now() * 1000,
  via: 'mqtt',
})

/** Sends the year in order of time; gives how many readings were stored. */
async function backfill(pipeline: Pipeline, end: number): Promise<number> {
  const times = Array.from({ length: Math.floor((DAYS * DAY_MS) / INTERVAL_MS) }, (_, i) => i)
  let stored = 0
  const sendSome = async () => {
    for (
      let some = times.splice(0, READINGS_A_MESSAGE);
      some.length > 0;
      some = times.splice(0, READINGS_A_MESSAGE)
    ) {
      const readings = some.map((i) => ({
        time: end - DAYS * DAY_MS + i * INTERVAL_MS,
        values: { 'water-flow': i % 100 },
      }))
      const outcome = await pipeline.ingest(message('wm-0', readings))
      stored += outcome.stored
    }
  }
  await Promise.all(Array.from({ length: MESSAGES_IN_FLIGHT }, sendSome))
  return stored
}

/** The other devices' past, rolled up and compressed as upkeep leaves it. */
async function seed(db: Db): Promise<number> {
  await db.exec(`
    insert into entity (id, type, area, lat, lon, created_at)
      select 'wm-' || i, 'water-meter', '24133', 12.68, 108.05, now() from generate_series(0, ${OTHERS}) i;
    insert into device (id, entity_id, type, role, secret_hash, valid_from, recorded_at)
      select id, id, type, 'end-device', sha256(id::bytea), now(), now() from entity;
    insert into series (device_id, entity_id, quantity, channel, unit)
      select id, id, 'water-flow', '', 'm3/h' from device where id <> 'wm-0'`)
  for (let day = DAYS; day > 0; day -= 30)
    await db.exec(`
      insert into observation (series_id, time, value, received_at)
        select id, t, 1.5, t from series, generate_series(now() - interval '${day} days', now() - interval '${Math.max(day - 30, 0)} days 30 minutes', interval '1 hour') t`)
  for (const { rollup } of await listMaterialisations(db))
    await db.exec(
      `call refresh_continuous_aggregate('${rollup.view}', null, now() - interval '${rollup.behindUs} microseconds')`,
    )
  let chunks = 0
  while ((await compressNextChunk(db, LATE_DAYS)) !== null) chunks += 1
  return chunks
}

async function untilRolledUp(db: Db): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    const { rows } = await db.query({ text: 'select from rollup_refresh limit 1' })
    if (rows.length === 0) return performance.now() - startedAt
    await delay(200)
  }
}

function percentiles(phase: string, waits: number[]): Record<string, string | number> {
  const sorted = waits.toSorted((a, b) => a - b)
  const at = (part: number) => Number((sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(1))
  return { phase, commits: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}

async function unequalDays(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*) as count from
             (select series_id, date_bin('1 day', time, timestamptz '2000-01-01 17:00Z') as time, count(*) as count, avg(value) as avg
              from observation group by 1, 2) raw
           full join observation_1d rolled using (series_id, time)
           where raw.count is distinct from rolled.count or abs(raw.avg - rolled.avg) > 1e-9`,
  })
  return rows[0]?.count ?? -1
}

const folder = mkdtempSync(join(tmpdir(), 'plumbline-backfill-'))
const store = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, log, console.error)
const { db } = store
await setPolicies(db, { retentionDays: 1100, lateDays: LATE_DAYS })
const seededAt = performance.now()
const chunks = await seed(db)
console.error(`seeded: ${chunks} compressed chunks, ${Math.round(performance.now() - seededAt)} ms`)
const uncounted = {
  message: nothing,
  received: nothing,
  stored: nothing,
  duplicate: nothing,
  rejected: nothing,
}
const registry = await Registry.load(db)
const wiring = await Wiring.load(db)
const pipeline = new Pipeline(
  {
    db,
    log,
    registry,
    wiring,
    sources: new Sources(registry, wiring, log),
    scripts: createSandbox(),
    tail: new MessageTail(),
    onPresence: nothing,
    onAnswer: nothing,
    series: new SeriesIndex(db),
    spool: null,
    metrics: { ...uncounted, ignored: nothing, commit: nothing },
    onStored: nothing,
    onAnswered: () => {},
    onFatal(error) {
      throw error
    },
  },
  {
    retentionDays: 1100,
    lateDays: LATE_DAYS,
    pendingBytesMax: 64 * 1024 * 1024,
    batch: { rowsMax: 5000, ageMsMax: 3 },
    spoolAfterMs: 2000,
  },
)
const jobs = await startJobs(
  store,
  { lateDays: LATE_DAYS, retentionDays: 1100, rejectionDays: 30, rejectionBytesMax: 1e9 },
  { ...log, info: (fields, text) => console.error(text, JSON.stringify(fields)) },
)

async function during<T>(work: () => Promise<T>): Promise<{ result: T; ms: number; waits: number[] }> {
  const traffic = live(pipeline)
  const startedAt = performance.now()
  const result = await work()
  const ms = performance.now() - startedAt
  return { result, ms, waits: await traffic.stop() }
}

const before = await during(() => delay(ALONE_MS))
const sending = await during(() => backfill(pipeline, Date.now()))
const refreshing = await during(() => untilRolledUp(db))
const after = await during(() => delay(ALONE_MS))
const table = [
  percentiles('before', before.waits),
  percentiles('while the year is sent', sending.waits),
  percentiles('while rollups are computed again', refreshing.waits),
  percentiles('after', after.waits),
]
console.table(table)
console.log(
  JSON.stringify({
    readings: sending.result,
    compressedChunks: chunks,
    sendingMs: Math.round(sending.ms),
    readingsPerSecond: Math.round((sending.result / sending.ms) * 1000),
    rollupsMs: Math.round(refreshing.ms),
    daysUnequalToRaw: await unequalDays(db),
    live: table,
  }),
)
await jobs.stop()
await pipeline.close()
await db.close()
rmSync(folder, { recursive: true })
