import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { localDayStart, type Micros } from '../../core/time.ts'
import { insertActivity } from '../../store/activity.ts'
import { COMPARATORS, comparatorsKnownAt } from '../../store/comparators.ts'
import { crosswalksKnownAt } from '../../store/crosswalks.ts'
import { type Dated, insertDated } from '../../store/dated-table.ts'
import type { Db } from '../../store/db.ts'
import { insertPopulation, populationsKnownAt } from '../../store/populations.ts'
import {
  REPORTED_CONNECTIONS,
  type ReportedConnection,
  reportsKnownAt,
} from '../../store/reported-connections.ts'
import { matchedSims, REPORTED_SIMS } from '../../store/reported-sims.ts'
import { openStore } from '../../store/store.ts'
import { TARGETS, targetsKnownAt } from '../../store/targets.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

let db: Db
beforeAll(async () => {
  const settings = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
  db = (await openStore(settings, silent, () => {})).db
})
afterAll(() => db.close())

const day = (text: string): Micros => localDayStart(text)
const dated = (recorded: string, isWithdrawn = false): Dated => ({
  recordedAt: day(recorded),
  imported: true,
  isWithdrawn,
  enteredAt: day('2026-11-01'),
})

const WINDOW = { from: '2025-10-03', to: '2025-12-31', end: day('2026-01-01') }
const sim = (n: number) => String(n).padStart(64, '0')

interface Fact {
  readonly id: string
  readonly sims: readonly number[]
  readonly heard?: string
  readonly received?: string
  readonly isTest?: true
  readonly retired?: string
  readonly until?: string
  readonly role?: 'gateway'
}

async function insertFact(fact: Fact): Promise<void> {
  const {
    id,
    sims,
    heard = '2025-12-20',
    received = heard,
    isTest = false,
    retired,
    until,
    role = 'end-device',
  } = fact
  const begin = day('2025-01-01')
  await db.query({
    text: `insert into entity (id, type, created_at) values ($1, 'water-meter', from_us($2))`,
    values: [id, begin],
  })
  await db.query({
    text: `insert into device (id, entity_id, type, role, is_test, secret_hash, valid_from, recorded_at, retired_at, retired_recorded_at)
           values ($1, $1, 'water-meter', $2, $3, '', from_us($4), from_us($4), from_us($5), from_us($5))`,
    values: [id, role, isTest, begin, retired === undefined ? null : day(retired)],
  })
  for (const n of sims)
    await db.query({
      text: `insert into sim_span (sim_hash, device_id, valid_from, valid_to, recorded_at) values (decode($1, 'hex'), $2, from_us($3), from_us($4), from_us($3))`,
      values: [sim(n), id, begin, until === undefined ? null : day(until)],
    })
  await insertActivity(db, [{ device: id, localDate: heard, receivedAt: day(received) }])
}

const list = (
  operator: string,
  numbers: readonly number[],
  area: string | null,
  recorded: string,
  isWithdrawn = false,
) =>
  insertDated(
    db,
    REPORTED_SIMS,
    numbers.map((n) => ({
      operator,
      period: '2025',
      simHash: sim(n),
      area,
      ...dated(recorded, isWithdrawn),
    })),
  )

const report = (more: Partial<ReportedConnection>, recorded = '2026-01-10') =>
  insertDated(db, REPORTED_CONNECTIONS, [
    {
      ...{
        operator: 'C',
        area: '66',
        geoVersion: '2025-07',
        period: '2025',
        access: 'CELLULAR',
        subscriptions: 10,
      },
      ...{ onPlatform: null, source: 'a', publishedOn: null, isSynthetic: true },
      ...more,
      ...dated(recorded),
    },
  ])

describe('SIMs that an operator lists', () => {
  it('are on the platform where they are in something that counts at the end of the period', async () => {
    for (const fact of [
      { id: 'two', sims: [1, 2] },
      { id: 'gateway', sims: [3], role: 'gateway' },
      { id: 'silent', sims: [4], heard: '2025-10-02' },
      { id: 'trial', sims: [5], isTest: true },
      { id: 'retired', sims: [6], retired: '2025-12-20' },
      { id: 'moved', sims: [7], until: '2025-12-15' },
      { id: 'late', sims: [8], heard: '2025-12-30', received: '2026-01-20' },
      { id: 'not-listed', sims: [9] },
      // A second device claims the same SIM: it is one all the same.
      { id: 'again', sims: [1] },
    ] as const)
      await insertFact(fact)
    await list('A', [1, 2, 3, 4, 5], '24133', '2026-01-10')
    await list('A', [6, 7, 8, 77], null, '2026-01-10')
    const matched = (asOf: Micros | null) => matchedSims(db, 'A', '2025', { ...WINDOW, asOf })
    assert.deepEqual(await matched(null), [
      { area: '24133', listed: 5, matched: 3 },
      { area: null, listed: 4, matched: 1 },
    ])
    assert.deepEqual((await matched(day('2026-01-15')))[1], { area: null, listed: 4, matched: 0 })
    assert.deepEqual(await matched(day('2026-01-09')), [])
    // A list that is longer than what is looked up at once.
    await list(
      'A',
      Array.from({ length: 2500 }, (_, i) => 1000 + i),
      '24328',
      '2026-02-01',
    )
    assert.deepEqual(
      (await matched(null)).map(({ area, listed, matched }) => [area, listed, matched]),
      [
        ['24133', 5, 3],
        ['24328', 2500, 0],
        [null, 4, 1],
      ],
    )
    // The operator takes one off its list.
    await list('A', [2], '24133', '2026-03-01', true)
    assert.deepEqual((await matched(null))[0], { area: '24133', listed: 4, matched: 2 })
    assert.deepEqual(await matchedSims(db, 'B', '2025', { ...WINDOW, asOf: null }), [])
  })

  it('decide the overlap of a report where the list is whole; else the operator’s word does, or nothing', async () => {
    await insertFact({ id: 'd', sims: [101, 102] })
    await list('C', [101, 102, 103], '24133', '2026-01-10')
    await list('C', [104], null, '2026-01-10')
    await report({ subscriptions: 4 })
    await report({ area: '24133', subscriptions: 3, onPlatform: 1 })
    await report({ area: '24328', subscriptions: 3, onPlatform: 1 })
    await report({ access: 'LPWAN', subscriptions: 2 })
    await report({ operator: 'D', subscriptions: 2 })
    const reports = async (asOf: Micros | null) =>
      (await reportsKnownAt(db, '2025', { ...WINDOW, asOf })).map(
        ({ operator, area, access, onPlatform, matchedBy }) => [
          operator,
          area,
          access,
          onPlatform,
          matchedBy,
        ],
      )
    assert.deepEqual(await reports(null), [
      ['C', '24133', 'CELLULAR', 2, 'digest'],
      ['C', '24328', 'CELLULAR', 1, 'declared'],
      ['C', '66', 'CELLULAR', 2, 'digest'],
      ['C', '66', 'LPWAN', null, null],
      ['D', '66', 'CELLULAR', null, null],
    ])
    // One more subscription than the list has SIMs.
    await report({ subscriptions: 5 }, '2026-03-01')
    assert.deepEqual((await reports(null))[2], ['C', '66', 'CELLULAR', null, null])
    assert.deepEqual((await reports(day('2026-02-01')))[2], ['C', '66', 'CELLULAR', 2, 'digest'])
    assert.deepEqual(await reportsKnownAt(db, '2024', { ...WINDOW, asOf: null }), [])
  })
})

