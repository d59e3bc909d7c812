import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import writeExcelFile, { type SheetData } from 'write-excel-file/node'
import { z } from 'zod'
import type { Column } from '../../../api/uploads/column.ts'
import type { UploadKind } from '../../../api/uploads/kind.ts'
import { judgeFile, type Report } from '../../../api/uploads/report.ts'
import { csvTemplate, xlsxTemplate } from '../../../api/uploads/template.ts'

const Row = z.object({
  area: z.string().regex(/^\d{2,5}$/),
  people: z.number().int().min(0),
  on: z.string().optional(),
  source: z.string().max(500).optional(),
})
type Row = z.infer<typeof Row>

const COLUMNS: readonly Column[] = [
  { name: 'area', nameVi: 'Mã địa bàn', aliases: ['code'], type: 'text', isRequired: true, example: '00004' },
  { name: 'people', nameVi: 'Dân số', type: 'whole', isRequired: true, example: '8' },
  { name: 'on', nameVi: 'Ngày công bố', type: 'day', example: '2026-01-10' },
  { name: 'source', nameVi: 'Nguồn', type: 'text', example: 'Niên giám, tr. 12' },
]

/** All rows are new but those whose area is known already with the same or another number of people. */
const kindWith = (known: ReadonlyMap<string, number> = new Map()): UploadKind<Row, Row> => ({
  name: 'things',
  path: '/things',
  tag: 'test',
  words: '',
  roles: [],
  columns: COLUMNS,
  given: Row,
  rowsMax: 200_000,
  begin: async () => ({
    judge(row) {
      const before = known.get(row.area)
      const shared = { key: row.area, row }
      if (before === undefined) return { ...shared, verdict: 'new' }
      if (before === row.people) return { ...shared, verdict: 'unchanged' }
      const [was, is] = [{ people: before }, { people: row.people }]
      return { ...shared, verdict: 'revision', field: 'people', detail: '', before: was, after: is }
    },
    warnings: () => ['odd'],
  }),
  store: async () => {},
})

const judged = (body: Buffer | string, kind = kindWith(), sheet?: string) =>
  judgeFile(kind, { body: Buffer.from(body), sheet })
const workbook = (data: SheetData) => writeExcelFile(data).toBuffer()
const HEAD = 'area,people,on,source\n'

/** The only thing said of a file. */
function onlyFault({ report, rows }: { report: Report; rows: unknown[] }): string {
  assert.deepEqual([rows.length, report.faulty, report.items[0]?.verdict], [0, 1, 'fault'])
  return `row ${report.items[0]?.row} ${report.items[0]?.field}: ${report.items[0]?.detail}`
}

