import { titleOf } from '../alarms/sentence.ts'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { errorText } from '../state/asked.ts'
import { quantityName } from '../state/catalogue.ts'
import { formatCount, formatMoment } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { valueWithUnit } from './read-out.ts'
import type { AlarmsAsked } from './use-alarms.ts'
import { w } from './words.ts'

/** What is shaded on the curves, in words. */
export function AlarmList({ asked: { items, isCut, error } }: { asked: AlarmsAsked }) {
  if (error !== null) return <p class="error small">{w('alarms.failed', { detail: errorText(error) })}</p>
  if (items.length === 0) return <p class="muted small">{w('alarms.none')}</p>
  return (
    <details class="alarm-spans" data-testid="alarm-spans">
      <summary>
        {w('alarms.within', { count: formatCount(items.length) })} {isCut && w('alarms.cut')}
      </summary>
      <ul>
        {items.map((alarm) => (
          <li key={alarm.id} class="alarm-span">
            <SeverityMark severity={alarm.severity} />
            <span>
              {t(`severity.${alarm.severity}`)} · <b>{titleOf(alarm)}</b> · {lasted(alarm)}
              {boundText(alarm)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function lasted({ raisedAt, clearedAt }: Alarm): string {
  const from = formatMoment(Date.parse(raisedAt))
  return clearedAt === null
    ? w('alarms.since', { from })
    : w('alarms.lasted', { from, to: formatMoment(Date.parse(clearedAt)) })
}

function boundText({ quantity, details, value, bound, unit }: Alarm): string {
  if (quantity === null || value === null) return ''
  const key = details.channel ? `${quantity}/${details.channel}` : quantity
  const read = ` · ${quantityName(key)} ${valueWithUnit(value, unit ?? '')}`
  return bound === null ? read : `${read} (${w('alarms.bound', { bound: valueWithUnit(bound, unit ?? '') })})`
}
