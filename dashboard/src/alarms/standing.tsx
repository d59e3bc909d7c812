import { isActive, isShelved } from '../state/alarms.ts'
import { nowMs, serverNowMs } from '../state/clock.ts'
import type { Alarm } from '../wire/alarm.ts'
import { shortMoment } from './sentence.ts'
import { w } from './words.ts'
import './standing.css'

/** Whether somebody has seen it, and whether it goes on; of a shelved one first that it may wait. */
export function Standing({ alarm }: { alarm: Alarm }) {
  const { acknowledgedAt, acknowledgedBy, shelvedUntil, clearedAt } = alarm
  const moment = (time: string): string => shortMoment(Date.parse(time), serverNowMs())
  const isOpen = acknowledgedAt === null
  const seen = w(isOpen ? 'row.unacknowledged' : 'row.acknowledged')
  const goesOn = isActive(alarm) ? w('row.active') : w('row.cleared', { time: moment(clearedAt ?? '') })
  const by = isOpen ? null : w('row.by', { name: acknowledgedBy ?? '–', time: moment(acknowledgedAt) })
  const isWaiting = isShelved(alarm, nowMs.peek())
  const more = [isWaiting ? seen : null, goesOn, by].filter(Boolean).join(' · ')
  return (
    <span class="two-lines">
      <span class={isOpen && !isWaiting ? 'line standing-open' : 'line standing-seen'}>
        <span aria-hidden="true">{isWaiting ? '‖ ' : isOpen ? '● ' : '✓ '}</span>
        {isWaiting ? w('row.shelved', { time: moment(shelvedUntil ?? '') }) : seen}
      </span>
      <span class="line second" title={more}>
        {more}
      </span>
    </span>
  )
}
