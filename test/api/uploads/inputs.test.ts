import assert from 'node:assert/strict'
import { request } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { type PlatformProcess, startSharedPlatform } from '../../support/platform-process.ts'
import { ADMIN_TOKEN } from '../../support/spawn-platform.ts'

interface Report {
  new: number
  unchanged: number
  revisions: number
  faulty: number
  status?: number
  code?: string
  items: { row: number; verdict: string; field: string; detail: string; before: object; after: object }[]
  warnings: string[]
}
interface Row {
  readonly [member: string]: unknown
}

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform()
})
afterAll(() => platform.kill('SIGTERM'))

async function send(path: string, body: string | Buffer, type = 'text/csv') {
  const response = await fetch(`${platform.http}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type },
    body: body as BodyInit,
  })
  return { status: response.status, body: (await response.json()) as Report }
}

/** The answer to a body of that length, before any of it is sent. */
const statusOf = (path: string, bytes: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'text/csv',
      'content-length': bytes,
    }
    const sending = request(`${platform.http}/api/v1${path}`, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode)
      sending.destroy()
    })
    sending.on('error', reject)
    sending.flushHeaders()
  })

const list = async (path: string) =>
  (await platform.api<{ items: Row[]; next?: string }>('GET', path)).body.items

const counts = ({ new: added, unchanged, revisions, faulty }: Report) => [added, unchanged, revisions, faulty]

const HEAD = 'area,year,basis,value,source\n'

describe('a table of the indicator’s inputs', () => {
  it('is judged first, stored whole, and unchanged the second time', async () => {
    const file = `${HEAD}24133,2025,census,8,a\n24328,2025,census,3,a\n`
    const dry = await send('/populations/import?dryRun=true', file)
    assert.deepEqual([dry.status, counts(dry.body)], [200, [2, 0, 0, 0]])
    assert.deepEqual(await list('/populations?basis=census'), [])
    const first = await send('/populations/import', file)
    assert.deepEqual([first.status, counts(first.body)], [201, [2, 0, 0, 0]])
    const [stored] = await list('/populations?basis=census')
    const { recordedAt, enteredAt, ...rest } = stored as Row
    assert.equal(recordedAt, enteredAt)
    assert.deepEqual(rest, {
      ...{ area: '24133', geoVersion: '2025-07', year: 2025, basis: 'census', value: 8, source: 'a' },
      ...{ publishedOn: null, synthetic: false, imported: false },
    })
    const second = await send('/populations/import', file)
    assert.deepEqual([second.status, counts(second.body)], [200, [0, 2, 0, 0]])
    const revised = await send(
      '/populations/import',
      file.replace('24328,2025,census,3', '24328,2025,census,4'),
    )
    assert.deepEqual([revised.status, counts(revised.body)], [201, [0, 1, 1, 0]])
    const [item] = revised.body.items
    assert.deepEqual(
      [item?.row, item?.field, item?.before, item?.after],
      [2, 'value', { value: 3 }, { value: 4 }],
    )
  })

  it('with one faulty row is not stored at all, and each fault is named', async () => {
    const { status, body } = await send(
      '/populations/import',
      `${HEAD}24133,2025,mid-year,8,a\n99999,2025,mid-year,8,a\n24328,2025,mid-year,many,a\n24328,2025,none,1,a\n`,
    )
    assert.deepEqual([status, body.status, body.code, counts(body)], [422, 422, 'faulty_rows', [1, 0, 0, 3]])
    assert.deepEqual(
      body.items.slice(0, 3).map(({ row, field }) => [row, field]),
      [
        [3, 'value'],
        [4, 'basis'],
        [2, 'area'],
      ],
    )
    assert.deepEqual(await list('/populations?basis=mid-year'), [])
  })

  it('may be a workbook with Vietnamese headers, in which codes and days are what a spreadsheet makes of them', async () => {
    const body = await writeExcelFile([
      ['Mã địa bàn', 'Địa giới', 'Năm', 'Loại dân số', 'Dân số', 'Nguồn', 'Ngày công bố'],
      [
        24133,
        { value: new Date('2025-07-01'), format: 'mm/yyyy' },
        2025,
        'Giữa năm',
        2,
        'Niên giám',
        { value: new Date('2026-06-20'), format: 'dd/mm/yyyy' },
      ],
    ]).toBuffer()
    const sent = await send(
      '/populations/import?name=dan-so.xlsx',
      body,
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
    assert.equal(sent.status, 201, JSON.stringify(sent.body))
    const [row] = await list('/populations?basis=mid-year')
    assert.deepEqual(
      [row?.area, row?.geoVersion, row?.year, row?.value, row?.publishedOn],
      ['24133', '2025-07', 2025, 2, '2026-06-20'],
    )
  })

  it('has a template of each kind that can be sent as it is', async () => {
    for (const kind of [
      'populations',
      'targets',
      'reported-connections',
      'reported-connections/sims',
      'crosswalks',
      'comparators',
    ])
      for (const query of ['format=csv', 'format=xlsx&lang=vi']) {
        const template = await fetch(`${platform.http}/api/v1/${kind}/template?${query}`, {
          headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        })
        assert.equal(template.status, 200)
        const type = template.headers.get('content-type') ?? ''
        const body = Buffer.from(await template.arrayBuffer())
        const { status, body: report } = await send(`/${kind}/import?dryRun=true`, body, type)
        assert.deepEqual([status, report.faulty], [200, 0], `${kind} ${JSON.stringify(report.items)}`)
      }
  })

  it('takes entries of the past, dated, and gives back what was known then', async () => {
    const dated = 'area,year,basis,value,source,recordedAt\n'
    const file = `${dated}24328,2024,average,3,a,\n`.replace('24328', '643')
    const vintages = `${dated}643,2024,average,4,a,2026-06-20\n643,2024,average,3,a,2026-01-10\n`
    const sent = await send('/populations/import', vintages)
    assert.deepEqual([sent.status, counts(sent.body)], [201, [1, 0, 1, 0]])
    const valueAsOf = async (asOf: string) => (await list(`/populations?year=2024&asOf=${asOf}`))[0]?.value
    assert.deepEqual(
      await Promise.all(['2026-01-09', '2026-01-10', '2026-06-19', '2026-06-20'].map(valueAsOf)),
      [undefined, 3, 3, 4],
    )
    const [row] = await list('/populations?year=2024')
    assert.deepEqual(
      [row?.geoVersion, row?.imported, row?.recordedAt],
      ['2025-03', true, '2026-06-19T17:00:00.000Z'],
    )
    assert.notEqual(row?.enteredAt, row?.recordedAt)
    const again = await send('/populations/import', vintages)
    assert.deepEqual([again.status, counts(again.body)], [200, [0, 2, 0, 0]])
    const back = await send('/populations/import', file)
    assert.deepEqual(counts(back.body), [0, 0, 1, 0])
    const future = await send('/populations/import', `${dated}643,2024,average,9,a,2999-01-01\n`)
    assert.deepEqual([future.status, future.body.items[0]?.field], [422, 'recordedAt'])
  })

  it('says what is odd, and takes it', async () => {
    const districts = (await list('/areas?date=2025-06-01')).filter(({ parent }) => parent === '54')
    const rows = districts.map(({ code }) => `${code},2023,average,100,a\n`).join('')
    const { status, body } = await send('/populations/import', `${HEAD}${rows}54,2023,average,901,a\n`)
    assert.equal(status, 201)
    assert.deepEqual(body.warnings, ['54, 2023, average: its 9 areas have 900 in all, not 901'])
    const next = await platform.api<{ warnings: string[] }>('POST', '/populations', {
      ...{ area: '54', year: 2024, basis: 'average', value: 1100, source: 'a' },
    })
    assert.deepEqual(next.body.warnings, [
      '54, 2024, average: 1100 is more than 20 % away from 901 (the year before)',
    ])
  })

  it('is read page by page, in order', async () => {
    const all = await list('/crosswalks?toVersion=2025-07')
    assert.ok(all.length > 300)
    const seen: Row[] = []
    for (let cursor: string | undefined, page = 0; page < 10; page++) {
      const { body } = await platform.api<{ items: Row[]; next?: string }>(
        'GET',
        `/crosswalks?toVersion=2025-07&limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
      )
      seen.push(...body.items)
      cursor = body.next
      if (cursor === undefined) break
    }
    assert.deepEqual(seen, all)
    for (const cursor of ['x', Buffer.from('["a"]').toString('base64url')])
      assert.equal((await platform.api('GET', `/crosswalks?cursor=${cursor}`)).status, 400)
  })

  it('asks for a table, and one at a time', async () => {
    const untabled = await platform.api<{ detail: string }>('POST', '/populations/import', {})
    assert.equal(untabled.status, 415)
    assert.match(untabled.body.detail, /"application\/json": takes text\/csv or XLSX/)
    const ofWindows = await send(
      '/populations/import?dryRun=true',
      `${HEAD}66,2011,average,1,a\n`,
      'application/vnd.ms-excel',
    )
    assert.deepEqual([ofWindows.status, ofWindows.body.new], [200, 1])
    assert.equal(await statusOf('/populations/import', 33 * 1024 * 1024), 413)
    const lines = Array.from({ length: 20_000 }, (_, i) => `24133,${1900 + (i % 300)},average,1,s${i}\n`)
    const [one, other] = await Promise.all([
      send('/populations/import?dryRun=true', HEAD + lines.join('')),
      send('/populations/import?dryRun=true', HEAD + lines.join('')),
    ])
    assert.deepEqual([one.status, other.status].sort(), [200, 409])
  })
})

