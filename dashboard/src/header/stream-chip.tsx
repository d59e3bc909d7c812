import { serverNowMs } from '../state/clock.ts'
import { streamState } from '../state/live.ts'
import { formatClock } from '../text/format.ts'
import { t } from '../text/messages.ts'

export function StreamChip() {
  const { state } = streamState.value
  return (
    <p
      class={`stream stream-${state}`}
      role="status"
      aria-live="polite"
      data-testid="stream-state"
      data-state={state}
    >
      <span class="stream-lamp" aria-hidden="true" />
      {state === 'stale' ? t('stream.stale', { time: sinceClock() }) : t(`stream.${state}`)}
    </p>
  )
}

/** Across the page: from the other end of the room, old values must not look like current ones. */
export function StaleNote() {
  if (streamState.value.state !== 'stale') return null
  return <p class="stale-note">{t('stream.staleNote', { time: sinceClock() })}</p>
}

function sinceClock(): string {
  const sinceMs = streamState.value.sinceMs ?? Date.now()
  return formatClock(sinceMs + serverNowMs() - Date.now())
}
