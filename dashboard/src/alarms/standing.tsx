import { isActive, isShelved } from '../state/alarms.ts'
import { nowMs, serverNowMs } from '../state/clock.ts'
import type { Alarm } from '../wire/alarm.ts'
import { shortMoment } from './sentence.ts'
import { w } from './words.ts'
import './standing.css'

/** Whether somebody has seen it, and whether it goes on. */
export function Standing({ alarm }: { alarm: Alarm }) {
  const { acknowledgedAt, acknowledgedBy, shelvedUntil, clearedAt } = alarm
  const moment = (time: string): string => shortMoment(Date.parse(time), serverNowMs())
  const goesOn = isActive(alarm) ? w('row.active') : w('row.cleared', { time: moment(clearedAt ?? '') })
  const by =
    acknowledgedAt === null
      ? null
      : w('row.by', { name: acknowledgedBy ?? '–', time: moment(acknowledgedAt) })
  const shelved =
    shelvedUntil !== null && isShelved(alarm, nowMs.peek())
      ? w('row.shelved', { time: moment(shelvedUntil) })
      : null
  return (
    <span class="two-lines">
      <span class={acknowledgedAt === null ? 'line standing-open' : 'line standing-seen'}>
        <span aria-hidden="true">{acknowledgedAt === null ? '● ' : '✓ '}</span>
        {w(acknowledgedAt === null ? 'row.unacknowledged' : 'row.acknowledged')}
      </span>
      <span class="line second" title={[goesOn, by, shelved].filter(Boolean).join(' · ')}>
        {[shelved, goesOn, by].filter(Boolean).join(' · ')}
      </span>
    </span>
  )
}