describe('one row', () => {
  it('that names no area is not found, and one that is there already changes nothing', async () => {
    const row = { area: '24133', year: 2025, basis: 'end-year', value: 8, source: 'a' }
    assert.equal((await platform.api('POST', '/populations', { ...row, area: '99999' })).status, 404)
    const verdicts = []
    for (const value of [8, 8, 9]) {
      const { status, body } = await platform.api('POST', '/populations', { ...row, value })
      verdicts.push([status, body.verdict])
    }
    assert.deepEqual(verdicts, [
      [201, 'new'],
      [201, 'unchanged'],
      [201, 'revision'],
    ])
  })

  it('can be withdrawn, from then on', async () => {
    const target = { kind: 'per-person', value: '2', by: '2027-12-31', source: 'a' }
    await platform.api('POST', '/targets', { ...target, recordedAt: '2026-01-01T00:00:00Z' })
    const there = async (asOf = '') =>
      (await list(`/targets?kind=per-person${asOf}`)).some(({ by }) => by === target.by)
    assert.equal(await there(), true)
    const withdrawn = await platform.api('POST', '/targets', { ...target, withdrawn: true })
    assert.deepEqual([withdrawn.status, withdrawn.body.verdict], [201, 'revision'])
    assert.deepEqual([await there(), await there('&asOf=2026-01-02')], [false, true])
    const again = await platform.api('POST', '/targets', { ...target, withdrawn: true })
    assert.equal(again.body.verdict, 'unchanged')
    const none = await platform.api('POST', '/targets', { ...target, by: '2028-12-31', withdrawn: true })
    assert.deepEqual([none.status, none.body.code], [422, 'faulty_row'])
    assert.equal((await platform.api('POST', '/targets', target)).body.verdict, 'new')
  })

  it('of a report, a crosswalk or a comparator is taken as the platform gives it', async () => {
    const given: [path: string, row: Row, gives: Row][] = [
      [
        '/reported-connections',
        { operator: 'A', area: '24133', period: '2025-12', subscriptions: 12, onPlatform: 3, source: 'a' },
        { geoVersion: '2025-07', access: '_T', publishedOn: null, synthetic: false },
      ],
      [
        '/crosswalks',
        {
          ...{
            fromCode: '22024',
            fromVersion: '2025-03',
            toCode: '22015',
            toVersion: '2025-07',
            overlap: 'partial',
          },
          ...{ weight: '0.4', weightBasis: 'dân số 2024', source: 'a' },
        },
        {},
      ],
      [
        '/comparators',
        {
          locality: 'VN',
          nameVi: 'Cả nước',
          nameEn: 'Viet Nam',
          national: true,
          period: '2025',
          value: '0.80',
          source: 'a',
        },
        { indicator: 'IOT_CONN_PC' },
      ],
    ]
    for (const [path, row, gives] of given) {
      const { status, body } = await platform.api('POST', path, row)
      assert.equal(status, 201, JSON.stringify(body))
      const { recordedAt, enteredAt, imported, verdict, warnings, ...rest } = body
      assert.deepEqual(rest, { ...row, ...gives })
      assert.equal((await platform.api('POST', path, row)).body.verdict, 'unchanged')
    }
    const tooMany = {
      operator: 'A',
      area: '24133',
      period: '2025',
      subscriptions: 1,
      onPlatform: 2,
      source: 'a',
    }
    assert.equal((await platform.api('POST', '/reported-connections', tooMany)).status, 400)
    const shares = await send(
      '/crosswalks/import',
      'fromCode,fromVersion,toCode,toVersion,overlap,weight,weightBasis,source\n22024,2025-03,22045,2025-07,partial,0.5,dân số 2024,a\n',
    )
    assert.deepEqual(shares.body.warnings, ['22024 of 2025-03: its shares are 0.9 in all, not 1'])
  })
})

