import { SeverityMark } from '../marks/severity-mark.tsx'
import { useAsked } from '../state/asked.ts'
import { entities } from '../state/entities.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import type { Page } from '../wire/entity.ts'
import { membersPath } from './members.ts'
import { statementOf, titleOf } from './sentence.ts'
import { Standing } from './standing.tsx'
import { w } from './words.ts'

const SHOWN_MAX = 100
const AGAIN_MS = 10_000

/** What follows from an alarm: forty meters without water are one burst main. */
export function AlarmMembers({ alarm, open }: { alarm: Alarm; open(id: number): void }) {
  const { id, members, acknowledgedAt } = alarm
  const { body } = useAsked<Page<Alarm>>(membersPath(id), `${members} ${acknowledgedAt}`, AGAIN_MS).value
  const items = body?.items ?? []
  return (
    <section class="alarm-events" aria-label={w('panel.members', { count: formatCount(members) })}>
      <h3>{w('panel.members', { count: formatCount(members) })}</h3>
      <ul class="alarm-member-list" data-testid="alarm-members">
        {items.slice(0, SHOWN_MAX).map((member) => (
          <li key={member.id}>
            <button
              type="button"
              class="alarm-member"
              onClick={() => open(member.id)}
              title={statementOf(member)}
            >
              <SeverityMark severity={member.severity} />
              <span class="visually-hidden">{t(`severity.${member.severity}`)}</span>
              <span class="two-lines">
                <b class="line">
                  {member.entity === null
                    ? member.device
                    : (entities.get(member.entity)?.name ?? member.entity)}
                </b>
                <span class="line second">{titleOf(member)}</span>
              </span>
              <Standing alarm={member} />
            </button>
          </li>
        ))}
      </ul>
      {items.length > SHOWN_MAX && (
        <p class="muted small">{w('panel.moreMembers', { count: formatCount(SHOWN_MAX) })}</p>
      )}
    </section>
  )
}
