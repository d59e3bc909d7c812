/** Populations carried over a change of boundaries.
 *
 *      apportion(10, ['0.5', '0.3', '0.2']) // [5, 3, 2]
 *      populationsOfToday(before, crossings, districts) // of today's areas, from those of former districts
 *      populationsOfBefore(today, crossings, districts) // the other way */
import type { PopulationInput } from './inputs.ts'
import { type Crossing, hasPopulationWeight } from './territory.ts'

/** Splits a whole number by weights (decimal texts), without losing or making one: each gets its share rounded down, and those
 *  left over go to the largest remainders (Hamilton's method), of equals to the first. All weights zero: RangeError. */
export function apportion(total: number, weights: readonly string[]): number[] {
  if (!Number.isSafeInteger(total) || total < 0) throw new RangeError(`apportion ${total}`)
  const places = Math.max(0, ...weights.map((weight) => weight.split('.')[1]?.length ?? 0))
  const parts = weights.map((weight) => scaled(weight, places))
  const all = parts.reduce((sum, part) => sum + part, 0n)
  if (all <= 0n || parts.some((part) => part < 0n)) throw new RangeError(`weights ${weights.join(', ')}`)
  const shares = parts.map((part) => (BigInt(total) * part) / all)
  const remainders = parts.map((part, i) => ({ i, rest: (BigInt(total) * part) % all }))
  const left = total - Number(shares.reduce((sum, share) => sum + share, 0n))
  const lucky = new Set(
    remainders
      .sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1))
      .slice(0, left)
      .map(({ i }) => i),
  )
  return shares.map((share, i) => Number(share) + (lucky.has(i) ? 1 : 0))
}

function scaled(weight: string, places: number): bigint {
  const [whole = '0', fraction = ''] = weight.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}

/** Populations of today's areas from those of the `former` ones, all of one level (communes, or districts).
 *  A former area in several of today's is split by population weights, the sum kept exactly, and all its parts are estimates;
 *  whole ones are added. An area is left out unless every part of it is known on the same basis and for the same year. */
export function populationsOfToday(
  before: readonly PopulationInput[],
  crossings: readonly Crossing[],
  former: ReadonlySet<string>,
): PopulationInput[] {
  const relevant = crossings.filter(({ fromCode }) => former.has(fromCode))
  const bySource = Map.groupBy(relevant, (crossing) => key(crossing.fromCode, crossing.fromVersion))
  return eachSeries(before).flatMap((rows) => {
    const pieces = rows.flatMap((row): Piece[] => {
      const into = [...(bySource.get(key(row.area, row.geoVersion)) ?? [])].sort(byTarget)
      const only = into.length === 1
      if (!only && !into.every(hasPopulationWeight)) return []
      const shares = only
        ? [row.value]
        : into.length > 0
          ? apportion(
              row.value,
              into.map((one) => one.weight ?? '0'),
            )
          : []
      return into.map((one, i) => {
        const isWhole = only && one.overlap === 'full'
        return { row, area: one.toCode, geoVersion: one.toVersion, value: shares[i] ?? 0, isWhole }
      })
    })
    return summed(
      pieces,
      Map.groupBy(relevant, (one) => key(one.toCode, one.toVersion)),
    )
  })
}

/** Populations of former areas (of one level) as the sum of today's areas of which each has the greater part. An estimate where an
 *  area of today reaches over its boundary; left out where one is not known, or nobody can say whose it is. */
