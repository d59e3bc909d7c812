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

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const MIDNIGHT = 'T00:00:00+07:00'
const COMMISSIONED = '2025-01-01'
const HEARD = '2025-12-20T08:00:00+07:00'

interface Fact {
  readonly id: string
  readonly access: string
  readonly role?: 'gateway'
  readonly area?: string | null
  readonly isTest?: true
  readonly retired?: string
  readonly moved?: readonly [area: string, from: string]
  readonly sims?: readonly string[]
  readonly heard?: readonly [event: string, receivedAt?: string]
}

const iccid = (n: number): string => `89840480000123456${String(n).padStart(2, '0')}`

/** The devices of the worked case, as its table states them. */
const FACTS: readonly Fact[] = [
  { id: 'D1', access: 'lpwan', heard: [HEARD] },
  { id: 'D2', access: 'cellular', sims: [iccid(2)], heard: [`2025-10-03${MIDNIGHT}`] },
  { id: 'D3', access: 'cellular', sims: [iccid(3)], heard: ['2025-10-02T23:59:59+07:00'] },
  { id: 'D4', access: 'cellular', sims: [iccid(4), iccid(14)], heard: [HEARD] },
  {
    ...{ id: 'D5', access: 'cellular', area: '24328', sims: [iccid(5)] },
    heard: ['2025-12-30T08:00:00+07:00', '2026-01-20T08:00:00+07:00'],
  },
  { id: 'D6', access: 'cellular', moved: ['24328', '2025-12-15'], sims: [iccid(6)], heard: [HEARD] },
  { id: 'D7', access: 'cellular', isTest: true, sims: [iccid(7)], heard: [HEARD] },
  {
    id: 'D8',
    access: 'cellular',
    retired: '2025-12-20',
    sims: [iccid(8)],
    heard: ['2025-12-01T08:00:00+07:00'],
  },
  { id: 'D9', access: 'cellular', sims: [iccid(9)] },
  { id: 'D10', access: 'short-range', heard: [HEARD] },
  { id: 'D11', access: 'cellular', area: null, sims: [iccid(11)], heard: [HEARD] },
  { id: 'G1', access: 'cellular', role: 'gateway', sims: [iccid(21)], heard: [HEARD] },
  { id: 'G2', access: 'cellular', role: 'gateway', sims: [iccid(22)], heard: [HEARD] },
  { id: 'G3', access: 'wired', role: 'gateway', heard: [HEARD] },
]

const FILES: readonly (readonly [path: string, lines: readonly string[]])[] = [
  [
    '/devices/import',
    [
      'id,type,role,access,area,test,validFrom,retiredAt,recordedAt',
      ...FACTS.map(({ id, role = 'end-device', access, area = '24133', isTest = false, retired = '' }) =>
        [id, 'water-meter', role, access, area ?? '', isTest, COMMISSIONED, retired, COMMISSIONED].join(','),
      ),
    ],
  ],
  [
    '/device-areas/import',
    [
      'device,area,validFrom,recordedAt',
      ...FACTS.flatMap(({ id, moved }) => (moved ? [[id, ...moved, moved[1]].join(',')] : [])),
    ],
  ],
  [
    '/sims/import',
    [
      'device,iccid,from,recordedAt',
      ...FACTS.flatMap(({ id, sims = [] }) =>
        sims.map((sim) => [id, sim, COMMISSIONED, COMMISSIONED].join(',')),
      ),
    ],
  ],
  [
    '/activity/import',
    [
      'device,date,receivedAt',
      ...FACTS.flatMap(({ id, heard }) =>
        heard ? [[id, localDate(us(heard[0])), heard[1] ?? heard[0]].join(',')] : [],
      ),
    ],
  ],
]

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
