import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { localDayStart, type Micros, parseRfc3339 } from '../../core/time.ts'
import { type Figure, figures } from '../../digital-twin/indicator/figures.ts'
import { insertActivity } from '../../store/activity.ts'
import type { Db } from '../../store/db.ts'
import { insertPopulation } from '../../store/indicator-inputs.ts'
import { embeddedStore } from '../support/data-folder.ts'

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const day = (text: string): Micros => localDayStart(text)

interface Fact {
  readonly id: string
  readonly role?: 'gateway'
  readonly isTest?: true
  readonly retired?: string
  /** Areas with the local day from which they hold; null: no location. */
  readonly areas?: readonly (readonly [area: string | null, from: string])[]
  /** Event times, each with its time of receipt if that was later. */
  readonly heard?: readonly (readonly [event: string, received?: string])[]
}

const COMMISSIONED = '2025-01-01'
const DECEMBER: Fact['heard'] = [['2025-12-20T08:00:00+07:00']]

// The devices of the worked case, as its table states them.
const FACTS: readonly Fact[] = [
  { id: 'D1', heard: [['2025-12-20T08:00:00+07:00'], ['2025-12-20T08:00:01+07:00']] },
  { id: 'D2', heard: [['2025-10-03T00:00:00+07:00']] },
  { id: 'D3', heard: [['2025-10-02T23:59:59+07:00']] },
  { id: 'D4', heard: DECEMBER },
  {
    id: 'D5',
    areas: [['24328', COMMISSIONED]],
    heard: [['2025-12-30T08:00:00+07:00', '2026-01-20T08:00:00+07:00']],
  },
  {
    id: 'D6',
    areas: [
      ['24133', COMMISSIONED],
      ['24328', '2025-12-15'],
    ],
    heard: DECEMBER,
  },
  { id: 'D7', isTest: true, heard: DECEMBER },
  { id: 'D8', retired: '2025-12-20', heard: [['2025-12-01T08:00:00+07:00']] },
  { id: 'D9' },
  { id: 'D10', heard: DECEMBER },
  { id: 'D11', areas: [[null, COMMISSIONED]], heard: DECEMBER },
  { id: 'G1', role: 'gateway', heard: DECEMBER },
  { id: 'G2', role: 'gateway', heard: DECEMBER },
  { id: 'G3', role: 'gateway', heard: DECEMBER },
]

async function insertFact(
  db: Db,
  {
    id,
    role = 'end-device' as 'gateway',
    isTest = false as true,
    retired,
    areas = [['24133', COMMISSIONED]],
    heard = [],
  }: Fact,
): Promise<void> {
  const commissioned = day(COMMISSIONED)
  await db.query({
    text: `insert into entity (id, type, created_at) values ($1, 'water-meter', from_us($2))`,
    values: [id, commissioned],
  })
  await db.query({
    text: `insert into device (id, entity_id, type, role, is_test, secret_hash, valid_from, recorded_at, retired_at, retired_recorded_at)
           values ($1, $1, 'water-meter', $2, $3, '', from_us($4), from_us($4), from_us($5), from_us($5))`,
    values: [id, role, isTest, commissioned, retired === undefined ? null : day(retired)],
  })
  for (const [area, from] of areas)
    await db.query({
      text: 'insert into device_area (device_id, area, valid_from, recorded_at) values ($1, $2, from_us($3), from_us($3))',
      values: [id, area, day(from)],
    })
  const activity = heard.map(([event, received = event]) => ({
    device: id,
    localDate: new Date(us(event) / 1000 + 7 * 3_600_000).toISOString().slice(0, 10),
    receivedAt: us(received),
  }))
  if (activity.length > 0) await insertActivity(db, activity)
}

async function workedCase(): Promise<Db> {
  const { db } = await embeddedStore()
  for (const fact of FACTS) await insertFact(db, fact)
  const population = (area: string, value: number, recorded: string) =>
    insertPopulation(db, {
      area,
      value,
      geoVersion: '2025-07',
      year: 2025,
      basis: 'average',
      source: 'worked case',
      publishedOn: null,
      isSynthetic: true,
      recordedAt: us(recorded),
    })
  for (const [area, value] of [
    ['24133', 8],
    ['24328', 3],
    ['66', 11],
  ] as const)
    await population(area, value, '2026-01-10T00:00:00+07:00')
  await population('24328', 4, '2026-06-20T00:00:00+07:00')
  await population('66', 12, '2026-06-20T00:00:00+07:00')
  return db
}

const VINTAGES = { V1: '2026-01-15', V2: '2026-02-15', V3: '2026-07-01' }

describe('the worked case of the indicator', () => {
  it('gives its IOT_CONN and IOT_CONN_PC rows in each vintage', async () => {
    const db = await workedCase()
    const row = async (vintage: keyof typeof VINTAGES, area: string) => {
      const request = {
        area,
        level: null,
        period: '2025',
        referenceDate: '2025-12-31',
        asOf: day(VINTAGES[vintage]) + 86_399_999_999,
      }
      const [figure] = (await figures(db, request)) ?? []
      assert.ok(figure)
      const { connections, perPerson, status, target } = figure as Figure
      return [connections, perPerson, status, target.gap]
    }
    const table = async (vintage: keyof typeof VINTAGES) =>
      Object.fromEntries(
        await Promise.all(
          ['24133', '24328', '66_U', '66'].map(async (area) => [area, await row(vintage, area)] as const),
        ),
      )
    assert.deepEqual(await table('V1'), {
      '24133': [4, '0.5000', 'P', 4],
      '24328': [1, '0.3333', 'P', 2],
      '66_U': [1, null, 'M', null],
      '66': [6, '0.5455', 'P', 5],
    })
    assert.deepEqual(await table('V2'), {
      '24133': [4, '0.5000', 'P', 4],
      '24328': [2, '0.6667', 'P', 1],
      '66_U': [1, null, 'M', null],
      '66': [7, '0.6364', 'P', 4],
    })
    assert.deepEqual(await table('V3'), {
      '24133': [4, '0.5000', 'P', 4],
      '24328': [2, '0.5000', 'P', 2],
      '66_U': [1, null, 'M', null],
      '66': [7, '0.5833', 'P', 5],
    })
  })

  it('adds up: the areas and the line without an area make the province', async () => {
    const db = await workedCase()
    const request = { level: null, period: '2025', referenceDate: '2025-12-31', asOf: day('2026-02-16') }
    const [all, province] = [
      await figures(db, { ...request, area: null }),
      await figures(db, { ...request, area: '66' }),
    ]
    assert.equal(all?.length, 103)
    assert.equal(
      all?.reduce((sum, { connections }) => sum + connections, 0),
      province?.[0]?.connections,
    )
  })

  it('answers for the geography in force on the reference date', async () => {
    const db = await workedCase()
    const request = {
      area: null,
      level: null,
      period: '2024',
      referenceDate: '2024-12-31',
      asOf: day('2026-02-16'),
    }
    const found = (await figures(db, request)) ?? []
    assert.deepEqual([...new Set(found.map(({ geoVersion }) => geoVersion))], ['2025-03'])
    assert.equal(found.length, 25)
  })
})
