import { statementOf, titleOf } from '../alarms/sentence.ts'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { formatCount, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { chosen, step } from './player.ts'
import type { Recording } from './recording.ts'
import { w } from './words.ts'

const SHOWN_MAX = 50

/** What was wrong then; those of the last step are marked. */
export function MomentAlarms({ recording }: { recording: Recording }) {
  const active = recording.activeAt(step.value)
  const justFrom = recording.timeOf(step.value - 1)
  return (
    <section class="card replay-alarms" aria-label={w('alarms')} data-testid="replay-alarms">
      <h2 class="card-title">
        {w('alarms')} <b>{formatCount(active.length)}</b>
      </h2>
      {active.length === 0 && <p class="muted">{w('noAlarms')}</p>}
      <ul>
        {active.slice(0, SHOWN_MAX).map((alarm) => (
          <AlarmItem alarm={alarm} isNew={Date.parse(alarm.raisedAt) > justFrom} key={alarm.id} />
        ))}
      </ul>
      {active.length > SHOWN_MAX && (
        <p class="muted">{w('more', { count: formatCount(active.length - SHOWN_MAX) })}</p>
      )}
    </section>
  )
}

function AlarmItem({ alarm, isNew }: { alarm: Alarm; isNew: boolean }) {
  const { entity, severity, raisedAt } = alarm
  return (
    <li class={isNew ? 'replay-alarm replay-alarm-new' : 'replay-alarm'} data-testid="replay-alarm">
      <SeverityMark severity={severity} />
      <div class="two-lines">
        <span>{whatOf(alarm)}</span>
        <span class="second">
          {t(`severity.${severity}`)} · {w('since', { time: formatMoment(Date.parse(raisedAt)) })}
          {isNew && <b class="replay-new">{w('new')}</b>}
        </span>
      </div>
      {entity !== null && (
        <button
          type="button"
          class="chip"
          aria-pressed={chosen.value === entity}
          onClick={() => {
            chosen.value = entity
          }}
        >
          {entity}
        </button>
      )}
    </li>
  )
}

/** What its rule calls it, and the reading that it found. */
function whatOf(alarm: Alarm): string {
  const isOfReading = alarm.quantity !== null && alarm.value !== null
  return isOfReading ? `${titleOf(alarm)}: ${statementOf(alarm)}` : titleOf(alarm)
}
