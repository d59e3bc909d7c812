/** Whether a locality is at an upper-average level in the country, and how far it is from the average.
 *
 *      upperAverage({ area: '66', n: 7, p: 10 }, [standingOf('79', '0.9'), standingOf('48', '0.3')], standingOf('VN', '0.8'))
 *      // { met: true, byRule: { 'upper-half': true, 'national-average': false }, distance: '-12.5', … } */
import { compareRatios, type Ranked, ranking, type Standing } from './rank.ts'

/** How far above (or, with a minus, below) an average a ratio lies, in percent of it to one place: 5/8 to 1/2 is `25.0`.
 *  Null: one of them does not exist, or the average is zero. */
export function distanceTo(average: Standing, own: Standing): string | null {
  if (average.p <= 0 || own.p <= 0 || average.n <= 0) return null
  const ours = BigInt(own.n) * BigInt(average.p)
  const theirs = BigInt(average.n) * BigInt(own.p)
  const apart = ours >= theirs ? ours - theirs : theirs - ours
  const tenths = (2n * apart * 1000n + theirs) / (2n * theirs)
  return `${ours < theirs && tenths > 0n ? '-' : ''}${tenths / 10n}.${tenths % 10n}`
}

/** How "mức trung bình cao trong nước" (an upper-average level in the country) is read. No text defines it. */
type UpperAverageRule = 'upper-half' | 'national-average'

export interface UpperAverage {
  readonly rule: UpperAverageRule
  /** Null: there is nothing to compare with. */
  readonly met: boolean | null
  /** The same by every reading, for the two may differ. */
  readonly byRule: Readonly<Record<UpperAverageRule, boolean | null>>
  readonly place: Ranked | null
  /** Of the national average, in percent. */
  readonly distance: string | null
}

/** The arm of the target that compares with other localities.
 *
 *  `upper-half` (ours): at or above the median, as "trung bình cao" is the second of four groups. `national-average`: at or above the country's ratio. */
export function upperAverage(
  own: Standing | null,
  others: readonly Standing[],
  national: Standing | null,
  rule: UpperAverageRule = 'upper-half',
): UpperAverage {
  const hasOwn = own !== null && own.p > 0
  const rivals = others.filter(({ area, p }) => p > 0 && area !== own?.area)
  const places = hasOwn && rivals.length > 0 ? ranking([own, ...rivals]) : []
  const place = places.find(({ area }) => area === own?.area) ?? null
  const byRule = {
    'upper-half': place && place.rank * 2 < place.of + 2,
    'national-average':
      hasOwn && national !== null && national.p > 0 ? compareRatios(own, national) >= 0 : null,
  }
  return {
    rule,
    met: byRule[rule],
    byRule,
    place,
    distance: hasOwn && national ? distanceTo(national, own) : null,
  }
}
