import writeExcelFile, { type Cell as SheetCell, type Row as SheetRow } from 'write-excel-file/node'
import { RULES, type RuleId } from '../codes.ts'
import type { FigureSet } from '../figure.ts'
import type { PopulationInput } from '../inputs.ts'
import type { Cell } from './csv-line.ts'
import { type Lang, type Names, nameIn, SYNTHETIC } from './names.ts'
import { COLUMNS, type Column, rowsOf } from './tidy.ts'
import { withoutTimes } from './zip-times.ts'

export interface XlsxOptions {
  readonly lang?: Lang
  /** The populations that figures were divided by, with their sources. */
  readonly populations?: readonly PopulationInput[]
  /** Devices by the rule that decided about them; left out: no such sheet. */
  readonly reconciliation?: readonly {
    readonly area: string
    readonly rule: RuleId
    readonly devices: number
  }[]
  /** The text of the method, paragraph by paragraph. */
  readonly methodology?: readonly string[]
  /** What is to be said of this release beside its own facts. */
  readonly releaseNotes?: readonly string[]
}

interface Header extends Names {
  readonly width?: number
}

/** A workbook of typed cells: numbers are numbers, codes are text and keep their zeros. Text cells are shared strings, which a
 *  spreadsheet never runs: a formula would have to be a cell of that type, and none is made here. */
export async function xlsx(set: FigureSet, options: XlsxOptions = {}): Promise<Uint8Array> {
  const { lang = 'vi' } = options
  const sheets = [
    figureSheet(set, options, lang),
    ...(options.reconciliation ? [reconciliationSheet(options.reconciliation, lang)] : []),
    sourceSheet(options.populations ?? [], lang),
    textSheet(lang === 'vi' ? 'Phương pháp' : 'Methodology', options.methodology ?? []),
    textSheet(lang === 'vi' ? 'Ghi chú công bố' : 'Release notes', [
      ...facts(set, lang),
      ...(options.releaseNotes ?? []),
    ]),
  ]
  return withoutTimes(await writeExcelFile(sheets, { fontFamily: 'Arial', fontSize: 10 }).toBuffer())
}

function figureSheet(set: FigureSet, { populations }: XlsxOptions, lang: Lang) {
  const rows = rowsOf(set, populations).map((row) =>
    COLUMNS.map((column): SheetCell => typed(column.cell(row), column.datatype)),
  )
  return sheet(lang === 'vi' ? 'Số liệu' : 'Figures', COLUMNS, rows, lang)
}

/** Decimal text of a number becomes a number shown with as many places; dates stay text, as codes do: they are labels here. */
function typed(cell: Cell, datatype: Column['datatype']): SheetCell {
  if (cell === null) return null
  if (datatype === 'boolean') return { type: Boolean, value: cell === true }
  if (datatype !== 'integer' && datatype !== 'decimal') return asText(String(cell))
  const [, places = ''] = String(cell).split('.')
  return { type: Number, value: Number(cell), format: places === '' ? '0' : `0.${'0'.repeat(places.length)}` }
}

/** write-excel-file looks texts up in a plain object: a name that every object has would give a workbook that cannot be opened. */
const asText = (value: string): SheetCell => ({
  type: String,
  value: value in Object.prototype ? `${value} ` : value,
  format: '@',
})

function reconciliationSheet(counts: NonNullable<XlsxOptions['reconciliation']>, lang: Lang) {
  const headers = [
    { nameVi: 'Mã địa bàn', nameEn: 'Area code' },
    { nameVi: 'Quy tắc', nameEn: 'Rule' },
    { nameVi: 'Ý nghĩa', nameEn: 'Meaning', width: 50 },
    { nameVi: 'Số thiết bị', nameEn: 'Devices' },
  ]
  const rows = counts.map(({ area, rule, devices }) => {
    const meaning = RULES.find(({ id }) => id === rule)
    return [
      asText(area),
      asText(rule),
      asText(meaning ? nameIn(meaning, lang) : ''),
      { type: Number, value: devices, format: '0' } as const,
    ]
  })
  return sheet(lang === 'vi' ? 'Đối soát' : 'Reconciliation', headers, rows, lang)
}

function sourceSheet(populations: readonly PopulationInput[], lang: Lang) {
  const headers = [
    { nameVi: 'Mã địa bàn', nameEn: 'Area code' },
    { nameVi: 'Phiên bản địa giới', nameEn: 'Version of the geography' },
    { nameVi: 'Năm', nameEn: 'Year' },
    { nameVi: 'Loại dân số', nameEn: 'Basis' },
    { nameVi: 'Dân số', nameEn: 'Population' },
    { nameVi: 'Nguồn', nameEn: 'Source', width: 50 },
    { nameVi: 'Ngày công bố', nameEn: 'Published on' },
    { nameVi: 'Giả lập', nameEn: 'Made up' },
    { nameVi: 'Ước tính', nameEn: 'Estimated' },
  ]
  const rows = populations.map((one) => [
    asText(one.area),
    asText(one.geoVersion),
    { type: Number, value: one.year, format: '0' } as const,
    asText(one.basis),
    { type: Number, value: one.value, format: '0' } as const,
    asText(one.source),
    one.publishedOn === null ? null : asText(one.publishedOn),
    { type: Boolean, value: one.isSynthetic },
    { type: Boolean, value: one.isEstimated },
  ])
  return sheet(lang === 'vi' ? 'Nguồn số liệu' : 'Sources', headers, rows, lang)
}

function sheet(name: string, headers: readonly Header[], rows: SheetRow[], lang: Lang) {
  const heading: SheetRow = headers.map((header) => ({
    type: String,
    value: nameIn(header, lang),
    fontWeight: 'bold',
    wrap: true,
    alignVertical: 'top',
  }))
  return {
    sheet: name,
    data: [heading, ...rows],
    columns: headers.map(({ width = 16 }) => ({ width })),
    stickyRowsCount: 1,
  }
}

const textSheet = (name: string, paragraphs: readonly string[]) => ({
  sheet: name,
  data: paragraphs.map((value): SheetRow => [{ type: String, value, wrap: true, alignVertical: 'top' }]),
  columns: [{ width: 110 }],
})

/** What every reader must know of the figures: which release, as known when, by which method. */
function facts(set: FigureSet, lang: Lang): string[] {
  const { release } = set
  const say = (nameVi: string, nameEn: string) => nameIn({ nameVi, nameEn }, lang)
  return [
    ...(set.isSynthetic ? [nameIn(SYNTHETIC, lang)] : []),
    release
      ? `${say('Lần phát hành', 'Release')} ${release.id} (${release.kind}), ${release.publishedAt}: ${release.reason}`
      : say('Chưa công bố: tính tại thời điểm yêu cầu', 'Not published: computed when it was asked for'),
    ...(release
      ? [`${say('SHA-256 của dữ liệu đầu vào', 'SHA-256 of the inputs')}: ${release.inputsSha256}`]
      : []),
    `${say('Theo dữ liệu biết đến', 'As known at')}: ${set.asOf ?? set.preparedAt}`,
    `${say('Phiên bản phương pháp', 'Version of the method')}: ${set.methodVersion}`,
    `${say('Cửa sổ hoạt động', 'Window of activity')}: ${set.windowDays} ${say('ngày', 'days')}`,
    `${say('Đơn vị lập', 'Made by')}: ${set.agency}`,
  ]
}
