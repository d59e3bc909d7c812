/** Where a locality stands among others: rank, quarter, distance to the average.
 *
 *  Compared are connections and population themselves, n₁·p₂ against n₂·p₁, so that no two localities are tied or apart by
 *  rounding. Ties share the better rank and the next one is left out (1, 2, 2, 4). Quarters are by rank: the first is a quarter
 *  of the localities, rounded up; ties are together in the quarter of the middle of their places, or else all that have no
 *  connections at all could be high. In words: cao, trung bình cao, trung bình, thấp.
 *
 *      ranking([{ area: '24133', n: 4, p: 8 }, { area: '24328', n: 1, p: 3 }])
 *      // [{ area: '24133', rank: 1, of: 2, quarter: 1, … }, { area: '24328', rank: 2, of: 2, quarter: 3, … }] */
/** n connections (or a published ratio's numerator) to p persons (its denominator): `standingOf` makes one of a decimal text. */
export interface Standing {
  readonly area: string
  readonly n: bigint | number
  readonly p: bigint | number
}

type Quarter = 1 | 2 | 3 | 4

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
  const equals = Map.groupBy(ranks, (rank) => rank)
  return placed.map(({ area }, i) => {
    const rank = ranks[i] ?? i + 1
    const ties = equals.get(rank)?.length ?? 1
    const middle = rank + Math.floor((ties - 1) / 2)
    return { area, rank, of, quarter: quarterOf(middle, of), isTied: ties > 1 }
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
