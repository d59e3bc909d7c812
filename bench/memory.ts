import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Observation } from '../core/message.ts'
import { Twins } from '../digital-twin/twins.ts'
import type { Db } from '../store/db.ts'
import { Registry } from '../store/registry.ts'
import { SeriesIndex } from '../store/series.ts'
import { openStore } from '../store/store.ts'
import type { HeapBytes } from './heap.ts'

/** Heap bytes of an entity with its twin of two quantities, of a device, and of a series: `node bench/memory.ts`. A process
 *  of its own, in which nothing else allocates. */
const QUANTITIES = ['water-flow', 'water-volume']
const SERIES_AT_ONCE = 5000
const LOOKS = 3

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

/** With what Buffers hold outside the heap. The least of some looks: V8 gives back late what it over-allocated. */
function heapBytes(): number {
  const looks = Array.from({ length: LOOKS }, () => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  })
  return Math.min(...looks)
}

/** What is held by what `build` gives. */
async function bytesOf<T>(build: () => Promise<T>): Promise<number> {
  const before = heapBytes()
  const held = [await build()]
  const after = heapBytes()
  // Read here, so that it was alive above.
  if (held.pop() === undefined) throw new Error('nothing was built')
  return after - before
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { entities: { type: 'string', default: '20000' } } })
  const entities = Number(values.entities)
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-memory-'))
  const nothing = () => {}
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  const { db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, log, nothing)
  try {
    console.log(JSON.stringify(await measure(db, entities)))
  } finally {
    await db.close()
    rmSync(folder, { recursive: true })
  }
}

async function measure(db: Db, entities: number): Promise<HeapBytes> {
  await db.exec(`
    insert into entity (id, type, area, lat, lon, created_at)
      select 'wm-' || i, 'water-meter', '24133', 12.68, 108.05, now() from generate_series(1, ${entities}) i`)
  // Once for nothing: code and caches that stay are made by the first.
  await bytesOf(() => twinsOf(db))
  const perTwinEntity = (await bytesOf(() => twinsOf(db))) / entities
  const registryBytes = await bytesOf(() => Registry.load(db))
  await db.exec(`
    insert into device (id, entity_id, type, role, secret_hash, valid_from, recorded_at)
      select id, id, type, 'end-device', sha256(id::bytea), now(), now() from entity`)
  const perDevice = ((await bytesOf(() => Registry.load(db))) - registryBytes) / entities
  await bytesOf(() => seriesOf(db))
  const perSeries = (await bytesOf(() => seriesOf(db))) / (entities * QUANTITIES.length)
  return {
    entities,
    perTwinEntity: Math.round(perTwinEntity),
    perDevice: Math.round(perDevice),
    perSeries: Math.round(perSeries),
    bytesPerEntity: Math.round(perTwinEntity + perDevice + perSeries * QUANTITIES.length),
  }
}

/** Every entity with its state. */
async function twinsOf(db: Db): Promise<Twins> {
  const registry = await Registry.load(db)
  const twins = new Twins(registry)
  const now = Date.now() * 1000
  for (const { id } of registry.entities())
    twins.observe(QUANTITIES.map((quantity) => observation(id, quantity, now)))
  return twins
}

async function seriesOf(db: Db): Promise<SeriesIndex> {
  const series = new SeriesIndex(db)
  const { rows } = await db.query<{ id: string }>({ text: 'select id from entity' })
  const keys = rows.flatMap(({ id }) =>
    QUANTITIES.map((quantity) => ({ device: id, entity: id, quantity, channel: '', unit: 'm3' })),
  )
  while (keys.length > 0) await series.resolve(keys.splice(-SERIES_AT_ONCE))
  return series
}

const observation = (id: string, quantity: string, now: number): Observation => ({
  path: '',
  device: id,
  entity: id,
  // A string of its own, as it comes from a payload.
  quantity: Buffer.from(quantity).toString(),
  channel: '',
  time: now,
  value: Math.random(),
  label: null,
  quality: 'good',
  receivedAt: now,
})

await main()
