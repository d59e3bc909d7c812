import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { fillDevices } from '../../bench/indicator-fill.ts'
import { addDays, localDate, localDayStart, type Micros, parseRfc3339 } from '../../core/time.ts'
import { insertActivity } from '../../store/activity.ts'
import type { Db } from '../../store/db.ts'
import { openStore } from '../../store/store.ts'
import { sensitivity, type TallyRow, tally } from '../../store/tallies.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const day = (text: string): Micros => localDayStart(text)

interface Device {
  readonly id: string
  readonly role?: 'gateway'
  readonly access?: string
  readonly isTest?: boolean
  readonly from?: string
  readonly recorded?: string
  readonly retired?: string
  readonly identity?: string
  readonly owner?: readonly [kind: 'org' | 'person', hash: string]
  /** Areas with the local day from which they hold, and when that was recorded if not then. */
  readonly areas?: readonly (readonly [area: string | null, from: string, recorded?: string])[]
  /** SIMs with the local days from and up to which they were in it. */
  readonly sims?: readonly (readonly [sim: string, from: string, to?: string])[]
  /** Local days, or event times, each with its time of receipt if that was later. */
  readonly heard?: readonly (readonly [event: string, received?: string])[]
}

const COMMISSIONED = '2025-01-01'
const DECEMBER: Device['heard'] = [['2025-12-20']]
const REQUEST = { referenceDate: '2025-12-31', windowDays: 90, asOf: null }

async function put(db: Db, device: Device): Promise<void> {
  const { id, from = COMMISSIONED, recorded = from, retired, owner = ['org', null] } = device
  await db.query({
    text: `insert into entity (id, type, created_at) values ($1, 'water-meter', now()) on conflict do nothing`,
    values: [id],
  })
  await db.query({
    text: `insert into device (id, entity_id, type, role, access, is_test, secret_hash, valid_from, recorded_at, retired_at,
             retired_recorded_at, identity_hash, owner_kind, owner_hash)
           values ($1, $1, 'water-meter', $2, $3, $4, '', from_us($5), from_us($6), from_us($7), from_us($7), decode($8, 'hex'), $9, decode($10, 'hex'))`,
    values: [
      id,
      device.role ?? 'end-device',
      device.access ?? null,
      device.isTest ?? false,
      day(from),
      day(recorded),
      retired === undefined ? null : day(retired),
      device.identity ?? null,
      owner[0],
      owner[1],
    ],
  })
  for (const [area, since, known = since] of device.areas ?? [['24133', from]])
    await db.query({
      text: 'insert into device_area (device_id, area, valid_from, recorded_at) values ($1, $2, from_us($3), from_us($4))',
      values: [id, area, day(since), day(known)],
    })
  for (const [sim, since, to] of device.sims ?? [])
    await db.query({
      text: `insert into sim_span (sim_hash, device_id, valid_from, valid_to, recorded_at)
             values (decode($1, 'hex'), $2, from_us($3), from_us($4), from_us($3))`,
      values: [sim, id, day(since), to === undefined ? null : day(to)],
    })
  const timeOf = (text: string) => (text.length === 10 ? day(text) + 1 : us(text))
  const rows = (device.heard ?? []).map(([event, received = event]) => ({
    device: id,
    localDate: localDate(timeOf(event)),
    receivedAt: timeOf(received),
  }))
  if (rows.length > 0) await insertActivity(db, rows)
}

let db: Db
beforeAll(async () => {
  db = (
    await openStore({ databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }, silent, () => {})
  ).db
})
afterAll(() => db.close())

/** The database with nothing but these. */
async function store(...devices: readonly Device[]): Promise<Db> {
  await db.exec(
    'truncate entity, device, device_fact, device_area, device_standing, shared_device, sim_span, activity_day, activity_year, heard_day, series cascade',
  )
  for (const device of devices) await put(db, device)
  return db
}

/** `{ACTIVE: [devices, sims], …}`, of one area or all. */
function byRule(rows: readonly TallyRow[], area?: string | null): Record<string, [number, number]> {
  const sums: Record<string, [number, number]> = {}
  for (const row of rows) {
    if (area !== undefined && row.area !== area) continue
    const [devices, sims] = sums[row.rule] ?? [0, 0]
    sums[row.rule] = [devices + row.devices, sims + row.sims]
  }
  return sums
}

