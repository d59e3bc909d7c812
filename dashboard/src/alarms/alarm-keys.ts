import type { Signal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { keyTarget, reveal } from '../table/row-keys.ts'
import type { ScrollView } from '../table/scroll-view.ts'
import type { Alarm } from '../wire/alarm.ts'
import { ask, type Deed } from './acting.ts'
import { chooseAll, chooseNone, chooseTo, chosen, toggle } from './chosen.ts'

/** What the keys of a row do. */
const DEED_KEYS = {
  a: 'acknowledge',
  u: 'unacknowledge',
  s: 'shelve',
  w: 'unshelve',
  c: 'clear',
  e: 'edit',
} as const satisfies Record<string, Deed>

interface KeysOf {
  readonly shown: readonly Alarm[]
  readonly order: readonly number[]
  readonly scroller: { readonly current: HTMLElement | null }
  readonly view: ScrollView
  /** The row that has, or had last, the focus. */
  readonly activeId: Signal<number | null>
  open(id: number | null): void
}

/** The keyboard in the list: it works only while the focus is there. */
export function useAlarmKeys({ shown, order, scroller, view, activeId, open }: KeysOf) {
  const lastIndex = useRef(0)
  const moveTo = (index: number): void => {
    const bounded = Math.min(Math.max(index, 0), order.length - 1)
    const id = order[bounded]
    if (id === undefined || scroller.current === null) return
    activeId.value = id
    lastIndex.current = bounded
    reveal(scroller.current, bounded, view.rowPx)
    // The row exists only after the window has moved.
    requestAnimationFrame(() => rowElement(scroller.current, id)?.focus({ preventScroll: true }))
  }
  // A row that left the list while it had the focus leaves it to the one that took its place.
  useLayoutEffect(() => {
    const index = activeId.peek() === null ? -1 : order.indexOf(activeId.peek() ?? 0)
    if (index !== -1) lastIndex.current = index
    else if (activeId.peek() !== null && document.activeElement === document.body) moveTo(lastIndex.current)
  }, [order])

  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rowOf(event)
    if (row === null) return
    const index = Number(row.dataset.index)
    const alarm = shown[index]
    if (alarm === undefined) return
    const page = Math.max(1, Math.floor(view.heightPx / view.rowPx) - 2)
    const next = keyTarget(event.key, index, page, order.length)
    if (next !== null) {
      if (event.shiftKey) {
        const bounded = Math.min(Math.max(next, 0), order.length - 1)
        chooseTo(alarm.id, order)
        chooseTo(order[bounded] ?? alarm.id, order)
      }
      moveTo(next)
    } else if (!act(event, alarm)) return
    event.preventDefault()
  }
  const act = (event: KeyboardEvent, alarm: Alarm): boolean => {
    const isOnRow = event.target === event.currentTarget || event.target instanceof HTMLTableRowElement
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && key === 'a') chooseAll(order)
    else if (event.ctrlKey || event.metaKey || event.altKey) return false
    else if (isOnRow && key === 'enter') open(alarm.id)
    else if (isOnRow && key === ' ') toggle(alarm.id)
    else if (key === 'escape') leave()
    else if (Object.hasOwn(DEED_KEYS, key)) {
      const marked = shown.filter(({ id }) => chosen.value.has(id))
      const deed = DEED_KEYS[key as keyof typeof DEED_KEYS]
      ask(deed, marked.length === 0 || deed === 'edit' ? [alarm] : marked)
    } else return false
    return true
  }
  const leave = (): void => {
    if (chosen.value.size > 0) chooseNone()
    else open(null)
  }
  const onFocusIn = (event: FocusEvent): void => {
    const row = rowOf(event)
    if (row === null) return
    activeId.value = Number(row.dataset.alarm)
    lastIndex.current = Number(row.dataset.index)
  }
  return { onKeyDown, onFocusIn }
}

function rowOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-alarm]') : null
}

function rowElement(scroller: HTMLElement | null, id: number): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-alarm="${id}"]`) ?? null
}