it('SIMs of a report are taken by file, as ICCIDs or digests, and never given out', async () => {
  const iccid = '8984040000000000018'
  const file = `operator,period,sim\nB,2025,${iccid}\nB,2025,${'ab'.repeat(32)}\n`
  const sent = await send('/reported-connections/sims/import', file)
  assert.deepEqual([sent.status, counts(sent.body)], [201, [2, 0, 0, 0]])
  assert.deepEqual(sent.body.warnings, ['B, 2025: there is no report for these SIMs yet'])
  assert.ok(!JSON.stringify(sent.body).includes(iccid))
  assert.deepEqual(counts((await send('/reported-connections/sims/import', file)).body), [0, 2, 0, 0])
  const bad = await send('/reported-connections/sims/import', 'operator,period,sim\nB,2025,12345\n')
  assert.deepEqual([bad.status, bad.body.items[0]?.field], [422, 'sim'])
  const lost = await send('/reported-connections/sims/import', 'operator,period,sim\nB,2025,8.98404E+18\n')
  assert.match(lost.body.items[0]?.detail ?? '', /format the column as text/)
})

const NOW = '9'
const inOrderOfTime = <T extends { recordedAt: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => ((a.recordedAt || NOW) < (b.recordedAt || NOW) ? -1 : 1))

