import { formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { type AlarmEvent, SEVERITIES } from '../wire/alarm.ts'
import { w, wordOr } from './words.ts'

/** Who did what to it and when; the newest first. */
export function AlarmEvents({ events }: { events: readonly AlarmEvent[] }) {
  return (
    <section class="alarm-events" aria-label={w('panel.events')}>
      <h3>{w('panel.events')}</h3>
      <ol data-testid="alarm-events">
        {events.toReversed().map(({ time, what, by, note }) => (
          <li class="alarm-event" key={`${time} ${what}`}>
            <time class="muted" dateTime={time}>
              {formatMoment(Date.parse(time))}
            </time>
            <span>
              <b>{wordOr(`event.${what}`, what)}</b> · {by ?? w('panel.platform')}
              {note !== null && note !== '' && by !== null && (
                <q class="alarm-note">{noteText(what, note)}</q>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** "low → high" in the reader's language. */
function noteText(what: string, note: string): string {
  if (what !== 'severity-changed') return note
  const named = (word: string): string => {
    const known = SEVERITIES.find((severity) => severity === word)
    return known === undefined ? word : t(`severity.${known}`)
  }
  return note.split(' → ').map(named).join(' → ')
}
