import { addDays, formatTime, localDayStart, type Micros } from '../../../core/time.ts'
import type { RuleId } from '../../../digital-twin/indicator/codes.ts'
import type { Figure } from '../../../digital-twin/indicator/figure.ts'
import { figureKey } from '../../../digital-twin/indicator/figure-key.ts'
import type { PeriodInputs, Tally } from '../../../digital-twin/indicator/inputs.ts'
import { ratio } from '../../../digital-twin/indicator/ratio.ts'
import type { InputsRequest, Sources } from '../../../digital-twin/indicator/releases/plan.ts'
import type { PublishRequest } from '../../../digital-twin/indicator/releases/refusal.ts'
import { areasContaining } from '../../../digital-twin/indicator/releases/tally-sums.ts'

/** The end of a local day. */
export const endOf = (day: string): Micros => localDayStart(addDays(day, 1)) - 1

/** Devices that one row of facts is about, from an instant on until the next row of the same name. */
export interface Known {
  readonly name: string
  readonly from: Micros
  readonly area: string | null
  readonly rule: RuleId
  readonly devices?: number
  readonly ownerKind?: 'org' | 'person'
  readonly owner?: string
}

export interface KnownPopulation {
  readonly area: string
  readonly value: number
  readonly from: Micros
}

const EARLY = endOf('2026-01-01')
/** The devices of the worked case, with what decides about each and since when that is known. */
export const DEVICES: readonly Known[] = [
  ...['D1', 'D2', 'D4', 'D10'].map((name) => ({ name, area: '24133', rule: 'ACTIVE' as const, from: EARLY })),
  { name: 'D3', area: '24133', rule: 'INACTIVE', from: EARLY },
  { name: 'D5', area: '24328', rule: 'NEVER_HEARD', from: EARLY },
  { name: 'D5', area: '24328', rule: 'ACTIVE', from: endOf('2026-01-20') },
  { name: 'D6', area: '24328', rule: 'ACTIVE', from: EARLY },
  { name: 'D7', area: '24133', rule: 'TEST', from: EARLY },
  { name: 'D8', area: '24133', rule: 'RETIRED', from: EARLY },
  { name: 'D9', area: '24133', rule: 'NEVER_HEARD', from: EARLY },
  { name: 'D11', area: null, rule: 'ACTIVE', from: EARLY },
]
export const POPULATIONS: readonly KnownPopulation[] = [
  { area: '24133', value: 8, from: endOf('2026-01-10') },
  { area: '24328', value: 3, from: endOf('2026-01-10') },
  { area: '66', value: 11, from: endOf('2026-01-10') },
  { area: '24328', value: 4, from: endOf('2026-06-20') },
  { area: '66', value: 12, from: endOf('2026-06-20') },
]

/** Inputs as of an instant, out of a list of what became known when. */
export function inputsOf(
  devices: readonly Known[],
  populations: readonly KnownPopulation[],
  { period, freq, referenceDate, windowDays, asOf, isFinal }: InputsRequest,
): PeriodInputs {
  const newest = new Map<string, Known>()
  for (const known of devices.filter(({ from }) => from <= asOf)) newest.set(known.name, known)
  const values = new Map<string, number>()
  for (const { area, value, from } of populations) if (from <= asOf) values.set(area, value)
  return {
    ...{ period, freq, referenceDate, windowDays, isFinal },
    methodVersion: '1.0.0',
    asOf: formatTime(asOf),
    isSynthetic: false,
    province: '66',
    areas: [area('66', null), area('24133', '66'), area('24328', '66')],
    tallies: [...newest.values()].map(tallyOf),
    outageDays: [],
    populations: [...values].map(([code, value]) => ({
      area: code,
      value,
      geoVersion: '2025-07',
      year: 2025,
      basis: 'average',
      source: 'worked case',
      publishedOn: null,
      isSynthetic: false,
      isEstimated: false,
    })),
    reports: [],
    targets: [],
    comparators: [],
    territories: [],
    estimatedAreas: [],
    breaks: [],
  }
}

