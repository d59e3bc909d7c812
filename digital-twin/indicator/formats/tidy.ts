import { addDays } from '../../../core/time.ts'
import type { IndicatorId } from '../codes.ts'
import type { AreaLabel, Figure, FigureSet } from '../figure.ts'
import type { PopulationInput } from '../inputs.ts'
import { popBasisInput } from './code-lists.ts'
import type { Cell } from './csv-line.ts'
import { csvLine, inChunks } from './csv-line.ts'
import type { Names } from './names.ts'

/** What is said of one area, access, domain, class and period: a line of the table. */
export interface Row {
  readonly any: Figure
  readonly area: AreaLabel | undefined
  readonly of: (indicator: IndicatorId) => Figure | undefined
  readonly set: FigureSet
  readonly populationSource: string | null
}

export interface Column extends Names {
  readonly name: string
  /** As CSVW names it. */
  readonly datatype: 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'dateTime'
  /** Part of the primary key. */
  readonly isKey?: boolean
  /** Numbers are decimal text, so that no digit of them is lost or made up. */
  readonly cell: (row: Row) => Cell
}

const text = (name: string, nameVi: string, nameEn: string, cell: Column['cell']): Column => ({
  name,
  nameVi,
  nameEn,
  datatype: 'string',
  cell,
})
const number = (name: string, indicator: IndicatorId, nameVi: string, nameEn: string): Column => ({
  name,
  nameVi,
  nameEn,
  datatype: ['IOT_CONN_PC', 'IOT_CONN_P100', 'M2M_SIM_P100'].includes(indicator) ? 'decimal' : 'integer',
  cell: ({ of }) => of(indicator)?.value ?? null,
})
const key = (column: Column): Column => ({ ...column, isKey: true })

/** Of which figure each number’s column is; `status` and `conf_status` alone are those of connections per person. */
const NUMBERS: readonly (readonly [name: string, indicator: IndicatorId, nameVi: string, nameEn: string])[] =
  [
    ['connections', 'IOT_CONN', 'Kết nối IoT đang hoạt động', 'Active IoT connections'],
    ['population', 'POP', 'Dân số', 'Population'],
    ['per_person', 'IOT_CONN_PC', 'Kết nối IoT bình quân đầu người', 'IoT connections per person'],
    ['target_gap', 'TARGET_GAP', 'Số kết nối còn thiếu so với mục tiêu', 'Connections missing to the target'],
    ['registered', 'IOT_REG', 'Kết nối IoT đã đăng ký', 'Registered IoT connections'],
    ['m2m_subscriptions', 'M2M_SIM', 'Thuê bao M2M đang hoạt động', 'Active M2M subscriptions'],
    ['per_100', 'IOT_CONN_P100', 'Kết nối IoT trên 100 dân', 'IoT connections per 100 inhabitants'],
    ['m2m_per_100', 'M2M_SIM_P100', 'Thuê bao M2M trên 100 dân', 'M2M subscriptions per 100 inhabitants'],
  ]
const numberColumn = (name: string): Column => {
  const found = NUMBERS.find(([one]) => one === name)
  if (!found) throw new RangeError(`no column ${name}`)
  const [, indicator, nameVi, nameEn] = found
  return number(name, indicator, nameVi, nameEn)
}

const statusColumns: readonly Column[] = NUMBERS.filter(([name]) => name !== 'per_person').flatMap(
  ([name, indicator, nameVi, nameEn]) => [
    text(
      `${name}_status`,
      `Trạng thái: ${nameVi}`,
      `Status: ${nameEn}`,
      ({ of }) => of(indicator)?.obsStatus ?? null,
    ),
    text(
      `${name}_conf_status`,
      `Bảo mật: ${nameVi}`,
      `Confidentiality: ${nameEn}`,
      ({ of }) => of(indicator)?.confStatus ?? null,
    ),
  ],
)

/** The table has a line for each area, access, domain, class and period and a column for each indicator, so that a ratio stands
 *  beside the two numbers it follows from and opens in a spreadsheet as people read it; SDMX-CSV has one line a figure. The
 *  first columns are as they always were. */
