import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import readExcelFile from 'read-excel-file/node'
import { describe, it, onTestFinished, vi } from 'vitest'
import type { FigureSet } from '../../../../digital-twin/indicator/figure.ts'
import { COLUMNS } from '../../../../digital-twin/indicator/formats/tidy.ts'
import { type XlsxOptions, xlsx } from '../../../../digital-twin/indicator/formats/xlsx.ts'
import type { PopulationInput } from '../../../../digital-twin/indicator/inputs.ts'
import { WORKED } from '../worked-case.ts'
import { anyFigureSet } from './any-figure-set.ts'

const POPULATION: PopulationInput = {
  area: '24328',
  geoVersion: '2025-07',
  year: 2025,
  basis: 'average',
  value: 3,
  source: '=HYPERLINK("http://x")',
  publishedOn: '2026-01-10',
  isSynthetic: false,
  isEstimated: false,
}

/** By name, as an independent reader sees them. */
async function sheetsOf(set: FigureSet, options: XlsxOptions = {}) {
  const read = await readExcelFile(Buffer.from(await xlsx(set, options)))
  return new Map(read.map(({ sheet, data }) => [sheet, data]))
}

describe('the workbook', () => {
  it('has the worked case as numbers, codes as text, and Vietnamese names', async () => {
    const sheets = await sheetsOf(WORKED.V2, { populations: [POPULATION] })
    const [header = [], ...rows] = sheets.get('Số liệu') ?? []
    const at = (title: string) => header.indexOf(title)
    const row = rows.find((one) => one[at('Mã địa bàn')] === '24328')
    assert.deepEqual(
      ['Mã địa bàn', 'Kết nối IoT đang hoạt động', 'Dân số', 'Kết nối IoT bình quân đầu người'].map(
        (title) => row?.[at(title)],
      ),
      ['24328', 2, 3, 0.6667],
    )
    const unknown = rows.find((one) => one[at('Mã địa bàn')] === '66_U')
    assert.equal(unknown?.[at('Kết nối IoT bình quân đầu người')], null)
    assert.equal(unknown?.[at('Trạng thái số liệu')], 'M')
  })

  it('has reconciliation if given, sources, method and notes on sheets of their own', async () => {
    const options = {
      populations: [POPULATION],
      reconciliation: [{ area: '66', rule: 'TEST', devices: 1 }] as const,
      methodology: ['§1 …', '=1+1'],
      releaseNotes: ['Sửa dân số 24328'],
    }
    const sheets = await sheetsOf(WORKED.V2, options)
    assert.deepEqual(
      [...sheets.keys()],
      ['Số liệu', 'Đối soát', 'Nguồn số liệu', 'Phương pháp', 'Ghi chú công bố'],
    )
    assert.deepEqual(sheets.get('Đối soát')?.[1], ['66', 'TEST', 'Thiết bị thử nghiệm hoặc mô phỏng', 1])
    // As it was typed: a text, and no formula that would be run.
    assert.equal(sheets.get('Nguồn số liệu')?.[1]?.[5], '=HYPERLINK("http://x")')
    assert.deepEqual(sheets.get('Phương pháp'), [['§1 …'], ['=1+1']])
    const notes = (sheets.get('Ghi chú công bố') ?? []).flat()
    assert.ok(notes.includes('Lần phát hành V2 (ROUTINE), 2026-02-15T00:00:00+07:00: late messages'))
    assert.ok(notes.includes('Sửa dân số 24328'))
    const english = await sheetsOf({ ...WORKED.V2, isSynthetic: true }, { lang: 'en' })
    assert.deepEqual([...english.keys()], ['Figures', 'Sources', 'Methodology', 'Release notes'])
    assert.match(String(english.get('Release notes')?.[0]?.[0]), /SYNTHETIC/)
  })

  it('freezes its header and has no formula', async () => {
    const raw = Buffer.from(await xlsx(WORKED.V2, { methodology: ['=1+1'] }))
    const parts = partsOf(raw)
    const figures = parts.get('xl/worksheets/sheet1.xml') ?? ''
    assert.match(figures, /<pane [^>]*ySplit="1"[^>]*state="frozen"/)
    for (const [name, xml] of parts)
      if (name.includes('worksheets/')) assert.doesNotMatch(xml, /<f[ >]/, name)
  })

  it('is the same bytes for the same set', async () => {
    const first = await xlsx(WORKED.V2)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-05-06T07:08:10Z') })
    onTestFinished(() => void vi.useRealTimers())
    assert.ok(Buffer.from(first).equals(Buffer.from(await xlsx(structuredClone(WORKED.V2)))))
  })

  it('read back has every number and status of any figures', () =>
    fc.assert(
      fc.asyncProperty(anyFigureSet(true), async (set) => {
        const [header = [], ...rows] = (await sheetsOf(set)).get('Số liệu') ?? []
        assert.equal(header.length, COLUMNS.length)
        const at = (name: string) => COLUMNS.findIndex((column) => column.name === name)
        for (const figure of set.figures.filter(({ indicator }) => indicator === 'IOT_CONN_PC')) {
          const row = rows.find(
            (one) =>
              one[at('area')] === figure.area &&
              one[at('period')] === figure.period &&
              one[at('access')] === figure.access &&
              one[at('domain')] === figure.domain &&
              one[at('class')] === figure.class,
          )
          assert.equal(row?.[at('per_person')], figure.value === null ? null : Number(figure.value))
          assert.equal(row?.[at('status')], figure.obsStatus)
          assert.equal(row?.[at('conf_status')], figure.confStatus)
        }
      }),
      { numRuns: 20 },
    ))
})

/** The parts of a ZIP file by name, through its central directory. */
function partsOf(zip: Buffer): Map<string, string> {
  const parts = new Map<string, string>()
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let entry = zip.readUInt32LE(end + 16)
  while (entry < end) {
    const nameLength = zip.readUInt16LE(entry + 28)
    const local = zip.readUInt32LE(entry + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const body = zip.subarray(start, start + zip.readUInt32LE(entry + 20))
    const isDeflated = zip.readUInt16LE(entry + 10) === 8
    parts.set(
      zip.toString('utf8', entry + 46, entry + 46 + nameLength),
      (isDeflated ? inflateRawSync(body) : body).toString('utf8'),
    )
    entry += 46 + nameLength + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32)
  }
  return parts
}
