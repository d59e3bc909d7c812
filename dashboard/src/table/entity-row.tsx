import { useComputed } from '@preact/signals'
import { titleOf } from '../alarms/sentence.ts'
import { Mark } from '../marks/mark.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarmsByEntity } from '../state/alarms.ts'
import { areaName, typeName } from '../state/catalogue.ts'
import { entityCell } from '../state/entities.ts'
import { columns } from '../state/overview.ts'
import { go } from '../state/route.ts'
import { openEntity, selectedId } from '../state/selection.ts'
import { shownValue } from '../state/values.ts'
import { t } from '../text/messages.ts'
import type { Entity } from '../wire/entity.ts'
import { Age } from './age.tsx'
import { mainValues } from './main-values.ts'
import { ValueCell } from './value-cell.tsx'

const VALUES_MAX = 3

interface RowProps {
  readonly id: string
  readonly index: number
  /** One row of the table is in the tab order; the arrow keys move it. */
  readonly tabbable: boolean
}

export function EntityRow({ id, index, tabbable }: RowProps) {
  const entity = entityCell(id).value
  if (entity === null) return null
  const chosen = selectedId.value === id
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'o' && !event.ctrlKey && !event.metaKey && !event.altKey) return go('entities', id)
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    openEntity(id)
  }
  return (
    <tr
      class={chosen ? 'row row-chosen' : 'row'}
      tabIndex={tabbable ? 0 : -1}
      // The head is row 1.
      aria-rowindex={index + 2}
      aria-current={chosen}
      aria-keyshortcuts="Enter o"
      data-testid="entity-row"
      data-entity={id}
      data-index={index}
      data-freshness={entity.freshness}
      data-session={entity.session}
      onClick={() => openEntity(id)}
      onKeyDown={onKeyDown}
    >
      <StateCells entity={entity} />
      <ValueCells entity={entity} />
    </tr>
  )
}

function StateCells({ entity }: { entity: Entity }) {
  const disconnected = entity.session === 'disconnected'
  return (
    <>
      <td class="cell cell-state">
        <span class="state">
          <Mark freshness={entity.freshness} ring={disconnected} />
          <span class="two-lines">
            <span class={`state-${entity.freshness}`}>{t(`state.${entity.freshness}`)}</span>
            <span class={disconnected ? 'second session-lost' : 'second'}>
              {t(`session.${entity.session}`)}
            </span>
          </span>
          <AlarmFlag id={entity.id} />
        </span>
      </td>
      <td class="cell cell-id">
        <span class="two-lines">
          <b class="line" title={entity.name === null ? entity.id : `${entity.name} (${entity.id})`}>
            {entity.name ?? entity.id}
          </b>
          <span class="line second">
            {typeName(entity.type)}
            {entity.name !== null && ` · ${entity.id}`}
          </span>
        </span>
      </td>
      <td class="cell cell-area">{areaName(entity.area, entity.areaName) ?? t('table.noArea')}</td>
      <td class="cell cell-seen">
        {entity.lastSeen === null ? t('table.never') : <Age time={entity.lastSeen} />}
      </td>
    </>
  )
}

/** The worst of its active alarms. */
function AlarmFlag({ id }: { id: string }) {
  const worst = useComputed(() => alarmsByEntity.value.get(id)?.[0]).value
  if (worst === undefined) return null
  const text = `${t('nav.alarms')}: ${t(`severity.${worst.severity}`)}, ${titleOf(worst)}`
  return (
    <span class="flag" title={text} data-testid="alarm-flag" data-severity={worst.severity}>
      <SeverityMark severity={worst.severity} />
      <span class="visually-hidden">{text}</span>
    </span>
  )
}

function ValueCells({ entity }: { entity: Entity }) {
  if (columns.value.length > 0) return <ColumnCells entity={entity} chosen={columns.value} />
  return (
    <td class="cell cell-values">
      <span class="values">
        {mainValues(entity, VALUES_MAX).map(([key, state]) => (
          <ValueCell quantity={key} state={state} isDerived={state.isDerived} key={key} />
        ))}
      </span>
    </td>
  )
}

function ColumnCells({ entity, chosen }: { entity: Entity; chosen: readonly string[] }) {
  return (
    <td class="cell cell-values">
      <span class="values values-chosen" style={{ '--columns': chosen.length }}>
        {chosen.map((key) => {
          const state = shownValue(entity, key)
          if (state === null)
            return (
              <span class="muted" key={key}>
                –
              </span>
            )
          return <ValueCell quantity={key} state={state} isDerived={state.isDerived} key={key} />
        })}
      </span>
    </td>
  )
}
