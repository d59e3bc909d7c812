import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { ready } from '../state/entities.ts'
import { listing, totals } from '../state/listing.ts'
import { type MessageKey, t } from '../text/messages.ts'
import { EntityRow } from './entity-row.tsx'
import { HeadRow } from './head-row.tsx'
import { keyTarget, reveal } from './row-keys.ts'
import { rowWindow } from './row-window.ts'
import { useScrollView } from './scroll-view.ts'

/** Only the rows in sight are in the page; empty rows of the right height stand for the others. */
export function EntityTable() {
  const shown = listing.value
  const scroller = useRef<HTMLDivElement>(null)
  const view = useScrollView(scroller).value
  const activeId = useSignal<string | null>(null)
  const activeIndex = activeId.value === null ? -1 : shown.findIndex(({ id }) => id === activeId.value)
  const slots = rowWindow({ ...view, count: shown.length, keep: activeIndex })
  const inSight = slots.find((slot) => slot.index * view.rowPx >= view.scrollPx)?.index
  const tabbable = activeIndex === -1 ? inSight : activeIndex

  const moveTo = (index: number): void => {
    const bounded = Math.min(Math.max(index, 0), shown.length - 1)
    const target = shown[bounded]
    if (target === undefined || scroller.current === null) return
    activeId.value = target.id
    reveal(scroller.current, bounded, view.rowPx)
    // The row exists only after the window has moved.
    requestAnimationFrame(() => rowElement(scroller.current, target.id)?.focus({ preventScroll: true }))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rowOf(event)
    if (row === null) return
    const page = Math.max(1, Math.floor(view.heightPx / view.rowPx) - 2)
    const next = keyTarget(event.key, Number(row.dataset.index), page, shown.length)
    if (next === null) return
    event.preventDefault()
    moveTo(next)
  }
  const onFocusIn = (event: FocusEvent): void => {
    activeId.value = rowOf(event)?.dataset.entity ?? activeId.value
  }
  return (
    <div class="rows" ref={scroller}>
      <table class="table" aria-label={t('table.title')} aria-rowcount={shown.length + 1}>
        <thead>
          <HeadRow />
        </thead>
        <tbody onKeyDown={onKeyDown} onFocusIn={onFocusIn}>
          {slots.flatMap(({ index, skipped }) => {
            const id = shown[index]?.id
            return [
              skipped > 0 && <Skipped heightPx={skipped * view.rowPx} key={`before ${index}`} />,
              id !== undefined && <EntityRow id={id} index={index} tabbable={index === tabbable} key={id} />,
            ]
          })}
        </tbody>
      </table>
      {shown.length === 0 && <p class="rows-empty">{t(emptyText())}</p>}
    </div>
  )
}

function Skipped({ heightPx }: { heightPx: number }) {
  return <tr class="row-skipped" style={{ height: `${heightPx}px` }} />
}

function emptyText(): MessageKey {
  if (!ready.value) return 'table.waiting'
  return totals.value.all === 0 ? 'table.none' : 'table.noMatch'
}

function rowOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-entity]') : null
}

function rowElement(scroller: HTMLElement | null, id: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-entity="${CSS.escape(id)}"]`) ?? null
}
