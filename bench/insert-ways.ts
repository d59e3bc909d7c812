import pg from 'pg'
import { CopyWriter } from '../store/binary.ts'
import { copyIn } from '../store/drivers/copy-in.ts'
import { openServer } from '../store/drivers/server.ts'
import { migrate, readMigrations } from '../store/migrate.ts'
import { type DatabaseServer, openDatabaseServer } from './database-server.ts'
import { cpuBetween, readCpu } from './process-cpu.ts'

// Which way into `observation` costs least, on the client and on the server: docs/adr/0006 has the table.

const ROWS_PER_SIZE = 100_000
const SIZES = [1, 20, 100, 500, 2000, 5000]
const SERIES = 1000
const WARM_UP_BATCHES = 20
const BATCHES_MAX = 4000
const ROW_BYTES = 80
const FIRST_TIME_US = 1_790_000_000_000_000
/** Microseconds between 1970 and 2000, where PostgreSQL's timestamps begin. */
const POSTGRES_EPOCH_US = 946_684_800_000_000

interface Batch {
  readonly series: number[]
  readonly times: number[]
  readonly values: number[]
  readonly receivedAt: number
}

interface Way {
  readonly name: string
  prepare?(client: pg.Client): Promise<void>
  insert(client: pg.Client, batch: Batch): Promise<void>
}

const literal = (items: readonly (number | string)[]) => `{${items.join(',')}}`

const ways: Way[] = [
  {
    name: 'unnest, arrays as text',
    async insert(client, { series, times, values, receivedAt }) {
      await client.query('begin')
      await client.query({
        name: 'text',
        text: `insert into observation (series_id, time, value, label, quality, received_at)
          select s, from_us(t), v, l, q::quality, from_us(r)
          from unnest($1::bigint[], $2::bigint[], $3::float8[], $4::text[], $5::text[], $6::bigint[]) as i (s, t, v, l, q, r)
          on conflict (series_id, time) do nothing`,
        values: [
          literal(series),
          literal(times),
          literal(values),
          literal(series.map(() => 'NULL')),
          literal(series.map(() => '"good"')),
          literal(series.map(() => receivedAt)),
        ],
      })
      await client.query('commit')
    },
  },
  {
    name: 'unnest, arrays as binary',
    async insert(client, { series, times, values, receivedAt }) {
      await client.query('begin')
      await client.query({
        name: 'binary',
        text: `insert into observation (series_id, time, value, label, quality, received_at)
          select s, t, v, null, 'good', r
          from unnest($1::bigint[], $2::timestamptz[], $3::float8[], $4::timestamptz[]) as i (s, t, v, r)
          on conflict (series_id, time) do nothing`,
        values: [
          int8Array(series, 20, 0),
          int8Array(times, 1184, POSTGRES_EPOCH_US),
          float8Array(values),
          int8Array(
            series.map(() => receivedAt),
            1184,
            POSTGRES_EPOCH_US,
          ),
        ],
      })
      await client.query('commit')
    },
  },
  {
    name: 'COPY into a temporary table, INSERT … SELECT',
    prepare: async (client) => {
      await client.query(
        'create temporary table staging (series_id bigint, time timestamptz, value float8, label text, quality quality, received_at timestamptz) on commit delete rows',
      )
    },
    async insert(client, batch) {
      await client.query('begin')
      await copy(client, 'staging', batch)
      await client.query({
        name: 'move',
        text: 'insert into observation (series_id, time, value, label, quality, received_at) select * from staging on conflict (series_id, time) do nothing',
      })
      await client.query('commit')
    },
  },
  {
    name: 'COPY into observation',
    async insert(client, batch) {
      await client.query('begin')
      await copy(client, 'observation', batch)
      await client.query('commit')
    },
  },
]