describe('a table sent as a file', () => {
  it('is judged row by row: faults first, then revisions, then what is new', async () => {
    const known = new Map([
      ['24133', 8],
      ['24328', 3],
    ])
    const { report, rows } = await judged(
      `${HEAD}24133,8,,\n24328,4,,\n00004,1,2026-01-10,"a, b"\n00005,-1,,\n`,
      kindWith(known),
    )
    assert.deepEqual(rows, [
      { area: '24328', people: 4 },
      { area: '00004', people: 1, on: '2026-01-10', source: 'a, b' },
    ])
    const { file, items, ...counts } = report
    assert.equal(file.rows, 4)
    assert.deepEqual(counts, {
      kind: 'things',
      ...{ new: 1, unchanged: 1, revisions: 1, faulty: 1 },
      cut: 0,
      warnings: [],
    })
    assert.deepEqual(
      items.map(({ row, verdict, field, before, after }) => [row, verdict, field, before, after]),
      [
        [4, 'fault', 'people', null, null],
        [2, 'revision', 'people', { people: 3 }, { people: 4 }],
        [3, 'new', '', null, null],
        [1, 'unchanged', '', null, null],
      ],
    )
  })

  it('has headers in either language, in any case, with or without diacritics, and parted by what the header shows', async () => {
    for (const file of [
      'Mã địa bàn;DÂN SỐ;nguồn\n24133;8;a\n',
      '\ufeffMA DIA BAN,dan so,Nguon\r\n24133,8,a\r\n',
      'Code\tPeople\tSource\n24133\t8\ta',
    ])
      assert.deepEqual((await judged(file)).rows, [{ area: '24133', people: 8, source: 'a' }], file)
  })

  it('gives the same rows as CSV and as a workbook', async () => {
    // The writer of workbooks, not the reader, stumbles over the names of what every object has.
    const text = fc
      .stringMatching(/^[A-Za-zđĐắ,;" ]{1,20}$/)
      .map((cell) => cell.trim())
      .filter((cell) => !(cell in {}))
    const row = fc.record({
      area: fc.stringMatching(/^\d{5}$/),
      people: fc.nat(2_000_000_000),
      on: fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      source: text,
    })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(row, { minLength: 1, selector: ({ area }) => area }), async (rows) => {
        const lines = rows.map(({ area, people, on, source }) =>
          [area, people, on.toISOString().slice(0, 10), `"${source.replaceAll('"', '""')}"`].join(','),
        )
        const asCsv = await judged(`${HEAD}${lines.join('\n')}`)
        const asXlsx = await judged(
          await workbook([
            COLUMNS.map(({ name }) => name),
            ...rows.map(({ area, people, on, source }) => [
              area,
              people,
              { value: new Date(on.toISOString().slice(0, 10)), format: 'dd/mm/yyyy' },
              source,
            ]),
          ]),
        )
        assert.equal(asCsv.rows.length, rows.length)
        assert.deepEqual(asXlsx.rows, asCsv.rows)
      }),
      { numRuns: 10, endOnFailure: true },
    )
  })

  it('has a template that can be sent back', async () => {
    for (const body of [csvTemplate(COLUMNS, 'vi'), await xlsxTemplate(COLUMNS, 'en')])
      assert.deepEqual((await judged(body)).rows, [
        { area: '00004', people: 8, on: '2026-01-10', source: 'Niên giám, tr. 12' },
      ])
  })

  it('shows at most a thousand of its rows, and says how many more there are', async () => {
    const lines = Array.from({ length: 1500 }, (_, i) => `${10_000 + i},1,,\n`)
    const { report } = await judged(HEAD + lines.join(''))
    assert.deepEqual([report.new, report.items.length, report.cut], [1500, 1000, 500])
  })

  it('with two rows about one thing names both', async () => {
    const { report } = await judged(`${HEAD}24133,8,,\n24328,1,,\n24133,9,,\n`)
    assert.deepEqual([report.faulty, report.items[0]?.row], [1, 3])
    assert.match(report.items[0]?.detail ?? '', /same as row 1/)
  })
})

it('of a digest that is part of a key, a report tells eight digits', async () => {
  const digest = '0123456789abcdef'.repeat(4)
  const kind = kindWith()
  const begin: typeof kind.begin = async () => ({
    judge: (row) => ({ verdict: 'new', key: `A 2025 ${digest}`, row }),
  })
  const { report } = await judged(`${HEAD}24133,8,,\n24328,3,,\n`, { ...kind, begin })
  assert.deepEqual(
    report.items.map(({ detail }) => detail),
    ['is about the same as row 1: A 2025 01234567', 'A 2025 01234567'],
  )
})

