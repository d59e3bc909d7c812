/** Where a locality stands among others: rank, quarter, distance to the average.
 *
 *  Compared are connections and population themselves, n₁·p₂ against n₂·p₁, so that no two localities are tied or apart by
 *  rounding. Ties share the better rank and the next one is left out (1, 2, 2, 4). Quarters are by rank: the first is a quarter
 *  of the localities, rounded up, and ties are in the better quarter together. In words: cao, trung bình cao, trung bình, thấp.
 *
 *      ranking([{ area: '24133', n: 4, p: 8 }, { area: '24328', n: 1, p: 3 }])
 *      // [{ area: '24133', rank: 1, of: 2, quarter: 1, … }, { area: '24328', rank: 2, of: 2, quarter: 3, … }] */
/** n connections (or a published ratio's numerator) to p persons (its denominator): `standingOf` makes one of a decimal text. */
export interface Standing {
  readonly area: string
  readonly n: bigint | number
  readonly p: bigint | number
}

export type Quarter = 1 | 2 | 3 | 4

export interface Ranked {
  readonly area: string
  /** From 1. */
  readonly rank: number
  readonly of: number
  /** 1: the highest. */
  readonly quarter: Quarter
  readonly isTied: boolean
}

export const QUARTERS: Readonly<Record<Quarter, { readonly nameVi: string; readonly nameEn: string }>> = {
  1: { nameVi: 'Cao', nameEn: 'High' },
  2: { nameVi: 'Trung bình cao', nameEn: 'Upper average' },
  3: { nameVi: 'Trung bình', nameEn: 'Average' },
  4: { nameVi: 'Thấp', nameEn: 'Low' },
}

/** Highest first, ties by code. Localities without population have no ratio, and no place. */
export function ranking(localities: readonly Standing[]): Ranked[] {
  const placed = localities
    .filter(({ p }) => p > 0)
    .sort((a, b) => compareRatios(b, a) || (a.area < b.area ? -1 : a.area > b.area ? 1 : 0))
  const of = placed.length
  const ranks: number[] = []
  placed.forEach((one, i) => {
    const before = placed[i - 1]
    ranks.push(before && compareRatios(before, one) === 0 ? (ranks[i - 1] ?? 1) : i + 1)
  })
  return placed.map(({ area }, i) => {
    const rank = ranks[i] ?? i + 1
    const isTied = ranks[i - 1] === rank || ranks[i + 1] === rank
    return { area, rank, of, quarter: quarterOf(rank, of), isTied }
  })
}

/** Above zero: a is the higher. */
export function compareRatios(a: Omit<Standing, 'area'>, b: Omit<Standing, 'area'>): number {
  const difference = BigInt(a.n) * BigInt(b.p) - BigInt(b.n) * BigInt(a.p)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

/** A ratio that was published as decimal text, exactly as it was: `1.25` is 125 to 100. */
export function standingOf(area: string, value: string): Standing {
  const [whole = '0', fraction = ''] = value.split('.')
  return { area, n: BigInt(whole + fraction), p: 10n ** BigInt(fraction.length) }
}

/** The quarter q of a rank: the first with rank ≤ ⌈q·of/4⌉, in integers. */
const quarterOf = (rank: number, of: number): Quarter =>
  rank * 4 < of + 4 ? 1 : rank * 2 < of + 2 ? 2 : rank * 4 < 3 * of + 4 ? 3 : 4

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
export type UpperAverageRule = 'upper-half' | 'national-average'

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
 *  `upper-half` (ours): at or above the median, so in one of the two upper of four groups, as "trung bình cao" is the second
 *  of the four. `national-average`: at or above the country's ratio. */
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
    'upper-half': place && place.quarter <= 2,
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
