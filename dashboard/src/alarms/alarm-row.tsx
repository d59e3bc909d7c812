import { SeverityMark } from '../marks/severity-mark.tsx'
import { isShelved } from '../state/alarms.ts'
import { areaName } from '../state/catalogue.ts'
import { nowMs, serverNowMs } from '../state/clock.ts'
import { entityCell } from '../state/entities.ts'
import { addressOf } from '../state/route.ts'
import { Age } from '../table/age.tsx'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Alarm } from '../wire/alarm.ts'
import { ask } from './acting.ts'
import { chooseTo, chosen, toggle } from './chosen.ts'
import { shortMoment, statementOf, titleOf } from './sentence.ts'
import { Standing } from './standing.tsx'
import { w } from './words.ts'

interface RowProps {
  readonly alarm: Alarm
  readonly index: number
  /** One row is in the tab order; the arrow keys move it. */
  readonly tabbable: boolean
  readonly isOpen: boolean
  readonly order: readonly number[]
  open(id: number): void
}

export function AlarmRow({ alarm, index, tabbable, isOpen, order, open }: RowProps) {
  const { id, severity, acknowledgedAt } = alarm
  const isChosen = chosen.value.has(id)
  const onClick = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest('a, button, label') !== null) return
    if (event.shiftKey) chooseTo(id, order)
    else if (event.ctrlKey || event.metaKey) toggle(id)
    else open(id)
  }
  const isUnattended = acknowledgedAt === null && !isShelved(alarm, nowMs.peek())
  return (
    <tr
      class={`row${isUnattended ? ' alarm-unattended' : ''}${isOpen ? ' row-chosen' : ''}${isChosen ? ' alarm-chosen' : ''} edge-${severity}`}
      tabIndex={tabbable ? 0 : -1}
      // The head is row 1.
      aria-rowindex={index + 2}
      aria-current={isOpen || undefined}
      data-testid="alarm-row"
      data-alarm={id}
      data-index={index}
      data-severity={severity}
      onClick={onClick}
    >
      <td class="cell alarm-check">
        <Check alarm={alarm} isChosen={isChosen} order={order} tabbable={tabbable} />
      </td>
      <td class="cell alarm-severity">
        <span class="state">
          <SeverityMark severity={severity} />
          <span class="two-lines">
            <b>{t(`severity.${severity}`)}</b>
            <span class="second">{w(`kind.${alarm.kind}`)}</span>
          </span>
        </span>
      </td>
      <What alarm={alarm} />
      <Where alarm={alarm} tabbable={tabbable} />
      <td class="cell alarm-since">
        <span class="two-lines">
          <Age time={alarm.raisedAt} />
          <span class="second">{shortMoment(Date.parse(alarm.raisedAt), serverNowMs())}</span>
        </span>
      </td>
      <td class="cell alarm-state">
        <Standing alarm={alarm} />
      </td>
      <td class="cell alarm-action">
        {acknowledgedAt === null && (
          <button
            type="button"
            class="button"
            tabIndex={tabbable ? 0 : -1}
            onClick={() => ask('acknowledge', [alarm])}
            data-testid="row-acknowledge"
          >
            {w('do.acknowledge')}
          </button>
        )}
      </td>
    </tr>
  )
}

function Check({
  alarm,
  isChosen,
  order,
  tabbable,
}: Pick<RowProps, 'alarm' | 'order' | 'tabbable'> & { isChosen: boolean }) {
  return (
    // The whole cell is the target: a box alone is too small for a hurried hand.
    <label class="check-cell">
      <input
        type="checkbox"
        checked={isChosen}
        tabIndex={tabbable ? 0 : -1}
        aria-label={w('row.select', { title: `${titleOf(alarm)} ${alarm.entity ?? alarm.device ?? ''}` })}
        onClick={(event) => {
          if (event.shiftKey) chooseTo(alarm.id, order)
          else toggle(alarm.id)
        }}
        data-testid="row-select"
      />
    </label>
  )
}

function What({ alarm }: { alarm: Alarm }) {
  const statement = statementOf(alarm)
  return (
    <td class="cell alarm-what">
      <span class="two-lines">
        <span class="line">
          <b>{titleOf(alarm)}</b>
          {alarm.members > 0 && (
            <span class="alarm-members">{w('row.members', { count: formatCount(alarm.members) })}</span>
          )}
        </span>
        <span class="line second alarm-statement" title={statement}>
          {statement}
        </span>
      </span>
    </td>
  )
}

function Where({ alarm: { entity, device, address, area }, tabbable }: Pick<RowProps, 'alarm' | 'tabbable'>) {
  const name = entity === null ? null : (entityCell(entity).value?.name ?? null)
  return (
    <td class="cell alarm-where">
      <span class="two-lines">
        {entity === null ? (
          <b class="line">{device ?? address ?? '–'}</b>
        ) : (
          <a
            class="line alarm-entity"
            href={addressOf('entities', entity)}
            title={entity}
            tabIndex={tabbable ? 0 : -1}
          >
            {name ?? entity}
          </a>
        )}
        <span class="line second">
          {[name === null ? null : entity, areaName(area)].filter(Boolean).join(' · ') || t('table.noArea')}
        </span>
      </span>
    </td>
  )
}