export const COLUMNS: readonly Column[] = [
  text('indicator', 'Chỉ tiêu của cột trạng thái', 'Indicator that `status` is about', () => 'IOT_CONN_PC'),
  key(text('area', 'Mã địa bàn', 'Area code', ({ any }) => any.area)),
  text('area_name_vi', 'Tên địa bàn', 'Area, in Vietnamese', ({ area }) => area?.nameVi ?? null),
  text('area_name_en', 'Tên địa bàn (tiếng Anh)', 'Area, in English', ({ area }) => area?.nameEn ?? null),
  key(text('geo_version', 'Phiên bản địa giới', 'Version of the geography', ({ any }) => any.geoVersion)),
  key(text('period', 'Kỳ báo cáo', 'Period', ({ any }) => any.period)),
  {
    name: 'reference_date',
    nameVi: 'Ngày tham chiếu',
    nameEn: 'Reference date',
    datatype: 'date',
    cell: ({ any }) => any.referenceDate,
  },
  numberColumn('connections'),
  numberColumn('population'),
  {
    name: 'population_year',
    nameVi: 'Năm của dân số',
    nameEn: 'Year of population',
    datatype: 'integer',
    cell: (row) => ofPopulation(row)?.popYear ?? null,
  },
  text('population_basis', 'Loại dân số', 'Basis of population', (row) => {
    const figure = ofPopulation(row)
    return figure ? popBasisInput(figure) : null
  }),
  text(
    'population_source',
    'Nguồn dân số',
    'Source of population',
    ({ populationSource }) => populationSource,
  ),
  {
    name: 'synthetic',
    nameVi: 'Số liệu giả lập',
    nameEn: 'Made up for a demonstration',
    datatype: 'boolean',
    cell: ({ set }) => set.isSynthetic,
  },
  numberColumn('per_person'),
  text(
    'status',
    'Trạng thái số liệu',
    'Observation status',
    ({ of }) => of('IOT_CONN_PC')?.obsStatus ?? null,
  ),
  {
    name: 'target_met',
    nameVi: 'Đạt mục tiêu',
    nameEn: 'Target met',
    datatype: 'boolean',
    cell: ({ of }) => {
      const gap = of('TARGET_GAP')?.value ?? null
      return gap === null ? null : gap === '0'
    },
  },
  numberColumn('target_gap'),
  {
    name: 'window_from',
    nameVi: 'Cửa sổ hoạt động từ ngày',
    nameEn: 'Window of activity from',
    datatype: 'date',
    cell: ({ any, set }) => addDays(any.referenceDate, 1 - set.windowDays),
  },
  {
    name: 'window_to',
    nameVi: 'Cửa sổ hoạt động đến ngày',
    nameEn: 'Window of activity to',
    datatype: 'date',
    cell: ({ any }) => any.referenceDate,
  },
  key(text('coverage', 'Phạm vi thu thập', 'Coverage', ({ any }) => any.coverage)),
  text('method_version', 'Phiên bản phương pháp', 'Version of the method', ({ any }) => any.methodVersion),
  {
    name: 'as_of',
    nameVi: 'Theo dữ liệu biết đến',
    nameEn: 'As known at',
    datatype: 'dateTime',
    cell: ({ set }) => set.asOf ?? set.preparedAt,
  },
  text('release', 'Lần phát hành', 'Release', ({ set }) => set.release?.id ?? null),
  text('level', 'Cấp địa bàn', 'Level of the area', ({ area }) => area?.level ?? null),
  key(text('freq', 'Tần suất', 'Frequency', ({ any }) => any.freq)),
  key(text('access', 'Công nghệ truy nhập', 'Access technology', ({ any }) => any.access)),
  key(text('domain', 'Lĩnh vực', 'Domain', ({ any }) => any.domain)),
  key(text('class', 'Loại kết nối', 'Class of connection', ({ any }) => any.class)),
  numberColumn('registered'),
  numberColumn('m2m_subscriptions'),
  numberColumn('per_100'),
  numberColumn('m2m_per_100'),
  text(
    'conf_status',
    'Mức độ bảo mật',
    'Confidentiality status',
    ({ of }) => of('IOT_CONN_PC')?.confStatus ?? null,
  ),
  ...statusColumns,
  text('comment', 'Chú thích', 'Comment', comments),
]

const INDICATOR_IDS = NUMBERS.map(([, indicator]) => indicator)

/** A figure that knows its population: any that was divided by it. */
const ofPopulation = ({ of }: Row): Figure | undefined =>
  INDICATOR_IDS.map(of).find((figure) => figure !== undefined && figure.popYear !== null)

function comments({ of }: Row): string | null {
  const said = new Set(INDICATOR_IDS.flatMap((indicator) => of(indicator)?.comment ?? []))
  return said.size === 0 ? null : [...said].join('; ')
}

/** Lines in the order in which their first figures come. */
export function rowsOf(set: FigureSet, populations: readonly PopulationInput[] = []): Row[] {
  const areas = new Map(set.areas.map((area) => [`${area.code} ${area.geoVersion}`, area]))
  const grouped = new Map<string, Map<IndicatorId, Figure>>()
  for (const figure of set.figures) {
    const { area, geoVersion, access, domain, class: kind, coverage, freq, period, indicator } = figure
    const id = JSON.stringify([area, geoVersion, freq, period, access, domain, kind, coverage])
    const figures = grouped.get(id) ?? new Map<IndicatorId, Figure>()
    if (figures.has(indicator)) throw new RangeError(`two figures in one cell: ${JSON.stringify(figure)}`)
    grouped.set(id, figures.set(indicator, figure))
  }
  return [...grouped.values()].flatMap((figures) => {
    const any = figures.values().next().value
    if (!any) return []
    const row = {
      any,
      area: areas.get(`${any.area} ${any.geoVersion}`),
      of: (indicator: IndicatorId) => figures.get(indicator),
      set,
      populationSource: null,
    }
    return [{ ...row, populationSource: sourceOf(row, populations) }]
  })
}

function sourceOf(row: Row, populations: readonly PopulationInput[]): string | null {
  const figure = ofPopulation(row)
  if (!figure) return null
  const basis = popBasisInput(figure)
  const used = populations.find(
    (one) =>
      one.area === figure.area &&
      one.geoVersion === figure.geoVersion &&
      one.year === figure.popYear &&
      one.basis === basis,
  )
  return used?.source ?? null
}

/** Tidy CSV in pieces: RFC 4180, UTF-8, a header line. Empty: no value. `populations` give the sources. */
export function tidyCsv(set: FigureSet, populations?: readonly PopulationInput[]): Generator<string> {
  return inChunks(lines(set, populations))
}

function* lines(set: FigureSet, populations?: readonly PopulationInput[]): Generator<string> {
  yield csvLine(COLUMNS.map(({ name }) => name))
  for (const row of rowsOf(set, populations)) yield csvLine(COLUMNS.map(({ cell }) => cell(row)))
}