describe('what was known at an instant', () => {
  it('is the newest row of each key by then, whichever was entered last', async () => {
    const population = {
      area: '24328',
      geoVersion: '2025-07',
      year: 2025,
      basis: 'average',
      source: 'a',
    } as const
    for (const [value, recorded] of [
      [4, '2026-06-20'],
      [3, '2026-01-10'],
    ] as const)
      await insertPopulation(db, {
        ...{ ...population, value, publishedOn: null, isSynthetic: false },
        recordedAt: day(recorded),
      })
    const valueAt = async (asOf: Micros | null) => (await populationsKnownAt(db, asOf, '2025-07'))[0]?.value
    assert.deepEqual(
      [await valueAt(day('2026-01-09')), await valueAt(day('2026-06-19')), await valueAt(null)],
      [undefined, 3, 4],
    )
    assert.deepEqual(await populationsKnownAt(db, null, '2025-03'), [])
  })

  it('is without what was withdrawn by then', async () => {
    const before = await targetsKnownAt(db, null)
    assert.deepEqual(
      before.map(({ by, kind, value }) => [by, kind, value]),
      [
        ['2025-12-31', 'per-person', '1'],
        ['2030-12-31', 'per-person', '4'],
        ['2030-12-31', 'upper-average', null],
      ],
    )
    const [first] = before
    assert.ok(first)
    await insertDated(db, TARGETS, [{ ...first, ...dated('2026-02-01', true) }])
    assert.deepEqual(await targetsKnownAt(db, null), before.slice(1))
    assert.deepEqual(await targetsKnownAt(db, day('2026-01-31')), before)
    const national = {
      nameVi: 'Cả nước',
      nameEn: 'Viet Nam',
      isNational: true,
      indicator: 'IOT_CONN_PC',
      source: 'a',
    } as const
    await insertDated(db, COMPARATORS, [
      { ...national, locality: 'VN', period: '2025', value: '0.80', ...dated('2026-02-01') },
    ])
    assert.deepEqual(
      (await comparatorsKnownAt(db, '2025', null)).map(({ locality, value }) => [locality, value]),
      [['VN', '0.80']],
    )
    assert.deepEqual(await comparatorsKnownAt(db, '2024', null), [])
  })
})

describe('the crosswalks that ship with the platform', () => {
  it('lead from every former commune, district and province to those of today', async () => {
    const all = await crosswalksKnownAt(db, day('2025-01-02'))
    const of = (digits: number) => all.filter(({ fromCode }) => fromCode.length === digits)
    assert.deepEqual(
      of(2).map(({ fromCode, toCode, overlap }) => [fromCode, toCode, overlap]),
      [
        ['54', '66', 'full'],
        ['66', '66', 'full'],
      ],
    )
    assert.deepEqual([of(5).length, new Set(of(5).map(({ fromCode }) => fromCode)).size], [295, 286])
    const [districts, communes] = [
      new Set(of(3).map(({ fromCode }) => fromCode)),
      new Set(of(3).map(({ toCode }) => toCode)),
    ]
    assert.deepEqual([districts.size, communes.size], [24, 102])
    assert.deepEqual(
      of(3)
        .filter(({ toCode }) => toCode === '24328')
        .map(({ fromCode, overlap }) => [fromCode, overlap]),
      [
        ['644', 'partial'],
        ['648', 'partial'],
      ],
    )
    assert.ok(all.every(({ weight, weightBasis }) => weight === null && weightBasis === null))
    // The territory of the former province is made of communes of today, without a rest.
    const old = of(3).filter(({ fromCode }) => Number(fromCode) >= 600)
    assert.equal(new Set(old.map(({ toCode }) => toCode)).size, 68)
  })
})