const area = (code: string, parent: string | null) => ({
  code,
  parent,
  geoVersion: '2025-07',
  nameVi: code,
  nameEn: code,
  level: parent === null ? ('province' as const) : ('commune' as const),
})

const tallyOf = ({ area, rule, devices = 1, ownerKind = 'org', owner }: Known): Tally => ({
  ...{ area, rule, devices, ownerKind },
  access: 'CELLULAR',
  domain: 'WATER',
  class: 'CELLULAR',
  owners: owner === undefined ? [] : [owner],
  sims: rule === 'ACTIVE' ? devices : 0,
})

/** IOT_CONN, POP and IOT_CONN_PC of each area; what must stay withheld is, and counts of 1 and 2 of persons. */
export const compose = (
  inputs: PeriodInputs,
  { withheldBefore }: { withheldBefore: ReadonlySet<string> },
): Figure[] => {
  const containing = areasContaining(inputs)
  return ['66', '66_U', '24133', '24328'].flatMap((code) => {
    const active = inputs.tallies.filter(
      ({ rule, area }) => rule === 'ACTIVE' && containing(area).includes(code),
    )
    const n = active.reduce((sum, { devices }) => sum + devices, 0)
    const p = inputs.populations.find((row) => row.area === code)?.value ?? null
    const isSmall = n > 0 && n < 3 && active.some(({ ownerKind }) => ownerKind === 'person')
    const figure = (part: Pick<Figure, 'indicator' | 'num' | 'den' | 'value' | 'decimals'>): Figure => {
      const whole: Figure = {
        ...{ freq: inputs.freq, area: code, geoVersion: '2025-07', indicator: part.indicator },
        ...({ access: '_T', domain: '_T', class: '_T', coverage: 'PLATFORM' } as const),
        ...{ period: inputs.period, referenceDate: inputs.referenceDate },
        ...part,
        obsStatus: part.value === null ? 'M' : inputs.isFinal ? 'A' : 'P',
        confStatus: 'F',
        popBasis: p === null ? null : 'average',
        popYear: p === null ? null : 2025,
        methodVersion: inputs.methodVersion,
        comment: null,
      }
      const isHidden = part.indicator !== 'POP' && (isSmall || withheldBefore.has(figureKey(whole)))
      return isHidden
        ? { ...whole, num: null, value: null, obsStatus: 'Q', confStatus: isSmall ? 'C' : 'D' }
        : whole
    }
    return [
      figure({ indicator: 'IOT_CONN', num: n, den: null, value: String(n), decimals: 0 }),
      figure({ indicator: 'POP', num: p, den: null, value: p === null ? null : String(p), decimals: 0 }),
      figure({
        indicator: 'IOT_CONN_PC',
        ...{ num: n, den: p, value: p === null ? null : ratio(n, p, 4), decimals: 4 },
      }),
    ]
  })
}

export const sourcesOf = (
  devices: readonly Known[] = DEVICES,
  populations: readonly KnownPopulation[] = POPULATIONS,
): Sources => ({
  readInputs: async (_db, request) => inputsOf(devices, populations, request),
  compose,
})

/** A release as it was published before there was a platform: known and published at the end of a day, or an instant. */
export const imported = (
  id: string,
  at: string | Micros,
  more: Partial<PublishRequest> = {},
): PublishRequest => ({
  id,
  periods: ['2025'],
  kind: 'ROUTINE',
  isFinal: false,
  reason: '',
  by: 'token:test',
  asOf: typeof at === 'number' ? at : endOf(at),
  importedFrom: typeof at === 'number' ? at : endOf(at),
  ...more,
})
export const VINTAGES = [
  imported('V1', '2026-01-15'),
  imported('V2', '2026-02-15'),
  imported('V3', '2026-07-01'),
]
