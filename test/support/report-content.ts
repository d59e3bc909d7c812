import { readFileSync } from 'node:fs'
import { INDICATORS, type IndicatorId } from '../../digital-twin/indicator/codes.ts'
import type { AreaLabel, Figure, FigureSet } from '../../digital-twin/indicator/figure.ts'
import { ratio } from '../../digital-twin/indicator/ratio.ts'
import type { AreaShape, ReportContent } from '../../digital-twin/indicator/report/content.ts'

interface Counted {
  readonly area: AreaLabel
  readonly connections: number
  readonly registered: number
  readonly sims: number
  /** Null: no population. */
  readonly people: number | null
  readonly isWithheld?: boolean
}

const commune = (code: string, nameVi: string, nameEn: string): AreaLabel => ({
  code,
  geoVersion: '2025-07',
  nameVi,
  nameEn,
  level: 'commune',
  parent: '66',
})
const PROVINCE: AreaLabel = {
  ...commune('66', 'Tỉnh Đắk Lắk', 'Dak Lak Province'),
  level: 'province',
  parent: null,
}
const UNKNOWN: AreaLabel = { ...commune('66_U', 'Không rõ địa bàn', 'Area unknown'), level: 'unknown' }

/** All indicators of an area, as a release has them. */
export function figuresOf(counted: Counted, period: string): Figure[] {
  const { area, connections, registered, sims, people } = counted
  const value: Readonly<Record<IndicatorId, [num: number, den: number | null, times: number]>> = {
    IOT_CONN: [connections, null, 1],
    IOT_REG: [registered, null, 1],
    M2M_SIM: [sims, null, 1],
    POP: [people ?? 0, null, 1],
    IOT_CONN_PC: [connections, people, 1],
    IOT_CONN_P100: [connections, people, 100],
    M2M_SIM_P100: [sims, people, 100],
    TARGET_GAP: [Math.max(0, (people ?? 0) - connections), null, 1],
  }
  return INDICATORS.map(({ id, decimals = 0 }): Figure => {
    const [num, den, times] = value[id]
    const isRatio = decimals > 0
    const none = people === null && (isRatio || id === 'POP' || id === 'TARGET_GAP')
    const isWithheld = (counted.isWithheld ?? false) && id !== 'POP'
    const text = isRatio ? ratio(num * times, den ?? 1, decimals) : String(num)
    return {
      freq: 'A',
      area: area.code,
      geoVersion: area.geoVersion,
      indicator: id,
      access: '_T',
      domain: '_T',
      class: '_T',
      period,
      coverage: 'PLATFORM',
      referenceDate: `${period}-12-31`,
      num: none || isWithheld ? null : num,
      den: none || isWithheld ? null : den,
      value: none || isWithheld ? null : text,
      decimals,
      obsStatus: isWithheld ? 'Q' : none ? 'M' : 'P',
      confStatus: isWithheld ? 'C' : 'F',
      popBasis: people === null ? null : 'average',
      popYear: people === null ? null : Number(period),
      methodVersion: '1.0.0',
      comment: none ? 'không có dân số; no population' : null,
    }
  })
}

function setOf(lines: readonly Counted[], period: string, more: Partial<FigureSet> = {}): FigureSet {
  return {
    agency: 'VN66',
    methodVersion: '1.0.0',
    windowDays: 90,
    asOf: '2026-02-15T00:00:00+07:00',
    preparedAt: '2026-02-15T00:00:00+07:00',
    release: {
      id: 'V2',
      publishedAt: '2026-02-15T00:00:00+07:00',
      asOf: '2026-02-15T00:00:00+07:00',
      kind: 'ROUTINE',
      isFinal: false,
      reason: 'số liệu nhận muộn của D5',
      imported: false,
      inputsSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    },
    isSynthetic: false,
    areas: lines.map(({ area }) => area),
    figures: lines.flatMap((line) => figuresOf(line, period)),
    ...more,
  }
}

const TARGETS: ReportContent['targets'] = [
  { kind: 'per-person', value: '1', by: '2025-12-31', source: 'trung bình mỗi người dân có 01 kết nối IoT' },
  { kind: 'per-person', value: '4', by: '2030-12-31', source: 'trung bình mỗi người dân 04 kết nối IoT' },
  { kind: 'upper-average', value: null, by: '2030-12-31', source: 'đạt mức trung bình cao trong nước' },
]

