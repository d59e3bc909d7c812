import { figureKey } from './figure-key.ts'
import type { Computed } from './indicator.ts'
import { type Ranked, ranking, type Standing, standingOf } from './rank.ts'
import { type UpperAverage, upperAverage } from './rank-upper-average.ts'

/** Of the lowest areas by connections per person; those withheld or without population have no place. */
export function standingsOf({ inputs, byKey }: Computed): Ranked[] {
  const parents = new Set(inputs.areas.map(({ parent }) => parent))
  return ranking(
    inputs.areas.flatMap(({ code, geoVersion }): Standing[] => {
      if (parents.has(code)) return []
      const figure = byKey.get(figureKey({ ...TOTAL, area: code, geoVersion }))
      if (figure?.value == null || figure.num === null || figure.den === null) return []
      return [{ area: code, n: figure.num, p: figure.den }]
    }),
  )
}

const TOTAL = {
  indicator: 'IOT_CONN_PC',
  access: '_T',
  domain: '_T',
  class: '_T',
  coverage: 'PLATFORM',
} as const

export interface NationalStanding extends UpperAverage {
  readonly indicator: 'IOT_CONN_PC' | 'M2M_SIM_P100'
  readonly localities: number
  /** Of the country, as entered; null: nobody has. */
  readonly average: string | null
  readonly sources: readonly string[]
}

/** The province among the localities whose figures were entered for the period: connections per person, or, where others
 *  publish only those, M2M subscriptions per 100 inhabitants. Null: none were. */
export function nationalStanding({ inputs, byKey }: Computed): NationalStanding | null {
  const indicator = (['IOT_CONN_PC', 'M2M_SIM_P100'] as const).find((one) =>
    inputs.comparators.some((comparator) => comparator.indicator === one),
  )
  if (!indicator) return null
  const known = inputs.comparators.filter((one) => one.indicator === indicator)
  const national = known.find(({ isNational }) => isNational) ?? null
  const others = known.filter(({ isNational }) => !isNational)
  const geoVersion = inputs.areas.find(({ code }) => code === inputs.province)?.geoVersion ?? ''
  const figure = byKey.get(figureKey({ ...TOTAL, indicator, area: inputs.province, geoVersion }))
  const own = figure?.value == null ? null : standingOf(inputs.province, figure.value)
  return {
    ...upperAverage(
      own,
      others.map(({ locality, value }) => standingOf(locality, value)),
      national && standingOf(national.locality, national.value),
    ),
    indicator,
    localities: others.length,
    average: national?.value ?? null,
    sources: [...new Set(known.map(({ source }) => source))].sort(),
  }
}

export const isUpperAverage = (computed: Computed): boolean | null => nationalStanding(computed)?.met ?? null
