import { useSignal } from '@preact/signals'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { ready } from '../state/entities.ts'
import { route } from '../state/route.ts'
import { rowWindow } from '../table/row-window.ts'
import { useScrollView } from '../table/scroll-view.ts'
import { formatCount } from '../text/format.ts'
import type { Alarm } from '../wire/alarm.ts'
import { AlarmHead } from './alarm-head.tsx'
import { useAlarmKeys } from './alarm-keys.ts'
import { alarmFilters, alarmListing } from './alarm-listing.ts'
import { AlarmRow } from './alarm-row.tsx'
import { useSteadyScroll } from './steady-scroll.ts'
import { w } from './words.ts'

interface TableProps {
  readonly openId: number | null
  open(id: number | null): void
}

/** Only the rows in sight are in the page; empty rows of the right height stand for the others. */
export function AlarmTable({ openId, open }: TableProps) {
  const { shown } = alarmListing.value
  const order = useMemo(() => shown.map(({ id }) => id), [shown])
  const scroller = useRef<HTMLDivElement>(null)
  const view = useScrollView(scroller).value
  const activeId = useSignal<number | null>(null)
  const activeIndex = activeId.value === null ? -1 : order.indexOf(activeId.value)
  const slots = rowWindow({ ...view, count: shown.length, keep: activeIndex })
  const inSight = slots.find((slot) => slot.index * view.rowPx >= view.scrollPx)?.index
  const tabbable = activeIndex === -1 ? inSight : activeIndex

  useSteadyScroll({ scroller, order, rowPx: view.rowPx, activeId: activeId.value })
  // Another list is read from its beginning.
  const filters = [...route.value.query].filter(([name]) => name !== 'alarm').join()
  useLayoutEffect(() => scroller.current?.scrollTo({ top: 0 }), [filters])
  const { onKeyDown, onFocusIn } = useAlarmKeys({ shown, order, scroller, view, activeId, open })
  return (
    <>
      <NewAbove shown={shown} scroller={scroller} firstInSight={Math.ceil(view.scrollPx / view.rowPx)} />
      <div class="rows alarm-rows" ref={scroller} data-testid="alarm-rows">
        <table class="table" aria-label={w('page.title')} aria-rowcount={shown.length + 1}>
          <thead>
            <AlarmHead order={order} />
          </thead>
          <tbody onKeyDown={onKeyDown} onFocusIn={onFocusIn}>
            {slots.flatMap(({ index, skipped }) => {
              const alarm = shown[index]
              return [
                skipped > 0 && (
                  <tr
                    class="row-skipped"
                    style={{ height: `${skipped * view.rowPx}px` }}
                    key={`before ${index}`}
                  />
                ),
                alarm !== undefined && (
                  <AlarmRow
                    alarm={alarm}
                    index={index}
                    tabbable={index === tabbable}
                    isOpen={alarm.id === openId}
                    order={order}
                    open={open}
                    key={alarm.id}
                  />
                ),
              ]
            })}
          </tbody>
        </table>
        {shown.length === 0 && <p class="rows-empty">{emptyText()}</p>}
      </div>
    </>
  )
}

function emptyText(): string {
  if (!ready.value) return w('list.waiting')
  const { state, severities, kind, domain, area, entity, words } = alarmFilters.value
  const isPlain = severities.size === 0 && words.length === 0 && (kind ?? domain ?? area ?? entity) === null
  return w(state === 'open' && isPlain ? 'list.none' : 'list.noMatch')
}

/** Says that there is something new where the reader does not look, and leads there. */
function NewAbove({
  shown,
  scroller,
  firstInSight,
}: {
  shown: readonly Alarm[]
  scroller: { readonly current: HTMLElement | null }
  firstInSight: number
}) {
  const seen = useRef(0)
  const above = shown.slice(0, firstInSight)
  const fresh = above.filter(({ id }) => id > seen.current).length
  useLayoutEffect(() => {
    if (firstInSight === 0 || seen.current === 0)
      seen.current = shown.reduce((newest, { id }) => Math.max(newest, id), seen.current)
  })
  return (
    <div class="new-above">
      {fresh > 0 && (
        <button
          type="button"
          class="button button-main"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
        >
          ▲ {w('list.newAbove', { count: formatCount(fresh) })}
        </button>
      )}
    </div>
  )
}
