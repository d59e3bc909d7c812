import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { localDate, localDayStart, type Micros, parseRfc3339 } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import { simHash } from '../../store/digests.ts'
import { readSecretKey } from '../../store/secret-key.ts'
import { openStore } from '../../store/store.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'
import { upload } from '../support/upload.ts'
import { COMMISSIONED, FACTS, type Fact, FILES } from '../support/worked-past.ts'

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
async function insertFact(db: Db, fact: Fact, key: Uint8Array): Promise<void> {
  const {
    id,
    role = 'end-device',
    access,
    area = '24133',
    isTest = false,
    retired,
    moved,
    sims = [],
    heard,
  } = fact
  const since = localDayStart(COMMISSIONED)
  const run = (text: string, values: readonly (string | number | boolean | null | Uint8Array)[]) =>
    db.query({ text, values })
  await run(`insert into entity (id, type, created_at) values ($1, 'water-meter', now())`, [id])
  await run(
    `insert into device (id, entity_id, type, role, access, is_test, secret_hash, valid_from, recorded_at, retired_at, retired_recorded_at)
     values ($1, $1, 'water-meter', $2, $3, $4, '', from_us($5), from_us($5), from_us($6), from_us($6))`,
    [id, role, access, isTest, since, retired === undefined ? null : localDayStart(retired)],
  )
  const place = 'insert into device_area values ($1, $2, from_us($3), from_us($3))'
  await run(place, [id, area, since])
  if (moved) await run(place, [id, moved[0], localDayStart(moved[1])])
  for (const sim of sims)
    await run(
      `insert into sim_span (sim_hash, device_id, valid_from, recorded_at) values (decode($1, 'hex'), $2, from_us($3), from_us($3))`,
      [simHash(key, sim)?.toString('hex') ?? '', id, since],
    )
  if (heard)
    await run('insert into activity_day values ($1, $2::date, from_us($3))', [
      id,
      localDate(us(heard[0])),
      us(heard[1] ?? heard[0]),
    ])
}

/** All that a figure follows from. */
async function rowsOf(db: Db): Promise<Record<string, unknown[]>> {
  const tables = {
    device: `id, type, role, access, is_test, owner_kind, valid_from, recorded_at, retired_at, retired_recorded_at`,
    device_fact: '*',
    device_area: '*',
    sim_span: `encode(sim_hash, 'hex'), device_id, valid_from, valid_to, recorded_at, superseded_at`,
    activity_day: '*',
    activity_year: '*',
    heard_day: '*, 1, 2',
    // Kinds have the numbers of the order in which they came.
    'device_standing join device_kind on device_kind.id = kind': `device_id, place_from, known_from, place_to, known_until, area, type,
      role, access, behind_gateway, is_test, is_infrastructure, owner_kind`,
  }
  const rows: Record<string, unknown[]> = {}
  for (const [table, columns] of Object.entries(tables))
    rows[table] = (await db.query({ text: `select ${columns} from ${table} order by 1, 2, 3` })).rows
  return rows
}

describe('the past, brought in by files', () => {
  it('makes of the worked case what its facts written by hand are, and the same again changes nothing', async () => {
    const platform = await startPlatformProcess()
    for (const [path, lines] of FILES) {
      const dry = await upload(platform, `${path}?dryRun=true`, lines)
      assert.equal(dry.status, 200, dry.text)
      const { status, text } = await upload(platform, path, lines)
      assert.equal(status, 201, `${path}: ${text}`)
    }
    for (const [path, lines] of FILES.slice(1)) {
      const { status, body } = await upload(platform, path, lines)
      assert.deepEqual(
        [status, body.new, body.revisions, body.unchanged],
        [200, 0, 0, lines.length - 1],
        path,
      )
    }
    const counted = async (asOf: string, area: string) => {
      const query = `area=${area}&period=2025&asOf=${asOf}`
      const { body } = await platform.api<{ connections: number }>(
        'GET',
        `/indicators/iot-per-capita?${query}`,
      )
      return body.connections
    }
    assert.deepEqual(
      [
        await counted('2026-01-15', '66'),
        await counted('2026-02-15', '66'),
        await counted('2026-01-15', '24133'),
      ],
      [6, 7, 4],
    )
    const { body: imports } = await platform.api<{ items: { kind: string; finishedAt: string | null }[] }>(
      'GET',
      '/imports',
    )
    assert.deepEqual(
      imports.items.map(({ kind, finishedAt }) => [kind, finishedAt !== null]),
      ['activity', 'sims', 'device-areas', 'devices'].map((kind) => [kind, true]),
    )
    await platform.kill('SIGTERM')
    const key = readSecretKey(undefined, platform.dataFolder)
    const brought = await openStore(
      { databaseUrl: undefined, dataDir: platform.dataFolder, plain: false },
      silent,
      () => {},
    )
    const found = await rowsOf(brought.db)
    await brought.db.close()
    const { db } = await embeddedStore()
    for (const fact of FACTS) await insertFact(db, fact, key)
    assert.deepEqual(found, await rowsOf(db))
  })
})
