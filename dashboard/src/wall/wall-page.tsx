import './wall.css'
import { useEffect } from 'preact/hooks'
import { MapPanel } from '../map/map-panel.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { areaName } from '../state/catalogue.ts'
import { nowMs, serverNowMs } from '../state/clock.ts'
import { streamState } from '../state/live.ts'
import { addressOf } from '../state/route.ts'
import { formatAge, formatClock, formatCount, formatDay } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { SEVERITIES } from '../wire/alarm.ts'
import { AlarmBoard } from './alarm-board.tsx'
import { CriticalBanner, watchCritical } from './banner.tsx'
import { DomainBoard } from './domain-board.tsx'
import { scope, wallAlarms, wallUnattended } from './scope.ts'
import { drift, isIdle, keepAwake, toggleFullScreen, watchIdle } from './screen.ts'
import { w } from './words.ts'

/** For a screen on a wall: what is wrong, since when, where and what hangs on it, without touching anything. */
export function WallPage() {
  useEffect(() => {
    const stops = [watchIdle(), keepAwake(), watchCritical()]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  const { state } = streamState.value
  const isStale = state === 'stale'
  return (
    <main
      class={`wall${isStale ? ' wall-is-stale' : ''}${isIdle.value ? ' wall-idle' : ''}`}
      data-testid="wall"
      data-stream={state}
    >
      <div class="wall-picture" style={{ transform: drift.value }}>
        <Strip />
        {isStale && <StaleBand />}
        <div class="wall-left">
          <Tiles />
          <AlarmBoard />
        </div>
        <div class="wall-right">
          <MapPanel />
          <DomainBoard />
        </div>
      </div>
      <CriticalBanner />
    </main>
  )
}

function Strip() {
  const { state } = streamState.value
  const { area, domains } = scope.value
  const title = [
    area === null ? w('title.all') : areaName(area),
    ...(domains === null ? [] : [[...domains].map((domain) => t(`domain.${domain}`)).join(', ')]),
  ]
  return (
    <div class="wall-strip">
      <h1 class="wall-title">{title.join(' · ')}</h1>
      <p class={`wall-stream stream-${state}`} role="status">
        <span class="stream-lamp" aria-hidden="true" />
        {w(`stream.${state}`)}
      </p>
      <fieldset class="wall-tools" aria-label={w('tools.label')}>
        <button type="button" class="button" onClick={toggleFullScreen}>
          {w('tools.fullScreen')}
        </button>
        <a class="button" href={addressOf('overview')}>
          {w('tools.leave')}
        </a>
      </fieldset>
      <p class="wall-clock">
        <b>{formatClock(nowMs.value)}</b> {formatDay(nowMs.value)}
      </p>
    </div>
  )
}

/** From the other end of the room old values must not pass for current ones. */
function StaleBand() {
  // The stream's own time is of this machine's clock.
  const sinceMs = (streamState.value.sinceMs ?? Date.now()) + serverNowMs() - Date.now()
  return (
    <div class="wall-stale-band" data-testid="wall-stale">
      <b role="alert">{w('stream.stale')}</b>
      <span>
        {w('stream.staleSince', {
          time: formatClock(sinceMs),
          age: formatAge(Math.max(0, nowMs.value - sinceMs)),
        })}
      </span>
    </div>
  )
}

function Tiles() {
  const unattended = wallUnattended.value
  const seen = wallAlarms.value.length - unattended.length
  return (
    <section class="wall-tiles-place" aria-label={w('tiles.label')}>
      <h2 class="wall-tiles-title">
        {w('tiles.title')} <span class="muted">{w('tiles.seen', { count: formatCount(seen) })}</span>
      </h2>
      <ul class="wall-tiles">
        {SEVERITIES.toReversed().map((severity) => {
          const count = unattended.filter((alarm) => alarm.severity === severity).length
          return (
            <li
              key={severity}
              class={count > 0 ? `wall-tile wall-tile-${severity}` : 'wall-tile'}
              data-testid={`wall-tile-${severity}`}
            >
              <b>{formatCount(count)}</b>
              <span>
                <SeverityMark severity={severity} />
                {t(`severity.${severity}`)}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
