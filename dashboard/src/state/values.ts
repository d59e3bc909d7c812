import type { Entity, QuantityState } from '../wire/entity.ts'

type Valued = Pick<Entity, 'quantities' | 'derived'>

/** A value as it is shown: one that follows from others is as good as what it follows from. */
export interface ShownValue extends Omit<QuantityState, 'device'> {
  readonly isDerived: boolean
}

export function shownValue({ quantities, derived }: Valued, key: string): ShownValue | null {
  const measured = quantities[key]
  if (measured !== undefined) return { ...measured, isDerived: false }
  const follows = derived[key]
  return follows === undefined ? null : { ...follows, quality: 'good', isDerived: true }
}

/** By one value: numbers, then words, and whoever has neither comes last, which way round it may be. */
export function compareValues(key: string, descending: boolean): (a: Valued, b: Valued) => number {
  const sign = descending ? -1 : 1
  const sortable = ({ quantities, derived }: Valued): number | string | null => {
    const state = quantities[key] ?? derived[key]
    return state?.label ?? state?.value ?? null
  }
  return (a, b) => {
    const [first, second] = [sortable(a), sortable(b)]
    const kinds = kindOf(first) - kindOf(second)
    if (kinds !== 0 || first === null || second === null) return kinds
    return first < second ? -sign : first > second ? sign : 0
  }
}

const kindOf = (value: number | string | null): number =>
  typeof value === 'number' ? 0 : typeof value === 'string' ? 1 : 2
