import { titleOf } from '../alarms/sentence.ts'
import { Mark } from '../marks/mark.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { alarmsByEntity } from '../state/alarms.ts'
import { quantityName, typeName } from '../state/catalogue.ts'
import { entityCell } from '../state/entities.ts'
import { addressOf } from '../state/route.ts'
import { orderedQuantities } from '../table/main-values.ts'
import { valueText } from '../table/value-cell.tsx'
import { formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { Entity } from '../wire/entity.ts'
import type { GraphNode } from '../wire/graph.ts'
import { isWithoutDevice } from './standing.ts'

/** Another entity: how it stands now, and the way to its page. */
export function EntityLink({ node }: { node: GraphNode }) {
  const entity = entityCell(node.id).value
  const [worst] = alarmsByEntity.value.get(node.id) ?? []
  return (
    <span class="entity-link" data-testid="related" data-entity={node.id}>
      <Standing entity={entity} />
      <a href={addressOf('entities', node.id)}>{node.name ?? node.id}</a>
      <span class="muted small">{typeName(node.type)}</span>
      {worst !== undefined && (
        <span class="entity-link-alarm" title={titleOf(worst)}>
          <SeverityMark severity={worst.severity} />
          <span class="visually-hidden">
            {t(`severity.${worst.severity}`)}: {titleOf(worst)}
          </span>
        </span>
      )}
      {entity !== null && <MainValue entity={entity} />}
    </span>
  )
}

function Standing({ entity }: { entity: Entity | null }) {
  if (entity === null || isWithoutDevice(entity)) return <Mark freshness={null} />
  return (
    <>
      <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />
      <span class="visually-hidden">{t(`state.${entity.freshness}`)}</span>
    </>
  )
}

function MainValue({ entity }: { entity: Entity }) {
  const [main] = orderedQuantities(entity)
  if (main === undefined) return null
  const [key, state] = main
  return (
    <span class="entity-link-value">
      <span class="entity-link-quantity muted small">{quantityName(key)}</span>{' '}
      {valueText(key, state, formatValue)} <span class="unit">{formatUnit(state.unit)}</span>
    </span>
  )
}
