import { setImmediate as nextTurn } from 'node:timers/promises'

const ITEMS_A_TURN = 20_000

/** The first ones by id of those that are wanted, out of any number: without sorting them all, and with others getting
 *  their turn in between. */
export async function firstById<T extends { readonly id: string }>(
  items: Iterable<T>,
  limit: number,
  isWanted: (item: T) => boolean,
): Promise<T[]> {
  let found: T[] = []
  let last: string | null = null
  let seen = 0
  for (const item of items) {
    if (++seen % ITEMS_A_TURN === 0) await nextTurn()
    if ((last !== null && item.id >= last) || !isWanted(item)) continue
    found.push(item)
    if (found.length < 2 * limit) continue
    found = sorted(found).slice(0, limit)
    last = found.at(-1)?.id ?? null
  }
  return sorted(found).slice(0, limit)
}

const sorted = <T extends { readonly id: string }>(items: T[]): T[] =>
  items.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
