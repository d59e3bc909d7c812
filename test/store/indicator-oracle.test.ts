import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { localDayStart, type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import { compose } from '../../digital-twin/indicator/compose.ts'
import { figureKey } from '../../digital-twin/indicator/figure-key.ts'
import { Indicator } from '../../digital-twin/indicator/indicator.ts'
import { readInputs } from '../../digital-twin/indicator/read-inputs.ts'
import { publish } from '../../digital-twin/indicator/releases/publish.ts'
import { insertActivity } from '../../store/activity.ts'
import type { Db } from '../../store/db.ts'
import { insertPopulation } from '../../store/populations.ts'
import { WORKED } from '../digital-twin/indicator/worked-case.ts'
import { embeddedStore } from '../support/data-folder.ts'

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const day = (text: string): Micros => localDayStart(text)

interface Fact {
  readonly id: string
  readonly role?: 'gateway'
  /** Cellular, if nothing is said. */
  readonly access?: 'lpwan' | 'short-range' | 'wired'
  /** More than the one SIM that a cellular device has. */
  readonly sims?: readonly string[]
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
  { id: 'D1', access: 'lpwan', heard: [['2025-12-20T08:00:00+07:00'], ['2025-12-20T08:00:01+07:00']] },
  { id: 'D2', heard: [['2025-10-03T00:00:00+07:00']] },
  { id: 'D3', heard: [['2025-10-02T23:59:59+07:00']] },
  { id: 'D4', sims: ['first', 'second'], heard: DECEMBER },
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
  { id: 'D10', access: 'short-range', heard: DECEMBER },
  { id: 'D11', areas: [[null, COMMISSIONED]], heard: DECEMBER },
  { id: 'G1', role: 'gateway', heard: DECEMBER },
  { id: 'G2', role: 'gateway', heard: DECEMBER },
  { id: 'G3', role: 'gateway', access: 'wired', heard: DECEMBER },
]

async function insertFact(
  db: Db,
  {
    id,
    role = 'end-device' as 'gateway',
    access = 'cellular' as 'wired',
    sims = [],
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
    text: `insert into device (id, entity_id, type, role, is_test, access, secret_hash, valid_from, recorded_at, retired_at, retired_recorded_at)
           values ($1, $1, 'water-meter', $2, $3, $6, '', from_us($4), from_us($4), from_us($5), from_us($5))`,
    values: [id, role, isTest, commissioned, retired === undefined ? null : day(retired), access],
  })
  for (const sim of sims)
    await db.query({
      text: `insert into sim_span (sim_hash, device_id, valid_from, recorded_at) values (decode(md5($2), 'hex'), $1, from_us($3), from_us($3))`,
      values: [id, sim, commissioned],
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

const known = (vintage: string) => ({
  asOf: day(vintage) + 86_399_999_999,
  inputsAsOf: null,
  windowDays: 90,
})

describe('the worked case of the indicator', () => {
  for (const vintage of ['V1', 'V2', 'V3'] as const)
    it(`gives every figure of ${vintage}`, async () => {
      const indicator = new Indicator(await workedCase(), true)
      const { byKey } = await indicator.period('2025', known(VINTAGES[vintage]))
      for (const expected of WORKED[vintage].figures)
        assert.deepEqual(byKey.get(figureKey(expected)), expected)
    })

  it('adds up: the areas and the line without an area make the province', async () => {
    const indicator = new Indicator(await workedCase(), true)
    const { figures } = await indicator.period('2025', known('2026-02-15'))
    const counts = figures.filter(
      ({ indicator: id, access, domain, class: kind }) =>
        id === 'IOT_CONN' && access === '_T' && domain === '_T' && kind === '_T',
    )
    const of = (area: string) => counts.find((figure) => figure.area === area)?.num ?? 0
    const parts = counts.filter(({ area }) => area !== '66' && !area.includes('PRE'))
    assert.equal(parts.length, 103)
    assert.equal(
      parts.reduce((sum, { num }) => sum + (num ?? 0), 0),
      of('66'),
    )
  })

  it('computed anew shows nothing that the release of that day withheld, while it is near what it was', async () => {
    const db = await workedCase()
    const person = async (id: string) => {
      await insertFact(db, { id, areas: [['24328', COMMISSIONED]], heard: DECEMBER })
      await db.query({
        text: `update device set owner_kind = 'person', owner_hash = decode(md5(id), 'hex') where id = $1`,
        values: [id],
      })
    }
    await db.query({ text: `update device set is_test = true where id in ('D5', 'D6')`, values: [] })
    for (const id of ['P1', 'P2']) await person(id)
    const made = await publish(
      db,
      {
        ...{ id: null, periods: ['2025'], kind: 'ROUTINE', isFinal: false, reason: '', by: 'test' },
        ...{ asOf: microsNow(), importedFrom: null },
      },
      {
        readInputs: (from, request) =>
          readInputs(from, { ...request, methodVersion: '1.0.0', isSynthetic: false, province: '66' }),
        compose,
      },
    )
    assert.ok(made.ok, JSON.stringify(made))
    for (const id of ['P3', 'P4']) await person(id)
    const indicator = new Indicator(db, false)
    const now = { asOf: null, inputsAsOf: null, windowDays: 90, isLive: true }
    for (const period of ['2025-12-31', '2025-12', '2025']) {
      const { figures } = await indicator.period(period, now)
      const of24328 = figures.find(
        ({ area, indicator: id, access }) => area === '24328' && id === 'IOT_CONN' && access === '_T',
      )
      assert.deepEqual([of24328?.value, of24328?.obsStatus], [null, 'Q'], period)
    }
  })

  it('of many days at once is refused rather than counted for hours', async () => {
    const { db } = await embeddedStore()
    const indicator = new Indicator(db, false)
    const days = Array.from({ length: 28 }, (_, i) => `2025-02-${String(i + 1).padStart(2, '0')}`)
    const asked = await Promise.allSettled(
      days.map((day) => indicator.period(day, { asOf: null, inputsAsOf: null, windowDays: 90 })),
    )
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason.statusCode] : []))
    assert.ok(refused.length > 0 && refused.every((status) => status === 503), String(refused))
    await indicator.period('2025-03-01', { asOf: null, inputsAsOf: null, windowDays: 90 })
  })

  it('answers for the geography in force on the reference date', async () => {
    const indicator = new Indicator(await workedCase(), true)
    const { figures } = await indicator.period('2024', known('2026-02-15'))
    const districts = new Set(figures.flatMap(({ area }) => (/^\d{3}$/.test(area) ? [area] : [])))
    assert.equal(districts.size, 24)
    assert.deepEqual([...new Set(figures.map(({ geoVersion }) => geoVersion))], ['2025-03'])
  })
})
