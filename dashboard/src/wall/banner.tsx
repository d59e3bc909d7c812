import { effect, signal } from '@preact/signals'
import { titleOf } from '../alarms/sentence.ts'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarms, alarmsVersion } from '../state/alarms.ts'
import { nowMs } from '../state/clock.ts'
import { ready } from '../state/entities.ts'
import { throttled } from '../state/throttled.ts'
import { formatCount, formatHourMinute } from '../text/format.ts'
import type { Alarm } from '../wire/alarm.ts'
import { whereOf } from './alarm-text.ts'
import { wallUnattended } from './scope.ts'
import { w } from './words.ts'

const SHOWN_MS = 30_000
const tick = throttled(alarmsVersion, 500)

/** Ids of critical alarms that came while the screen was watched, with the time until which they are called out. */
const news = signal<ReadonlyMap<number, number>>(new Map())

/** What is there when the screen is opened is no news. */
export function watchCritical(): () => void {
  let known: ReadonlySet<number> | null = null
  const stop = effect(() => {
    tick.value
    if (!ready.value) return
    const before = known
    // Of the whole province: what an area or a domain has is known only once these are loaded.
    known = new Set(alarms.keys())
    if (before === null) return
    const fresh = [...alarms.values()].filter(
      ({ id, severity }) => severity === 'critical' && !before.has(id),
    )
    if (fresh.length === 0) return
    const untilMs = nowMs.peek() + SHOWN_MS
    news.value = new Map([...news.peek(), ...fresh.map(({ id }) => [id, untilMs] as const)])
  })
  return () => {
    stop()
    news.value = new Map()
  }
}

/** Across the screen for half a minute, or until somebody takes the alarm. */
export function CriticalBanner() {
  const called = wallUnattended.value.filter(({ id }) => (news.value.get(id) ?? 0) > nowMs.value)
  const [first] = called
  return (
    <div class="wall-banner-place" role="alert">
      {first !== undefined && <Banner alarm={first} more={called.length - 1} />}
    </div>
  )
}

function Banner({ alarm, more }: { readonly alarm: Alarm; readonly more: number }) {
  return (
    <div class="wall-banner" data-testid="wall-banner">
      <SeverityMark severity={alarm.severity} />
      <div>
        <p class="wall-banner-title">
          {w('banner.title')} · {formatHourMinute(Date.parse(alarm.raisedAt))}
        </p>
        <p class="wall-banner-what">{titleOf(alarm)}</p>
        <p class="wall-banner-where">
          {whereOf(alarm)}
          {more > 0 && ` · ${w('banner.more', { count: formatCount(more) })}`}
        </p>
      </div>
    </div>
  )
}