const ruled = async (db: Db, request: Partial<Parameters<typeof tally>[1]> = {}) =>
  byRule(await tally(db, { ...REQUEST, ...request }))

// The worked case, as its table states it; the SIMs of cellular devices that it does not name are not known one by one.
const WORKED: readonly Device[] = [
  { id: 'D1', access: 'lpwan', heard: [['2025-12-20'], ['2025-12-21']] },
  { id: 'D2', access: 'cellular', heard: [['2025-10-03T00:00:00+07:00']] },
  { id: 'D3', access: 'cellular', heard: [['2025-10-02T23:59:59+07:00']] },
  {
    id: 'D4',
    access: 'cellular',
    heard: DECEMBER,
    sims: [
      ['41', COMMISSIONED],
      ['42', COMMISSIONED],
    ],
  },
  {
    id: 'D5',
    access: 'cellular',
    areas: [['24328', COMMISSIONED]],
    heard: [['2025-12-30T08:00:00+07:00', '2026-01-20T08:00:00+07:00']],
  },
  {
    id: 'D6',
    access: 'cellular',
    areas: [
      ['24133', COMMISSIONED],
      ['24328', '2025-12-15'],
    ],
    heard: DECEMBER,
  },
  { id: 'D7', access: 'cellular', isTest: true, heard: DECEMBER },
  { id: 'D8', access: 'lpwan', retired: '2025-12-20', heard: [['2025-12-01']] },
  { id: 'D9', access: 'lpwan' },
  { id: 'D10', access: 'short-range', heard: DECEMBER },
  { id: 'D11', access: 'cellular', areas: [[null, COMMISSIONED]], heard: DECEMBER },
  { id: 'G1', role: 'gateway', access: 'cellular', heard: DECEMBER },
  { id: 'G2', role: 'gateway', access: 'lpwan', heard: DECEMBER, sims: [['62', COMMISSIONED]] },
  { id: 'G3', role: 'gateway', access: 'wired', heard: DECEMBER },
]

const V1 = day('2026-01-16') - 1
const V2 = day('2026-02-16') - 1

describe('the worked case, counted', () => {
  it('is reconciled by rule, with its SIMs, in V1 and V2', async () => {
    const db = await store(...WORKED)
    const rows = {
      V1: await tally(db, { ...REQUEST, asOf: V1 }),
      V2: await tally(db, { ...REQUEST, asOf: V2 }),
    }
    const same = { TEST: [1, 0], RETIRED: [1, 0], GATEWAY: [3, 2] }
    assert.deepEqual(byRule(rows.V1), { ...same, NEVER_HEARD: [2, 0], INACTIVE: [1, 0], ACTIVE: [6, 5] })
    assert.deepEqual(byRule(rows.V2), { ...same, NEVER_HEARD: [1, 0], INACTIVE: [1, 0], ACTIVE: [7, 6] })
    assert.deepEqual(byRule(rows.V2, '24328'), { ACTIVE: [2, 2] })
    assert.deepEqual(byRule(rows.V1, '24328'), { ACTIVE: [1, 1], NEVER_HEARD: [1, 0] })
    assert.deepEqual(byRule(rows.V1, null), { ACTIVE: [1, 1] })
  })

  it('is the same whatever areas it is asked for by', async () => {
    const db = await store(...WORKED)
    const all = await tally(db, REQUEST)
    for (const areas of [['24133'], ['24328'], [null], ['24133', null], ['24133', '24328', null]])
      assert.deepEqual(
        await tally(db, { ...REQUEST, areas }),
        all.filter(({ area }) => areas.includes(area)),
      )
    const windows = [30, 90, 91]
    assert.deepEqual(
      (await sensitivity(db, { ...REQUEST, windows })).map(({ connections }) => connections),
      [6, 7, 8],
    )
  })
})