describe('a hostile or mistaken file', () => {
  const CASES: readonly [what: string, body: string | Buffer, says: RegExp][] = [
    ['is empty', '', /^row 0 : the file is empty; the first row takes the headers area \(Mã địa bàn\)/],
    ['has a header only', HEAD, /^row 0 : there are no rows/],
    ['has another header', 'area,men\n1,2\n', /^row 0 : no column is called "men"; the first row takes/],
    [
      'has a title above its header',
      'Dân số năm 2025\narea,people\n',
      /^row 0 : no column is called "Dân số năm 2025"/,
    ],
    ['lacks a column', 'area\n24133\n', /^row 0 : there is no column people/],
    ['has a column twice', 'area,people,Dân số\n24133,1,2\n', /^row 0 : two columns are called people/],
    ['has a cell under no header', 'area,people,\n24133,1,2\n', /^row 1 : cell 3 is under no header/],
    ['is in another encoding', Buffer.from('area,people\n24133,\xe9', 'latin1'), /UTF-8/],
    ['is in UTF-16', Buffer.from('\ufeffarea,people\n24133,8', 'utf16le'), /UTF-8/],
    ['has a formula', `${HEAD}24133,8,,"=cmd|' /C calc'!A0"\n`, /^row 1 source: .*formula/],
    ['has a formula of another kind', `${HEAD}24133,8,,@SUM(1)\n`, /^row 1 source: .*formula/],
    ['has a cell of ten megabytes', `${HEAD}24133,8,,${'a'.repeat(10_000_000)}\n`, /longer than 65536 bytes/],
    [
      'has millions of empty cells in a row',
      `${HEAD}${','.repeat(5_000_000)}\n`,
      /line 2 is longer than 65536 bytes/,
    ],
    ['has a quote that is never closed', `${HEAD}24133,8,,"a\n24328,1,,b\n`, /^row \d : no CSV/],
    [
      'has a million rows',
      HEAD + '24133,8,,\n'.repeat(1_000_000),
      /more than 200000 rows: send several files/,
    ],
    ['is an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old \.xls or has a password/],
    ['is a torn workbook', Buffer.from('504b030400000000', 'hex'), /damaged/],
    ['is another kind of archive', zipOf('a.txt', Buffer.from('a')), /cannot be read as an XLSX workbook/],
    ['has lost digits', `${HEAD}24133,8,,8.98404E+18\n`, /digits a spreadsheet has dropped/],
    ['leaves out what it must say', `${HEAD},8,,\n`, /^row 1 area: is empty/],
    ['says what is no number', `${HEAD}24133,1.869.322,,\n`, /^row 1 people: /],
  ]
  for (const [what, body, says] of CASES)
    it(`that ${what} is told so`, async () => {
      const { report, rows } = await judged(body)
      const fault = report.items.find(({ verdict }) => verdict === 'fault')
      assert.match(`row ${fault?.row} ${fault?.field}: ${fault?.detail}`, says)
      assert.ok(report.faulty > 0 && rows.length <= 200_000)
    })

  it('that unpacks to gigabytes is not unpacked', async () => {
    const honest = zipOf('xl/worksheets/sheet1.xml', Buffer.alloc(65 * 1024 * 1024))
    assert.match(onlyFault(await judged(honest)), /larger than 64 MB when unpacked/)
    const lying = zipOf('xl/worksheets/sheet1.xml', Buffer.alloc(1024 * 1024), 100)
    assert.match(onlyFault(await judged(lying)), /damaged/)
  })

  it('that is a workbook with a merged header or without the sheet is told so', async () => {
    const merged = await workbook([
      [{ value: 'area', columnSpan: 2 }, null, 'people'],
      ['24133', 'x', 8],
    ])
    assert.match(onlyFault(await judged(merged)), /cell 2 is under no header/)
    const plain = await workbook([
      ['area', 'people'],
      ['24133', 8],
    ])
    assert.match(onlyFault(await judged(plain, kindWith(), 'Dân số')), /no sheet "Dân số"/)
    assert.match(onlyFault(await judged(plain, kindWith(), '2')), /no sheet 2/)
    assert.equal((await judged(plain, kindWith(), '1')).rows.length, 1)
  })

  it('that is a workbook with a formula that has no value is told which', async () => {
    const sheet = (cells: string) =>
      zipOf('xl/worksheets/sheet1.xml', Buffer.from(`<sheetData><row r="2">${cells}</row></sheetData>`))
    const says = async (cells: string) => onlyFault(await judged(sheet(cells)))
    assert.match(
      await says('<c r="A2"><v>1</v></c><c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
      /cell C2 .*#N\/A/,
    )
    assert.match(await says('<c r="B2"><f>A1+1</f></c>'), /cell B2 holds a formula without its result/)
    assert.match(await says('<c r="B2" s="1"><f>A1+1</f><v/></c>'), /cell B2 holds a formula without/)
    assert.match(await says('<c r="A2"/><c r="B2" t="str"><f>A1</f><v></v></c>'), /cannot be read as an XLSX/)
  })

  it('gets an answer, whatever its bytes are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isZip) => {
        const body = Buffer.concat([Buffer.from(isZip ? 'PK\x03\x04' : '', 'latin1'), bytes])
        assert.ok((await judged(body)).report.faulty > 0)
      }),
      { numRuns: 30 },
    )
  })
})

/** An archive of one file; `said` is the size that its directory claims. */
function zipOf(name: string, content: Buffer, said = content.length): Buffer {
  const zipped = deflateRawSync(content)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(zipped.length, 18)
  local.writeUInt32LE(said, 22)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  local.copy(entry, 6, 4, 30)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(46 + name.length, 12)
  end.writeUInt32LE(30 + name.length + zipped.length, 16)
  return Buffer.concat([local, Buffer.from(name), zipped, entry, Buffer.from(name), end])
}
