import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { addDays, localDate, localDayStart, type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'

interface Reason {
  code: string
  vi: string
  en: string
}
interface Release {
  id: string
  code?: string
  publishedAt: string
  asOf: string
  imported: boolean
  final: boolean
  periods: string[]
  inputsSha256: string
  digests: { period: string; inputsSha256: string; figures: number; changed: number }[]
  calendar: { period: string; plannedOn: string; inForce: boolean; release: string | null }[]
}
interface Revisions {
  code?: string
  periods: { period: string; against: string | null; figures: number }[]
  reasons: (Reason & { figures: number })[]
  total: number
  items: {
    area: string
    indicator: string
    access: string
    domain: string
    class: string
    before: { value: string | null } | null
    after: { value: string | null } | null
    reasons: Reason[]
  }[]
}

let platform: PlatformProcess
const us = (text: string): Micros => parseRfc3339(text) ?? Number.NaN
const COMMISSIONED = us('2025-01-01T00:00:00+07:00')

async function addMeter(db: Db, id: string, area: string, event: string, received = event): Promise<void> {
  await db.query({
    text: `insert into entity (id, type, created_at) values ($1, 'water-meter', from_us($2))`,
    values: [id, COMMISSIONED],
  })
  await db.query({
    text: `insert into device (id, entity_id, type, role, access, secret_hash, valid_from, recorded_at)
           values ($1, $1, 'water-meter', 'end-device', 'cellular', '', from_us($2), from_us($2))`,
    values: [id, COMMISSIONED],
  })
  await db.query({
    text: 'insert into device_area (device_id, area, valid_from, recorded_at) values ($1, $2, from_us($3), from_us($3))',
    values: [id, area, COMMISSIONED],
  })
  await db.query({
    text: 'insert into activity_day (device_id, local_date, first_received_at) values ($1, $2, from_us($3))',
    values: [id, localDate(us(event)), us(received)],
  })
}

async function addPopulation(db: Db, area: string, value: number, recorded: string): Promise<void> {
  await db.query({
    text: `insert into population (area, geo_version, ref_year, basis, value, source, recorded_at)
           values ($1, '2025-07', 2025, 'average', $2, 'worked case', from_us($3))`,
    values: [area, value, us(recorded)],
  })
}

/** The part of the worked case that changes: D5, heard late, and the population of 24328, revised. */
async function workedFolder(): Promise<string> {
  const folder = copyOfSnapshot()
  const { db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {})
  const december = '2025-12-20T08:00:00+07:00'
  for (const id of ['D1', 'D2', 'D4', 'D10']) await addMeter(db, id, '24133', december)
  await addMeter(db, 'D5', '24328', '2025-12-30T08:00:00+07:00', '2026-01-20T08:00:00+07:00')
  await addMeter(db, 'D6', '24328', december)
  for (const [area, value] of [
    ['24133', 8],
    ['24328', 3],
    ['66', 11],
  ] as const)
    await addPopulation(db, area, value, '2026-01-10T00:00:00+07:00')
  await addPopulation(db, '24328', 4, '2026-06-20T00:00:00+07:00')
  await addPopulation(db, '66', 12, '2026-06-20T00:00:00+07:00')
  await db.close()
  return folder
}

const publish = (body: object, query = '') => platform.api<Release>('POST', `/releases${query}`, body)
const publishAsOf = (day: string) => publish({ periods: ['2025'], asOf: day, publishedAt: day })
const revisions = async (path: string) => (await platform.api<Revisions>('GET', `/releases/${path}`)).body

beforeAll(async () => {
  platform = await startSharedPlatform({ DATA_DIR: await workedFolder() })
  for (const day of ['2026-01-15', '2026-02-15', '2026-07-01'])
    assert.equal((await publishAsOf(day)).status, 201)
})
afterAll(() => platform.kill('SIGTERM'))

describe('releases over HTTP', () => {
  it('are listed with what they are, newest first, and found with their digests', async () => {
    const { body } = await platform.api<{ items: Release[] }>('GET', '/releases?period=2025')
    assert.deepEqual(
      body.items.map(({ id, asOf, imported, final }) => [id, asOf, imported, final]),
      [
        ['V3', '2026-07-01T16:59:59.999Z', true, false],
        ['V2', '2026-02-15T16:59:59.999Z', true, false],
        ['V1', '2026-01-15T16:59:59.999Z', true, false],
      ],
    )
    assert.deepEqual(
      (await platform.api<{ items: Release[] }>('GET', '/releases?period=2024')).body.items,
      [],
    )
    const { body: first } = await platform.api<Release>('GET', '/releases/V1')
    assert.deepEqual(
      first.digests.map(({ period, changed, figures }) => [period, changed === figures]),
      [['2025', true]],
    )
    assert.match(first.digests[0]?.inputsSha256 ?? '', /^[0-9a-f]{64}$/)
    assert.equal((await platform.api<Release>('GET', '/releases/none')).body.code, 'release_not_found')
  })

  it('say what they revised, and why', async () => {
    const words = ({ items }: Revisions, area: string) =>
      items
        .filter(
          (row) =>
            row.area === area &&
            row.indicator === 'IOT_CONN_PC' &&
            [row.access, row.domain, row.class].every((code) => code === '_T'),
        )
        .map(({ before, after, reasons }) => [
          before?.value,
          after?.value,
          reasons.map(({ en }) => en).join('; '),
        ])
    const late = 'Late evidence: connections found to be active (+1)'
    const second = await revisions('V2/revisions')
    assert.deepEqual(second.periods, [{ period: '2025', against: 'V1', figures: second.total }])
    assert.deepEqual(words(second, '24328')[0], ['0.3333', '0.6667', late])
    assert.deepEqual(words(second, '24133'), [])
    assert.deepEqual(
      second.reasons.map(({ code, figures }) => [code, figures === second.total]),
      [['LATE_EVIDENCE', true]],
    )
    assert.match(second.reasons[0]?.vi ?? '', /Số liệu đến muộn/)
    const third = await revisions('V3/revisions')
    assert.deepEqual(words(third, '24328'), [
      ['0.6667', '0.5000', 'Population revised (24328: 3 → 4; average 2025; worked case)'],
    ])
    assert.deepEqual(
      third.reasons.map(({ code }) => code),
      ['POPULATION_REVISED'],
    )
    const both = await revisions('V3/revisions?against=V1&limit=1')
    assert.deepEqual([both.periods[0]?.against, both.items.length], ['V1', 1])
    assert.ok(both.total > third.total)
    assert.deepEqual((await revisions('V1/revisions')).periods, [
      { period: '2025', against: null, figures: 0 },
    ])
    assert.equal((await revisions('V1/revisions?against=none')).code, 'release_not_found')
    assert.equal((await revisions('V1/revisions?period=2024')).code, 'no_period_in_common')
    const csv = String((await platform.api('GET', '/releases/V2/revisions?format=csv')).body)
    assert.equal(csv.trimEnd().split('\r\n').length, second.total + 1)
    assert.match(
      csv,
      /\r\n2025,24328,2025-07,IOT_CONN_PC,_T,_T,_T,PLATFORM,0\.3333,0\.6667,P,P,F,F,LATE_EVIDENCE,/,
    )
  })

  it('show their inputs without what tells of owners, with the digest of all that is frozen', async () => {
    const { body, headers } = await platform.api<Record<string, unknown>>('GET', '/releases/V2/inputs')
    const { body: release } = await platform.api<Release>('GET', '/releases/V2')
    assert.equal(headers.get('x-inputs-sha256'), release.digests[0]?.inputsSha256)
    assert.match(headers.get('content-digest') ?? '', /^sha-256=:[A-Za-z0-9+/]{43}=:$/)
    assert.equal(body.period, '2025')
    assert.ok(!('tallies' in body) && Array.isArray(body.rules) && Array.isArray(body.populations))
    const { status, body: fault } = await platform.api('GET', '/releases/V2/inputs?period=2024')
    assert.deepEqual([status, fault.code], [422, 'period_not_covered'])
  })

  it('verify', async () => {
    const { body } = await platform.api('GET', '/releases/V1/verify')
    assert.deepEqual(body, {
      id: 'V1',
      same: true,
      periods: [{ period: '2025', inputs: true, figures: true, recomputed: true, reason: null }],
    })
  })

  it('are tried first: a dry run shows what would change and publishes nothing', async () => {
    const body = { periods: ['2025', '2025-Q4'], final: true }
    const tried = await platform.api<
      Omit<Revisions, 'periods'> & { periods: { period: string; removed: number }[] }
    >('POST', '/releases?dryRun=true', body)
    assert.equal(tried.status, 200)
    assert.deepEqual(
      tried.body.periods.map(({ period, removed }) => [period, removed]),
      [
        ['2025', 0],
        ['2025-Q4', 0],
      ],
    )
    assert.ok(tried.body.reasons.some(({ code }) => code === 'FINAL'))
    assert.ok(tried.body.items.length > 0 && tried.body.items.length <= 200)
    const { body: list } = await platform.api<{ items: Release[] }>('GET', '/releases')
    assert.equal(list.items.length, 3)
  })

  it('are refused with what is wrong', async () => {
    const refused = async (body: object) => {
      const { status, body: fault } = await publish(body)
      return [status, fault.code]
    }
    const tomorrow = addDays(localDate(microsNow()), 1)
    assert.deepEqual(await refused({ periods: ['2199'] }), [409, 'period_not_over'])
    assert.deepEqual(await refused({ periods: ['2025'], asOf: tomorrow }), [400, 'as_of_in_future'])
    assert.deepEqual(await refused({ periods: ['2025'], asOf: '2026-06-30' }), [409, 'as_of_too_early'])
    assert.deepEqual(await refused({ periods: ['2025'], publishedAt: '2026-02-01' }), [409, 'not_newest'])
    assert.deepEqual(await refused({ periods: ['2025'], kind: 'CORRECTION' }), [400, 'reason_missing'])
    assert.deepEqual(await refused({ id: 'V1', periods: ['2025'] }), [409, 'release_exists'])
    assert.deepEqual(await refused({ periods: ['x'] }), [400, 'not_valid'])
    assert.deepEqual(await refused({ periods: [] }), [400, 'not_valid'])
  })

  it('are announced in a calendar, from which no date disappears, and are in the audit log', async () => {
    const plan = (plannedOn: string, period = '2025-Q3') =>
      platform.api('POST', '/release-calendar', { period, plannedOn })
    const today = localDate(microsNow())
    assert.equal((await plan(addDays(today, 5))).status, 201)
    assert.equal((await plan(today)).status, 201)
    assert.equal((await plan(addDays(today, -1))).body.code, 'in_the_past')
    assert.equal((await plan(today, '2199')).body.code, 'period_not_over')
    const made = await publish({ periods: ['2025-Q3'], asOf: today })
    assert.equal(made.status, 201)
    assert.ok(us(made.body.asOf) <= microsNow() && us(made.body.asOf) >= localDayStart(today))
    const { body } = await platform.api<Release>('GET', `/releases/${made.body.id}`)
    assert.deepEqual(
      body.calendar.map(({ plannedOn, inForce, release }) => [plannedOn, inForce, release]),
      [
        [addDays(today, 5), false, made.body.id],
        [today, true, made.body.id],
      ],
    )
    const { body: list } = await platform.api<{ items: unknown[] }>('GET', '/release-calendar?period=2025-Q3')
    assert.deepEqual(list.items, body.calendar)
    const audit = await platform.api<{ items: { action: string; targets: string[] }[] }>(
      'GET',
      '/audit?limit=50',
    )
    const published = audit.body.items.filter(({ action }) => action === 'publish a release')
    assert.ok(published.some(({ targets }) => targets.includes(made.body.id)))
    assert.ok(audit.body.items.some(({ action }) => action === 'POST /api/v1/release-calendar'))
  })
})