describe('what is counted once', () => {
  it('a device of which a second gateway hears', async () => {
    const db = await store({ id: 'D1', access: 'lpwan', heard: DECEMBER })
    const before = await ruled(db)
    await put(db, { id: 'G9', role: 'gateway', access: 'lpwan', heard: DECEMBER })
    await insertActivity(db, [
      { device: 'D1', localDate: '2025-12-20', receivedAt: us('2025-12-20T08:00:01+07:00') },
    ])
    assert.deepEqual(await ruled(db), { ...before, GATEWAY: [1, 0] })
  })

  it('a SIM that moved: where it is on the reference date', async () => {
    const db = await store(
      { id: 'A', access: 'cellular', heard: DECEMBER, sims: [['01', COMMISSIONED, '2025-12-10']] },
      {
        id: 'B',
        access: 'cellular',
        heard: DECEMBER,
        areas: [['24328', COMMISSIONED]],
        sims: [['01', '2025-12-10']],
      },
    )
    const december = await tally(db, REQUEST)
    assert.deepEqual(
      [byRule(december, '24133'), byRule(december, '24328')],
      [{ ACTIVE: [1, 0] }, { ACTIVE: [1, 1] }],
    )
    const november = await tally(db, { ...REQUEST, referenceDate: '2025-12-09', windowDays: 90 })
    assert.deepEqual(byRule(november), { NEVER_HEARD: [2, 0] })
  })

  it('a SIM that is said to be in two devices', async () => {
    const both: Device = { id: 'A', access: 'cellular', heard: DECEMBER, sims: [['01', COMMISSIONED]] }
    const db = await store(both, { ...both, id: 'B' }, { ...both, id: 'C', heard: [] })
    assert.deepEqual(await ruled(db), { ACTIVE: [2, 1], NEVER_HEARD: [1, 0] })
  })

  it('a physical device with several registrations: the one that was heard', async () => {
    const identity = 'aa'
    const db = await store(
      { id: 'A', identity },
      { id: 'B', identity, heard: [['2025-03-01']] },
      { id: 'C', identity, heard: DECEMBER, areas: [['24328', COMMISSIONED]] },
      { id: 'D', identity, isTest: true, heard: DECEMBER },
      { id: 'E', identity, retired: '2025-06-01', heard: [['2025-05-01']] },
      { id: 'F', identity: 'bb', heard: DECEMBER },
    )
    const rows = await tally(db, REQUEST)
    assert.deepEqual(byRule(rows), { ACTIVE: [2, 0], SAME_DEVICE: [2, 0], TEST: [1, 0], RETIRED: [1, 0] })
    assert.deepEqual(byRule(rows, '24328'), { ACTIVE: [1, 0] })
  })

  it('of two that were heard the one in service longest, then the one of the least id', async () => {
    const db = await store(
      { id: 'A', identity: 'aa', from: '2025-02-01', heard: DECEMBER },
      { id: 'B', identity: 'aa', heard: DECEMBER, areas: [['24328', COMMISSIONED]] },
      { id: 'X', identity: 'bb', heard: DECEMBER, areas: [['24328', COMMISSIONED]] },
      { id: 'Y', identity: 'bb', heard: DECEMBER },
    )
    const rows = await tally(db, REQUEST)
    assert.deepEqual(byRule(rows, '24328'), { ACTIVE: [2, 0] })
    assert.deepEqual(byRule(rows, '24133'), { SAME_DEVICE: [2, 0] })
  })
})

