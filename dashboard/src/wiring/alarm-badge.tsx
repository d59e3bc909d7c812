import { useAsked } from '../state/asked.ts'
import { formatCount } from '../text/format.ts'
import { type Alarm, SEVERITIES } from '../wire/alarm.ts'
import type { Page } from '../wire/entity.ts'

const AGAIN_MS = 15_000

/** How many alarms nobody has acknowledged, in the colour of the worst. This page has no stream: it asks. */
export function AlarmBadge() {
  const { body } = useAsked<Page<Alarm>>('/alarms?state=open&limit=200', 0, AGAIN_MS).value
  const open = (body?.items ?? []).filter(
    ({ state, acknowledgedAt }) => state === 'active' && acknowledgedAt === null,
  )
  if (open.length === 0) return null
  const worst =
    SEVERITIES.toReversed().find((severity) => open.some((alarm) => alarm.severity === severity)) ?? 'low'
  return (
    <b class={`nav-badge badge-${worst}`} data-testid="alarm-badge">
      {formatCount(open.length)}
      {body?.next !== undefined && '+'}
    </b>
  )
}