export function populationsOfBefore(
  today: readonly PopulationInput[],
  crossings: readonly Crossing[],
  former: ReadonlySet<string>,
  populationOf: (code: string, version: string) => number | null = () => null,
): PopulationInput[] {
  const relevant = crossings.filter(({ fromCode }) => former.has(fromCode))
  const byTarget = Map.groupBy(relevant, (one) => key(one.toCode, one.toVersion))
  const owners = new Map([...byTarget].map(([target, ones]) => [target, majority(ones, populationOf)]))
  const touching = Map.groupBy(relevant, (one) => key(one.fromCode, one.fromVersion))
  return eachSeries(today).flatMap((rows) => {
    const pieces = rows.flatMap((row): Piece[] => {
      const target = key(row.area, row.geoVersion)
      const owner = owners.get(target)
      if (!owner) return []
      const isWhole = byTarget.get(target)?.length === 1 && owner.overlap === 'full'
      return [{ row, area: owner.fromCode, geoVersion: owner.fromVersion, value: row.value, isWhole }]
    })
    const known = new Set(rows.map(({ area, geoVersion }) => key(area, geoVersion)))
    return summed(pieces, touching, ({ toCode, toVersion }) => {
      const target = key(toCode, toVersion)
      return known.has(target) && owners.get(target) !== null
    }).map((row) => {
      const isWhole = (touching.get(key(row.area, row.geoVersion)) ?? []).every(
        (one) => byTarget.get(key(one.toCode, one.toVersion))?.length === 1 && one.overlap === 'full',
      )
      return isWhole ? row : { ...row, isEstimated: true }
    })
  })
}

interface Piece {
  readonly row: PopulationInput
  readonly area: string
  readonly geoVersion: string
  readonly value: number
  readonly isWhole: boolean
}

const key = (code: string, version: string): string => `${code} ${version}`
const byTarget = (a: Crossing, b: Crossing): number =>
  a.toCode < b.toCode ? -1 : a.toCode > b.toCode ? 1 : 0

/** Populations of one year, basis and geography belong together. */
const eachSeries = (rows: readonly PopulationInput[]): PopulationInput[][] =>
  [...Map.groupBy(rows, ({ year, basis, geoVersion }) => `${year} ${basis} ${geoVersion}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, series]) => series)

/** Sums by area, by code, of those areas all of whose crossings are settled. */
function summed(
  pieces: readonly Piece[],
  needed: ReadonlyMap<string, readonly Crossing[]>,
  isSettled?: (crossing: Crossing) => boolean,
): PopulationInput[] {
  const done = new Set(pieces.map(({ row, area }) => `${row.area}>${area}`))
  const settled = isSettled ?? (({ fromCode, toCode }: Crossing) => done.has(`${fromCode}>${toCode}`))
  return [...Map.groupBy(pieces, ({ area, geoVersion }) => key(area, geoVersion))]
    .filter(([area]) => (needed.get(area) ?? []).every(settled))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => sumOf(own))
}

function sumOf(pieces: readonly Piece[]): PopulationInput {
  const [first] = pieces
  if (!first) throw new RangeError('a sum of nothing')
  const published = pieces.flatMap(({ row }) => (row.publishedOn === null ? [] : [row.publishedOn]))
  return {
    ...first.row,
    area: first.area,
    geoVersion: first.geoVersion,
    value: pieces.reduce((sum, { value }) => sum + value, 0),
    source: [...new Set(pieces.map(({ row }) => row.source))].sort().join('; '),
    publishedOn: published.sort().at(-1) ?? null,
    isSynthetic: pieces.some(({ row }) => row.isSynthetic),
    isEstimated: pieces.some(({ row, isWhole }) => row.isEstimated || !isWhole),
  }
}

/** The former area that most of the people of one of today's come from; null: nobody can say. */
function majority(
  crossings: readonly Crossing[],
  populationOf: (code: string, version: string) => number | null,
): Crossing | null {
  if (crossings.length === 1) return crossings[0] ?? null
  const people = crossings.map((one) => {
    const before = populationOf(one.fromCode, one.fromVersion)
    return before === null || !hasPopulationWeight(one) ? null : before * Number(one.weight)
  })
  if (people.includes(null)) return null
  const most = Math.max(...people.map((n) => n ?? 0))
  return (
    crossings.filter((_, i) => people[i] === most).sort((a, b) => (a.fromCode < b.fromCode ? -1 : 1))[0] ??
    null
  )
}