describe('time', () => {
  it('of an area: the one in force on the reference date, whatever was dated ahead or recorded later', async () => {
    const moved: Device['areas'] = [
      ['24133', COMMISSIONED],
      ['24328', '2026-01-01', '2025-11-01'],
      ['24139', '2025-06-01', '2026-03-01'],
    ]
    const db = await store({ id: 'A', heard: [['2025-12-20'], ['2026-01-10']], areas: moved })
    const areaOf = async (referenceDate: string, asOf: string) => {
      const rows = await tally(db, { referenceDate, windowDays: 90, asOf: day(asOf) })
      return rows.map(({ area }) => area)
    }
    assert.deepEqual(await areaOf('2025-12-31', '2026-02-01'), ['24133'])
    assert.deepEqual(await areaOf('2026-01-01', '2026-02-01'), ['24328'])
    assert.deepEqual(await areaOf('2026-01-01', '2025-10-01'), ['24133'])
    assert.deepEqual(await areaOf('2025-12-31', '2026-03-01'), ['24139'])
    assert.deepEqual(await areaOf('2026-01-01', '2026-03-01'), ['24328'])
  })

  it('of service: nothing before a device was commissioned or recorded, and no evidence of before', async () => {
    const db = await store(
      { id: 'later', from: '2026-01-01', heard: [['2026-01-02']] },
      { id: 'unknown', recorded: '2026-03-01', heard: DECEMBER },
      { id: 'before', from: '2025-12-10', heard: [['2025-12-09']] },
      { id: 'since', from: '2025-12-10', heard: [['2025-12-09'], ['2025-12-10']] },
      { id: 'ended on the day', retired: '2025-12-31', heard: DECEMBER },
      { id: 'ended after', retired: '2026-01-01', heard: DECEMBER },
    )
    assert.deepEqual(await ruled(db, { asOf: day('2026-02-01') }), {
      NEVER_HEARD: [1, 0],
      ACTIVE: [2, 0],
      RETIRED: [1, 0],
    })
    assert.deepEqual(await ruled(db), { NEVER_HEARD: [1, 0], ACTIVE: [3, 0], RETIRED: [1, 0] })
  })

  it('of knowledge: what is corrected now leaves an earlier figure as it was', async () => {
    const db = await store({ id: 'A', access: 'cellular', heard: DECEMBER, owner: ['org', 'ab'] })
    const asOf = day('2026-02-01')
    const then = await tally(db, { ...REQUEST, asOf })
    await db.exec(
      `update device set is_test = true, access = 'wired', owner_kind = 'person', valid_from = '2025-02-01'`,
    )
    await db.exec(`insert into device_area values ('A', '24328', '2025-03-01', now())`)
    await db.exec(
      `insert into sim_span (sim_hash, device_id, valid_from, recorded_at) values ('x', 'A', '2025-03-01', now())`,
    )
    await put(db, { id: 'B', recorded: '2026-03-01', heard: DECEMBER })
    await db.exec(`update device set identity_hash = 'same'`)
    assert.deepEqual(await tally(db, { ...REQUEST, asOf }), then)
    assert.deepEqual(byRule(await tally(db, REQUEST)), { TEST: [1, 0], ACTIVE: [1, 0] })
  })

  it('of what is inserted by SQL: it counts at once', async () => {
    const db = await store()
    await put(db, { id: 'A' })
    await db.exec(`insert into activity_day values ('A', '2025-12-20', now())`)
    assert.deepEqual(await ruled(db), { ACTIVE: [1, 0] })
    await db.exec(`update device set retired_at = '2025-11-01', retired_recorded_at = now()`)
    assert.deepEqual(await ruled(db), { RETIRED: [1, 0] })
  })
})

it('is the same in slices and in one statement, for all and for an area', async () => {
  const db = await store()
  await fillDevices(db, { devices: 1500, months: 15, referenceDate: '2025-03-31' })
  // As a server is asked: everything at once, on a snapshot.
  const atOnce: Db = {
    kind: 'server',
    query: (statement) => db.query(statement),
    copy: (target, bytes) => db.copy(target, bytes),
    exec: (sql) => db.exec(sql),
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  }
  const request = { ...REQUEST, referenceDate: '2025-03-31' }
  const rows = await tally(db, request)
  assert.ok(Object.keys(byRule(rows)).length === 7, JSON.stringify(byRule(rows)))
  assert.deepEqual(await tally(atOnce, request), rows)
  const { area } = rows.find((row) => row.area !== null) as TallyRow
  assert.deepEqual(
    await tally(atOnce, { ...request, areas: [area, null] }),
    await tally(db, { ...request, areas: [area, null] }),
  )
  for (const one of new Set(rows.flatMap((row) => row.area ?? [])))
    assert.deepEqual(
      await tally(atOnce, { ...request, areas: [one] }),
      rows.filter((row) => row.area === one),
    )
  const windows = [30, 90, 365]
  const counts = await sensitivity(db, { ...request, windows })
  assert.deepEqual(await sensitivity(atOnce, { ...request, windows }), counts)
  assert.equal(counts[1]?.connections, byRule(rows).ACTIVE?.[0])
})