const TREND: ReportContent['trend'] = {
  points: ['2024-Q4', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'].map((period, at) => ({
    period,
    date: `${period.slice(0, 4)}-${['12-31', '03-31', '06-30', '09-30', '12-31'][at]}`,
    value: (0.2 + at * 0.109).toFixed(4),
  })),
  results: [
    {
      target: '1',
      meets: '2026-10-28',
      slopePerYear: '0.4360',
      words: {
        vi: 'Với xu thế hiện nay, mục tiêu 1 kết nối IoT bình quân đầu người đạt được vào khoảng tháng 10 năm 2026 (khoảng dự báo 95 %: từ tháng 9 năm 2026 đến tháng 1 năm 2027).',
        en: 'At this trend the target of 1 is reached about October 2026.',
      },
    },
    {
      target: '4',
      meets: null,
      slopePerYear: '0.4360',
      words: { vi: 'Với xu thế hiện nay, không đạt được mục tiêu 4.', en: 'Not at this trend.' },
    },
  ],
}

/** The worked case, release V2. */
export function workedCase(): ReportContent {
  const lines: Counted[] = [
    {
      area: commune('24133', 'Phường Buôn Ma Thuột', 'Buon Ma Thuot Ward'),
      connections: 4,
      registered: 6,
      sims: 5,
      people: 8,
    },
    {
      area: commune('24328', 'Xã Ea Drông', 'Ea Drong Commune'),
      connections: 2,
      registered: 2,
      sims: 2,
      people: 3,
    },
    { area: UNKNOWN, connections: 1, registered: 1, sims: 1, people: null },
    { area: PROVINCE, connections: 7, registered: 9, sims: 8, people: 11 },
  ]
  const population = { geoVersion: '2025-07', year: 2025, basis: 'average', source: 'giả định' } as const
  return {
    year: 2025,
    province: '66',
    set: setOf(lines, '2025'),
    sensitivity: [],
    beside: [],
    detail: null,
    previous: null,
    targets: TARGETS,
    standing: null,
    rules: [
      { rule: 'TEST', devices: 1 },
      { rule: 'RETIRED', devices: 1 },
      { rule: 'GATEWAY', devices: 3 },
      { rule: 'SAME_DEVICE', devices: 0 },
      { rule: 'NEVER_HEARD', devices: 1 },
      { rule: 'INACTIVE', devices: 1 },
      { rule: 'ACTIVE', devices: 7 },
    ],
    populations: (
      [
        ['24133', 8],
        ['24328', 3],
        ['66', 11],
      ] as const
    ).map(([area, value]) => ({
      ...population,
      area,
      value,
      publishedOn: '2026-01-10',
      isSynthetic: true,
      isEstimated: false,
    })),
    reports: [],
    outageDays: [],
    revisions: [
      {
        area: '24328',
        indicator: 'IOT_CONN_PC',
        period: '2025',
        before: '0.3333',
        after: '0.6667',
        release: 'V2',
        reasons: [{ vi: 'số liệu nhận muộn', en: 'late evidence' }],
      },
    ],
    trend: null,
    shapes: shapes(),
    publication: {
      publisher: { nameVi: 'Sở Khoa học và Công nghệ', nameEn: 'Department of Science and Technology' },
      licence: 'https://creativecommons.org/licenses/by/4.0/',
    },
  }
}

