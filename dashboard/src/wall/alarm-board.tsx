import { type Signal, useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { titleOf } from '../alarms/sentence.ts'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { nowMs } from '../state/clock.ts'
import { formatAge, formatCount, formatHourMinute, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { nameOf, whereOf } from './alarm-text.ts'
import { Calm } from './calm.tsx'
import { followers, wallAlarms, wallUnattended } from './scope.ts'
import { w } from './words.ts'

const ROWS_MAX = 8
const ROWS_MIN = 2
const TURN_MS = 12_000
const NAMES_MAX = 2
const DAY_MS = 86_400_000

/** The worst alarms, as many as fit; further ones on pages that turn by themselves. */
export function AlarmBoard() {
  const list = useRef<HTMLDivElement>(null)
  const rows = useRows(list)
  const page = useSignal(0)
  const isPaused = useSignal(matchMedia('(prefers-reduced-motion: reduce)').matches)
  const pages = useComputed(() => Math.max(1, Math.ceil(wallAlarms.value.length / rows.value)))
  useTurning(page, pages, isPaused)
  const at = Math.min(page.value, pages.value - 1)
  const shown = wallAlarms.value.slice(at * rows.value, (at + 1) * rows.value)
  return (
    <section class="wall-board" aria-label={w('board.title')}>
      <div class="wall-list" ref={list}>
        {shown.length === 0 ? (
          <Calm />
        ) : (
          <ol style={{ '--rows': rows.value }}>
            {shown.map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} />
            ))}
          </ol>
        )}
      </div>
      {pages.value > 1 && (
        <div class="wall-pages">
          <p data-testid="wall-pages">
            {w('board.page', {
              page: formatCount(at + 1),
              pages: formatCount(pages.value),
              count: formatCount(wallAlarms.value.length),
            })}
          </p>
          <button
            type="button"
            class="button"
            aria-pressed={isPaused.value}
            onClick={() => {
              isPaused.value = !isPaused.value
            }}
          >
            {w(isPaused.value ? 'board.go' : 'board.pause')}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              page.value = (at + 1) % pages.value
            }}
          >
            {w('board.next')}
          </button>
        </div>
      )}
    </section>
  )
}

/** How many rows of a size that can be read from afar there is room for. */
function useRows(list: { readonly current: HTMLElement | null }): Signal<number> {
  const rows = useSignal(ROWS_MAX)
  useEffect(() => {
    const { current } = list
    if (current === null) return undefined
    const measure = (): void => {
      const rowPx = 4.6 * Number.parseFloat(getComputedStyle(current).fontSize)
      const fit = Math.floor(current.clientHeight / rowPx)
      rows.value = Math.min(ROWS_MAX, Math.max(ROWS_MIN, fit))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return rows
}

/** Turns the pages; a new alarm brings the first one back, for it is there. */
function useTurning(page: Signal<number>, pages: Signal<number>, isPaused: Signal<boolean>): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (!isPaused.value) page.value = (page.value + 1) % pages.value
    }, TURN_MS)
    return () => clearInterval(timer)
  }, [])
  const newest = wallUnattended.value.reduce((most, { id }) => Math.max(most, id), 0)
  useEffect(() => {
    page.value = 0
  }, [newest])
}

function AlarmRow({ alarm }: { readonly alarm: Alarm }) {
  const raisedMs = Date.parse(alarm.raisedAt)
  const ageMs = Math.max(0, nowMs.value - raisedMs)
  const isSeen = alarm.acknowledgedAt !== null
  return (
    <li
      class={`wall-alarm wall-${alarm.severity}${isSeen ? ' wall-seen' : ''}`}
      data-testid="wall-alarm"
      data-alarm={alarm.id}
    >
      <p class="wall-severity">
        <SeverityMark severity={alarm.severity} />
        {t(`severity.${alarm.severity}`)}
      </p>
      <div class="wall-what">
        <p class="wall-name">
          <span>{titleOf(alarm)}</span>
          {alarm.members > 0 && (
            <b class="wall-members">{w('board.members', { count: formatCount(alarm.members) })}</b>
          )}
        </p>
        <p class="wall-where">
          {[
            ...(isSeen ? [w('board.seen', { name: alarm.acknowledgedBy ?? '' })] : []),
            whereOf(alarm),
            ...followersOf(alarm),
          ].join(' · ')}
        </p>
      </div>
      <p class="wall-since">
        <b>{formatAge(ageMs)}</b>
        <span>
          {w('board.since', { time: ageMs < DAY_MS ? formatHourMinute(raisedMs) : formatMoment(raisedMs) })}
        </span>
      </p>
    </li>
  )
}

/** The first of those that hang on it. */
function followersOf({ id }: Alarm): string[] {
  const names = (followers.value.get(id) ?? []).map(nameOf)
  if (names.length === 0) return []
  const some = names.slice(0, NAMES_MAX).join(', ')
  return [names.length > NAMES_MAX ? w('board.andMore', { names: some }) : some]
}
