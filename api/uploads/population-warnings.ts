import type { AreaKey } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { type Population, populationsKnownAt } from '../../store/populations.ts'

/** A population that moves by more than this within a year, or between two ways to count it, is worth a look. */
const CHANGE_MAX = 0.2

/** What does not fit together in populations that are about to be stored, in words. */
export async function populationWarnings(
  db: Db,
  added: readonly (Population & { readonly isWithdrawn: boolean })[],
  areas: readonly AreaKey[],
): Promise<string[]> {
  const standing = new Map((await populationsKnownAt(db, null)).map((row) => [keyOf(row), row]))
  for (const row of added) {
    if (row.isWithdrawn) standing.delete(keyOf(row))
    else standing.set(keyOf(row), row)
  }
  const now = added.filter((row) => standing.get(keyOf(row)) === row)
  return [...now.flatMap((row) => changes(row, standing)), ...sums(now, standing, areas)]
}

type Key = Pick<Population, 'area' | 'geoVersion' | 'year' | 'basis'>
type Standing = ReadonlyMap<string, Population>

const keyOf = ({ area, geoVersion, year, basis }: Key): string => `${area} ${geoVersion} ${year} ${basis}`

const BASES: readonly Population['basis'][] = ['average', 'mid-year', 'end-year', 'census', 'registered']

function changes(row: Population, standing: Standing): string[] {
  const others = [{ ...row, year: row.year - 1 }, ...BASES.map((basis) => ({ ...row, basis }))]
  const known = others.flatMap((other) => standing.get(keyOf(other)) ?? []).filter((other) => other !== row)
  return known
    .filter((other) => Math.abs(row.value - other.value) > CHANGE_MAX * other.value)
    .map((other) => {
      const beside = other.year === row.year ? `basis ${other.basis}` : `the year before`
      return `${row.area}, ${row.year}, ${row.basis}: ${row.value} is more than ${CHANGE_MAX * 100} % away from ${other.value} (${beside})`
    })
}

/** Where an area and all its parts have a population of the same year and basis, the parts make the whole. */
function sums(rows: readonly Population[], standing: Standing, areas: readonly AreaKey[]): string[] {
  const wholes = new Map<string, Key>()
  for (const row of rows) {
    const parent = areas.find(
      ({ code, geoVersion }) => code === row.area && geoVersion === row.geoVersion,
    )?.parent
    for (const area of parent ? [row.area, parent] : [row.area])
      wholes.set(keyOf({ ...row, area }), { ...row, area })
  }
  return [...wholes.values()].flatMap((whole) => {
    const value = standing.get(keyOf(whole))?.value
    const parts = areas.filter(
      ({ parent, geoVersion }) => parent === whole.area && geoVersion === whole.geoVersion,
    )
    const known = parts.flatMap(({ code }) => standing.get(keyOf({ ...whole, area: code })) ?? [])
    if (value === undefined || parts.length === 0 || known.length < parts.length) return []
    const sum = known.reduce((total, part) => total + part.value, 0)
    return sum === value
      ? []
      : [
          `${whole.area}, ${whole.year}, ${whole.basis}: its ${parts.length} areas have ${sum} in all, not ${value}`,
        ]
  })
}