/** Today's province with made-up numbers: some withheld, one without a population. */
export function wholeProvince(): ReportContent {
  const seed = readFileSync(new URL('../../store/seed/communes_2025-07_66.csv', import.meta.url), 'utf8')
  const communes = seed
    .trim()
    .split('\n')
    .slice(1)
    .map((line, at): Counted => {
      const [code = '', nameVi = '', nameEn = ''] = line.split(',')
      const people = 9_000 + ((at * 7919) % 41_000)
      const connections = Math.floor((people * (((at * 37) % 101) + 3)) / 130)
      const isWithheld = at % 23 === 5
      return {
        area: commune(code, nameVi, nameEn),
        connections: isWithheld ? 2 : connections,
        registered: connections + 40,
        sims: Math.floor(connections / 3),
        people: at === 17 ? null : people,
        isWithheld,
      }
    })
  const unknown: Counted = {
    area: UNKNOWN,
    connections: 1_234,
    registered: 1_500,
    sims: 600,
    people: null,
  }
  const all = [...communes, unknown]
  const sum = (of: (line: Counted) => number) => all.reduce((whole, line) => whole + of(line), 0)
  const total: Counted = {
    area: PROVINCE,
    connections: sum(({ connections }) => connections),
    registered: sum(({ registered }) => registered),
    sims: sum(({ sims }) => sims),
    people: sum(({ people }) => people ?? 0),
  }
  const lines = [...all, total]
  const year = setOf(lines, '2025')
  const lastYear = lines.map((line) => ({ ...line, connections: Math.floor(line.connections * 0.7) }))
  return {
    ...workedCase(),
    set: year,
    sensitivity: [30, 365].map((windowDays) =>
      setOf([{ ...total, connections: total.connections + (windowDays - 90) * 97 }], '2025', { windowDays }),
    ),
    beside: (['OPERATOR', 'COMBINED'] as const).map((coverage, at) => {
      const set = setOf([{ ...total, sims: total.sims + (at + 1) * 10_000 }], '2025')
      const figures = set.figures.map((figure) => ({ ...figure, coverage }))
      return { ...set, figures: figures.filter(({ indicator }) => at === 1 || indicator.startsWith('M2M')) }
    }),
    outageDays: ['2025-11-06'],
    detail: { ...year, figures: detailOf(total.connections) },
    previous: setOf(lastYear, '2024'),
    standing: {
      place: { rank: 9, of: 34, group: { vi: 'Trung bình cao', en: 'Upper average' } },
      average: '0.3123',
      isUpperHalf: true,
      isAboveAverage: true,
      indicator: 'IOT_CONN_PC',
      sources: ['Bộ Khoa học và Công nghệ, báo cáo năm'],
    },
    rules: [
      { rule: 'TEST', devices: 312 },
      { rule: 'RETIRED', devices: 4_981 },
      { rule: 'GATEWAY', devices: 2_044 },
      { rule: 'SAME_DEVICE', devices: 87 },
      { rule: 'NEVER_HEARD', devices: 3_100 },
      { rule: 'INACTIVE', devices: total.registered - total.connections - 3_100 },
      { rule: 'ACTIVE', devices: total.connections },
    ],
    populations: lines.flatMap(({ area, people }) =>
      people === null
        ? []
        : [
            {
              area: area.code,
              geoVersion: '2025-07',
              year: 2025,
              basis: 'average' as const,
              value: people,
              source: 'Niên giám thống kê tỉnh Đắk Lắk 2025 (giả định)',
              publishedOn: '2026-06-30',
              isSynthetic: true,
              isEstimated: false,
            },
          ],
    ),
    reports: ['Viettel', 'VNPT', 'MobiFone'].map((operator, at) => ({
      operator,
      area: '66',
      geoVersion: '2025-07',
      period: '2025',
      access: 'CELLULAR',
      matchedBy: at === 2 ? null : at === 0 ? 'digest' : 'declared',
      source: `Công văn số ${100 + at}/BC-2026`,
    })),
    trend: TREND,
  }
}

const DOMAIN_SHARES = [
  ['TRAFFIC', 'CELLULAR', 0.1],
  ['WATER', 'LPWAN', 0.35],
  ['WATER', 'CELLULAR', 0.1],
  ['POWER', 'CELLULAR', 0.25],
  ['POWER', 'SHORT_RANGE', 0.15],
  ['ENVIRONMENT', 'SATELLITE', 0.01],
] as const

function detailOf(connections: number): Figure[] {
  const whole = { area: PROVINCE, connections, registered: connections, sims: 0, people: 1_000_000 }
  return DOMAIN_SHARES.flatMap(([domain, access, share]) =>
    figuresOf({ ...whole, connections: Math.floor(connections * share) }, '2025')
      .filter(({ indicator }) => indicator === 'IOT_CONN')
      .map((figure) => ({
        ...figure,
        domain,
        access,
        class: access === 'SHORT_RANGE' ? 'BEHIND_GATEWAY' : access,
      })),
  )
}

function shapes(): AreaShape[] {
  const file = new URL('../../store/seed/communes_2025-07_66.geojson', import.meta.url)
  const { features } = JSON.parse(readFileSync(file, 'utf8')) as {
    features: { geometry: object; properties: { commune_code: string } }[]
  }
  return features.map(({ geometry, properties }) => ({ code: properties.commune_code, geometry }))
}
