import { INDICATORS, type IndicatorId } from '../../../digital-twin/indicator/codes.ts'
import type { AreaLabel, Figure, FigureSet, ReleaseRef } from '../../../digital-twin/indicator/figure.ts'
import { inOrder } from '../../../digital-twin/indicator/order.ts'

/** The case that was worked out by hand: two communes, devices without an area, the province; the year 2025 in three releases.
 *  Every number here is typed in, none computed. */

const area = (
  code: string,
  level: AreaLabel['level'],
  nameVi: string,
  nameEn: string,
  parent: string | null,
): AreaLabel => ({ code, geoVersion: '2025-07', nameVi, nameEn, level, parent })

const AREAS: readonly AreaLabel[] = [
  area('66', 'province', 'Tỉnh Đắk Lắk', 'Đắk Lắk province', null),
  area('24133', 'commune', 'Phường Buôn Ma Thuột', 'Buôn Ma Thuột ward', '66'),
  area('24328', 'commune', 'Xã Cuôr Đăng', 'Cuôr Đăng commune', '66'),
  area('66_U', 'unknown', 'Không rõ địa bàn', 'Area unknown', '66'),
]

/** By area: indicator → numerator, denominator, value. Null: there cannot be one. */
type Cell = readonly [num: number | null, den: number | null, value: string | null]
type Table = Readonly<Record<string, Partial<Record<IndicatorId, Cell>>>>

const V1: Table = {
  '24133': {
    IOT_CONN: [4, null, '4'],
    M2M_SIM: [5, null, '5'],
    POP: [8, null, '8'],
    IOT_CONN_PC: [4, 8, '0.5000'],
    M2M_SIM_P100: [5, 8, '62.50'],
  },
  '24328': {
    IOT_CONN: [1, null, '1'],
    M2M_SIM: [1, null, '1'],
    POP: [3, null, '3'],
    IOT_CONN_PC: [1, 3, '0.3333'],
    M2M_SIM_P100: [1, 3, '33.33'],
  },
  '66_U': {
    IOT_CONN: [1, null, '1'],
    M2M_SIM: [1, null, '1'],
    POP: [null, null, null],
    IOT_CONN_PC: [1, null, null],
    M2M_SIM_P100: [1, null, null],
  },
  '66': {
    IOT_CONN: [6, null, '6'],
    IOT_REG: [9, null, '9'],
    M2M_SIM: [7, null, '7'],
    POP: [11, null, '11'],
    IOT_CONN_PC: [6, 11, '0.5455'],
    M2M_SIM_P100: [7, 11, '63.64'],
    TARGET_GAP: [5, null, '5'],
  },
}

const V2: Table = {
  ...V1,
  '24328': {
    IOT_CONN: [2, null, '2'],
    M2M_SIM: [2, null, '2'],
    POP: [3, null, '3'],
    IOT_CONN_PC: [2, 3, '0.6667'],
    M2M_SIM_P100: [2, 3, '66.67'],
  },
  '66': {
    IOT_CONN: [7, null, '7'],
    IOT_REG: [9, null, '9'],
    M2M_SIM: [8, null, '8'],
    POP: [11, null, '11'],
    IOT_CONN_PC: [7, 11, '0.6364'],
    M2M_SIM_P100: [8, 11, '72.73'],
    TARGET_GAP: [4, null, '4'],
  },
}

const V3: Table = {
  ...V2,
  '24328': {
    IOT_CONN: [2, null, '2'],
    M2M_SIM: [2, null, '2'],
    POP: [4, null, '4'],
    IOT_CONN_PC: [2, 4, '0.5000'],
    M2M_SIM_P100: [2, 4, '50.00'],
  },
  '66': {
    IOT_CONN: [7, null, '7'],
    IOT_REG: [9, null, '9'],
    M2M_SIM: [8, null, '8'],
    POP: [12, null, '12'],
    IOT_CONN_PC: [7, 12, '0.5833'],
    M2M_SIM_P100: [8, 12, '66.67'],
    TARGET_GAP: [5, null, '5'],
  },
}

function figures(table: Table): Figure[] {
  const all = Object.entries(table).flatMap(([code, cells]) =>
    INDICATORS.flatMap(({ id, decimals = 0 }): Figure[] => {
      const cell = cells[id]
      if (!cell) return []
      const [num, den, value] = cell
      const hasPopulation = code !== '66_U' && (id === 'POP' || id === 'TARGET_GAP' || den !== null)
      return [
        {
          freq: 'A',
          area: code,
          geoVersion: '2025-07',
          indicator: id,
          access: '_T',
          domain: '_T',
          class: '_T',
          period: '2025',
          coverage: 'PLATFORM',
          referenceDate: '2025-12-31',
          num,
          den,
          value,
          decimals,
          obsStatus: value === null ? 'M' : 'P',
          confStatus: 'F',
          popBasis: hasPopulation ? 'average' : null,
          popYear: hasPopulation ? 2025 : null,
          methodVersion: '1.0.0',
          comment: null,
        },
      ]
    }),
  )
  return inOrder(all)
}

function release(id: string, asOf: string, reason: string): ReleaseRef {
  return {
    id,
    publishedAt: asOf,
    asOf,
    kind: id === 'V3' ? 'MAJOR' : 'ROUTINE',
    isFinal: false,
    reason,
    imported: false,
    inputsSha256: '0'.repeat(64),
  }
}

const set = (id: string, asOf: string, table: Table, reason: string): FigureSet => ({
  agency: 'VN66',
  methodVersion: '1.0.0',
  windowDays: 90,
  asOf,
  preparedAt: asOf,
  release: release(id, asOf, reason),
  isSynthetic: false,
  areas: AREAS,
  figures: figures(table),
})

export const WORKED: Readonly<Record<'V1' | 'V2' | 'V3', FigureSet>> = {
  V1: set('V1', '2026-01-15T00:00:00+07:00', V1, 'first release'),
  V2: set('V2', '2026-02-15T00:00:00+07:00', V2, 'late messages'),
  V3: set('V3', '2026-07-01T00:00:00+07:00', V3, 'population of 24328 revised'),
}

/** The set with the figures of some indicators only. */
export const only = (of: FigureSet, ...indicators: readonly IndicatorId[]): FigureSet => ({
  ...of,
  figures: of.figures.filter(({ indicator }) => indicators.includes(indicator)),
})
