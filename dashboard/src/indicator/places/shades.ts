import type { Ranked } from '../wire.ts'

const CLASSES = 5

/** How an area is drawn: in one of the classes, hatched (withheld) or dotted (no figure). */
type Shade = number | 'withheld' | 'missing'

interface ShadeClass {
  /** Decimal texts of the lowest and the highest value in it. */
  readonly low: string
  readonly high: string
  readonly count: number
}

export interface Shades {
  readonly classes: readonly ShadeClass[]
  readonly shadeOf: ReadonlyMap<string, Shade>
}

/** Classes of about the same number of areas; equal values are never parted, so there may be fewer. */
export function shadesOf(items: readonly Pick<Ranked, 'area' | 'perPerson' | 'status'>[]): Shades {
  const valued = items.flatMap(({ area, perPerson }) => (perPerson === null ? [] : [{ area, perPerson }]))
  const sorted = valued.map(({ perPerson }) => Number(perPerson)).sort((a, b) => a - b)
  const bounds = Array.from(
    { length: CLASSES },
    (_, i) => sorted[Math.ceil(((i + 1) * sorted.length) / CLASSES) - 1],
  )
  const highest = [...new Set(bounds.filter((bound) => bound !== undefined))]
  const shadeOf = new Map<string, Shade>(
    items.map(({ area, status }) => [area, status === 'Q' ? 'withheld' : 'missing']),
  )
  const members = highest.map((): string[] => [])
  for (const { area, perPerson } of valued) {
    const at = highest.findIndex((bound) => Number(perPerson) <= bound)
    shadeOf.set(area, at)
    members[at]?.push(perPerson)
  }
  return { shadeOf, classes: members.map(classOf) }
}

function classOf(values: readonly string[]): ShadeClass {
  const sorted = values.toSorted((a, b) => Number(a) - Number(b))
  return { low: sorted[0] ?? '', high: sorted.at(-1) ?? '', count: values.length }
}

/** Few classes take colours from the whole scale. */
export function colourOf(at: number, classes: number): number {
  return classes <= 1 ? CLASSES - 1 : Math.round((at * (CLASSES - 1)) / (classes - 1))
}