/** The last word on what stands comes before what is said of the past. */
const OUT_OF_ORDER = [
  { year: 2013, value: 3, recordedAt: '2026-01-10', withdrawn: false },
  { year: 2013, value: 3, recordedAt: '', withdrawn: false },
  { year: 2013, value: 2, recordedAt: '2026-03-10', withdrawn: false },
]

it('an import is the same as posting its rows in the order of their time, and a second one changes nothing', async () => {
  const days = ['2026-01-10', '2026-02-10', '2026-03-10']
  const row = fc.record({
    year: fc.integer({ min: 2012, max: 2014 }),
    value: fc.integer({ min: 1, max: 3 }),
    recordedAt: fc.constantFrom(...days, ''),
    withdrawn: fc.nat(5).map((one) => one === 0),
  })
  const known = async (area: string, year: number) =>
    Promise.all(
      [...days, '2026-11-01'].map(async (asOf) =>
        (await list(`/populations?area=${area}&year=${year}&asOf=${asOf}`)).map(({ value }) => value),
      ),
    )
  // Each run has a century of its own, and two districts that must come out alike.
  let century = 1900
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: (one) => `${one.year} ${one.recordedAt}` }),
      async (rows) => {
        century++
        const ofRun = rows.map((one) => ({ ...one, year: one.year - 2012 + 1900 + 3 * (century - 1900) }))
        const file = `area,year,basis,value,source,recordedAt,withdrawn\n${ofRun.map((one) => `643,${one.year},average,${one.value},a,${one.recordedAt},${one.withdrawn}\n`).join('')}`
        const report = await send('/populations/import', file)
        const posted = []
        for (const { recordedAt, ...one } of inOrderOfTime(ofRun)) {
          const body = { area: '644', basis: 'average', source: 'a', ...one }
          const { status } = await platform.api('POST', '/populations', {
            ...body,
            ...(recordedAt === '' ? {} : { recordedAt }),
          })
          posted.push(status)
        }
        // A row that withdraws nothing is a fault: of a file, nothing is stored then.
        if (posted.includes(422)) return assert.equal(report.status, 422)
        assert.equal(report.status, 201)
        const again = await send('/populations/import', file)
        assert.deepEqual([again.status, again.body.unchanged], [200, rows.length])
        for (const year of new Set(ofRun.map((one) => one.year)))
          assert.deepEqual(await known('643', year), await known('644', year))
      },
    ),
    { numRuns: 10, examples: [[OUT_OF_ORDER]] },
  )
})