it('tells up to ten persons apart, and one organisation', async () => {
  const hash = (i: number) => i.toString(16).padStart(2, '0')
  const persons = Array.from(
    { length: 12 },
    (_, i): Device => ({ id: `p${i}`, owner: ['person', hash(11 - i)] }),
  )
  const orgs = ['aa', 'bb', 'aa'].map((owner, i): Device => ({ id: `o${i}`, owner: ['org', owner] }))
  const db = await store(...persons, ...orgs, { id: 'nobody' })
  const rows = await tally(db, REQUEST)
  assert.deepEqual(
    rows.map(({ ownerKind, owners, devices }) => [ownerKind, owners, devices]),
    [
      ['org', ['aa'], 2],
      ['org', ['bb'], 1],
      ['org', [], 1],
      ['person', Array.from({ length: 10 }, (_, i) => hash(i)), 12],
    ],
  )
})

describe('properties', () => {
  const FIRST = '2024-12-20'
  const someDay = (days: number) => fc.nat(days).map((i) => addDays(FIRST, i))
  const device = fc.record(
    {
      role: fc.constant('gateway' as const),
      access: fc.constantFrom('cellular', 'lpwan'),
      isTest: fc.boolean(),
      from: someDay(40),
      retired: someDay(100),
      identity: fc.constantFrom('aa', 'bb'),
      areas: fc.uniqueArray(fc.tuple(fc.constantFrom('24133', '24328', null), someDay(60), someDay(100)), {
        maxLength: 3,
        selector: ([, from, recorded]) => `${from} ${recorded}`,
      }),
      sims: fc.array(fc.tuple(fc.constantFrom('01', '02', '03'), someDay(60)), { maxLength: 2 }),
      heard: fc.array(
        fc.tuple(someDay(60), fc.nat(6)).map(([on, late]) => [on, addDays(on, late)] as const),
        { maxLength: 6 },
      ),
    },
    { requiredKeys: ['heard'] },
  )
  const devices = fc
    .array(device, { minLength: 1, maxLength: 8 })
    .map((list) => list.map((one, i): Device => ({ ...one, from: one.from ?? FIRST, id: `device-${i}` })))

  it('bits and days agree: activity is what a look at every day says', async () => {
    await fc.assert(
      fc.asyncProperty(
        devices,
        someDay(60),
        fc.integer({ min: 1, max: 45 }),
        fc.integer({ min: -2, max: 8 }),
        async (some, referenceDate, windowDays, after) => {
          // Facts that only this compares: each device counts by itself.
          const list = some.map(({ id, from = FIRST, heard = [] }): Device => ({ id, from, heard }))
          const asOf = day(addDays(referenceDate, 1 + after))
          const db = await store(...list)
          const start = addDays(referenceDate, 1 - windowDays)
          const ruleOf = ({ from = FIRST, heard = [] }: Device) => {
            const known = heard.filter(
              ([on, received = on]) => on >= from && on <= referenceDate && day(received) + 1 <= asOf,
            )
            if (known.some(([on]) => on >= start)) return 'ACTIVE'
            return known.length > 0 ? 'INACTIVE' : 'NEVER_HEARD'
          }
          const expected: Record<string, [number, number]> = {}
          for (const one of list)
            if (one.from !== undefined && one.from <= referenceDate && day(one.from) <= asOf)
              expected[ruleOf(one)] = [(expected[ruleOf(one)]?.[0] ?? 0) + 1, 0]
          assert.deepEqual(await ruled(db, { referenceDate, windowDays, asOf }), expected)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('the order in which anything was inserted does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        devices,
        someDay(60),
        someDay(100),
        fc.infiniteStream(fc.nat()),
        async (list, referenceDate, known, random) => {
          const request = { referenceDate, windowDays: 30, asOf: day(known) }
          const first = await tally(await store(...list), request)
          const shuffled = list.toSorted(() => ((random.next().value ?? 0) % 2) - 0.5)
          const turned = shuffled.map(
            (one): Device => ({
              ...one,
              ...(one.areas ? { areas: one.areas.toReversed() } : {}),
              ...(one.sims ? { sims: one.sims.toReversed() } : {}),
              heard: [],
            }),
          )
          const db = await store(...turned)
          for (const { id, heard = [] } of list.toReversed())
            for (const [on, received = on] of heard.toReversed())
              await insertActivity(db, [{ device: id, localDate: on, receivedAt: day(received) + 1 }])
          assert.deepEqual(await tally(db, request), first)
        },
      ),
      { numRuns: 10 },
    )
  })
})