function int8Array(items: readonly number[], oid: number, minus: number): Buffer {
  const bytes = Buffer.allocUnsafe(20 + items.length * 12)
  arrayHead(bytes, oid, items.length)
  let at = 20
  for (const item of items) {
    const value = item - minus
    const high = Math.floor(value / 2 ** 32)
    at = bytes.writeInt32BE(8, at)
    at = bytes.writeInt32BE(high, at)
    at = bytes.writeUInt32BE(value - high * 2 ** 32, at)
  }
  return bytes
}

function float8Array(items: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(20 + items.length * 12)
  arrayHead(bytes, 701, items.length)
  let at = 20
  for (const item of items) {
    at = bytes.writeInt32BE(8, at)
    at = bytes.writeDoubleBE(item, at)
  }
  return bytes
}

function arrayHead(bytes: Buffer, oid: number, length: number): void {
  let at = bytes.writeInt32BE(1, 0)
  at = bytes.writeInt32BE(0, at)
  at = bytes.writeInt32BE(oid, at)
  at = bytes.writeInt32BE(length, at)
  bytes.writeInt32BE(1, at)
}

async function copy(client: pg.Client, table: string, { series, times, values, receivedAt }: Batch) {
  const writer = new CopyWriter(series.length * ROW_BYTES)
  for (const [i, id] of series.entries()) {
    writer.row(6, ROW_BYTES)
    writer.int8(id)
    writer.timestamp(times[i] ?? 0)
    writer.float8(values[i] ?? 0)
    writer.null()
    writer.text('good')
    writer.timestamp(receivedAt)
  }
  const columns = '(series_id, time, value, label, quality, received_at)'
  await copyIn(client, `copy ${table} ${columns} from stdin binary`, writer.end())
}

/** Batches of new readings, one after another. */
function* batchesOf(size: number): Generator<Batch, never> {
  for (let next = 0; ; ) {
    const batch: Batch = { series: [], times: [], values: [], receivedAt: FIRST_TIME_US + next }
    for (let i = 0; i < size; i++, next++) {
      batch.series.push(1 + (next % SERIES))
      batch.times.push(FIRST_TIME_US + Math.floor(next / SERIES) * 1_000_000)
      batch.values.push(next / 7)
    }
    yield batch
  }
}

async function measure(way: Way, size: number, server: DatabaseServer) {
  const database = await server.createDatabase()
  const db = await openServer(database.url, () => {})
  await migrate(db, await readMigrations(server.plain ? 'plain' : 'timescale'))
  await db.close()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await way.prepare?.(client)
  const batches = batchesOf(size)
  for (let i = 0; i < WARM_UP_BATCHES; i++) await way.insert(client, batches.next().value)
  const rows = Math.min(ROWS_PER_SIZE, size * BATCHES_MAX)
  const before = readCpu(process.pid, server.pid)
  const startedAt = performance.now()
  let done = 0
  for (; done < rows; done += size) await way.insert(client, batches.next().value)
  const ms = performance.now() - startedAt
  const cpu = cpuBetween(before, readCpu(process.pid, server.pid))
  await client.end()
  await database.drop()
  const perRow = (micros: number | null | undefined) => (micros == null ? null : rounded(micros / done))
  return {
    rowsPerBatch: size,
    way: way.name,
    rowsPerSecond: Math.round((done / ms) * 1000),
    msPerBatch: rounded((ms / done) * size),
    clientMicrosPerRow: perRow(cpu?.mainThread),
    databaseMicrosPerRow: perRow(cpu?.database),
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

async function main() {
  const server = await openDatabaseServer(process.env.DATABASE_URL || undefined)
  if ('skipped' in server) throw new Error(server.skipped)
  const results = []
  try {
    for (const size of SIZES)
      for (const way of ways) {
        const result = await measure(way, size, server)
        results.push(result)
        console.error(JSON.stringify(result))
      }
  } finally {
    await server.stop()
  }
  console.log(JSON.stringify({ server: server.description, results }, null, 2))
}

await main()
