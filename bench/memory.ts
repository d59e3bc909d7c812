import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Observation } from '../core/message.ts'
import { Twins } from '../digital-twin/twins.ts'
import { Registry } from '../store/registry.ts'
import { SeriesIndex } from '../store/series.ts'
import { openStore } from '../store/store.ts'

/** Heap bytes of one entity with its device, its twin of two quantities and its two series: `node bench/memory.ts`. Only the
 *  sum is told: V8 trims what it over-allocated for one part while the next is measured. */
const ENTITIES = 20_000
const QUANTITIES = ['water-flow', 'water-volume']

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

function heapBytes(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const folder = mkdtempSync(join(tmpdir(), 'plumbline-memory-'))
const nothing = () => {}
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
const { db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, log, nothing)
await db.exec(`
  insert into entity (id, type, area, lat, lon, created_at)
    select 'wm-' || i, 'water-meter', '24133', 12.68, 108.05, now() from generate_series(1, ${ENTITIES}) i;
  insert into device (id, entity_id, type, role, secret_hash, valid_from, recorded_at)
    select id, id, type, 'end-device', sha256(id::bytea), now(), now() from entity`)

const atFirst = heapBytes()
const registry = await Registry.load(db)
const twins = new Twins(registry)
const now = Date.now() * 1000
for (const { id } of registry.entities())
  twins.observe(QUANTITIES.map((quantity) => observation(id, quantity)))
const series = new SeriesIndex(db)
const keys = [...registry.entities()].flatMap(({ id }) =>
  QUANTITIES.map((quantity) => ({ device: id, entity: id, quantity, channel: '', unit: 'm3' })),
)
while (keys.length > 0) await series.resolve(keys.splice(-5000))
const withAll = heapBytes()
console.log(
  JSON.stringify({
    entities: ENTITIES,
    bytesPerEntity: Math.round((withAll - atFirst) / ENTITIES),
    // Named here so that they are still alive above.
    alive: [registry.device('wm-1')?.id, twins.revision, series.find(observation('wm-1', 'water-flow'))],
  }),
)
await db.close()
rmSync(folder, { recursive: true })

function observation(id: string, quantity: string): Observation {
  // A string of its own, as it comes from a payload.
  const name = Buffer.from(quantity).toString()
  return {
    path: '',
    device: id,
    entity: id,
    quantity: name,
    channel: '',
    time: now,
    value: Math.random(),
    label: null,
    quality: 'good',
    receivedAt: now,
  }
}
