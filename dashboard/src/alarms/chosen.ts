import { signal } from '@preact/signals'

/** The ids of the rows that are marked, so that several are acted on at once. */
export const chosen = signal<ReadonlySet<number>>(new Set())
/** From where a range begins. */
let anchor: number | null = null

export function toggle(id: number): void {
  const next = new Set(chosen.value)
  if (!next.delete(id)) next.add(id)
  chosen.value = next
  anchor = id
}

/** All from the one that was marked last to this one, in the order of the list. */
export function chooseTo(id: number, order: readonly number[]): void {
  const from = order.indexOf(anchor ?? id)
  const to = order.indexOf(id)
  if (to === -1) return
  const [first, last] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)]
  chosen.value = new Set([...chosen.value, ...order.slice(first, last + 1)])
  anchor ??= id
}

export function chooseAll(order: readonly number[]): void {
  chosen.value = new Set(order)
}

export function chooseNone(): void {
  chosen.value = new Set()
  anchor = null
}
