import { useLayoutEffect, useRef } from 'preact/hooks'

interface Place {
  readonly id: number
  readonly index: number
}

interface Steady {
  readonly scroller: { readonly current: HTMLElement | null }
  readonly order: readonly number[]
  readonly rowPx: number
  /** The row that has the focus; it is held in place before any other. */
  readonly activeId: number | null
}

/**
 * Rows that come or go above what somebody reads move it out of sight, and a button away from under the pointer. So the row in
 * focus, or else the first in sight, stays where it is on the screen; only a list that rests at its top, and that nobody
 * points at, shows what is new at once.
 */
export function useSteadyScroll({ scroller, order, rowPx, activeId }: Steady): void {
  const before = useRef<{ readonly order: readonly number[]; readonly rowPx: number }>({ order, rowPx })
  useLayoutEffect(() => {
    const { order: old, rowPx: oldPx } = before.current
    before.current = { order, rowPx }
    const element = scroller.current
    if (element === null || old === order || oldPx !== rowPx || !isRead(element)) return
    const held = heldPlace(old, order, activeId, Math.ceil(element.scrollTop / rowPx))
    if (held === null) return
    const moved = order.indexOf(held.id) - held.index
    if (moved !== 0) element.scrollTop += moved * rowPx
  }, [order, rowPx])
}

const isRead = (element: HTMLElement): boolean =>
  element.scrollTop > 0 || element.matches(':hover, :focus-within')

/** The row to hold: the one in focus if it is still there, else the next one in sight that is. */
export function heldPlace(
  old: readonly number[],
  order: readonly number[],
  activeId: number | null,
  firstInSight: number,
): Place | null {
  const present = new Set(order)
  const active = activeId !== null && present.has(activeId) ? old.indexOf(activeId) : -1
  if (activeId !== null && active !== -1) return { id: activeId, index: active }
  for (let index = Math.max(0, firstInSight); index < old.length; index++) {
    const id = old[index]
    if (id !== undefined && present.has(id)) return { id, index }
  }
  return null
}
