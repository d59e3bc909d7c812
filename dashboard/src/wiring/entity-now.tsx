import { Mark } from '../marks/mark.tsx'
import { useAsked } from '../state/asked.ts'
import { quantityName } from '../state/catalogue.ts'
import { orderedQuantities } from '../table/main-values.ts'
import { formatClock, formatValue } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { Entity } from '../wire/entity.ts'
import { w } from './words.ts'

const REFRESH_MS = 4_000
const SHOWN_MAX = 8

/** What the operators see of the thing that the device observes: the proof that it is wired. */
export function EntityNow({ entity: id }: { entity: string }) {
  const { body: entity } = useAsked<Entity>(`/entities/${id}`, id, REFRESH_MS).value
  if (entity === null) return null
  const shown = orderedQuantities(entity).slice(0, SHOWN_MAX)
  const isLive = shown.length > 0
  return (
    <div class="entity-now" data-testid="entity-now" data-live={isLive}>
      <p class="entity-head">
        <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />
        <b>{isLive ? w('entity.live', { id }) : w('entity.nothing')}</b>
        <span class="muted small">
          {t(`state.${entity.freshness}`)} · {t(`session.${entity.session}`)}
        </span>
      </p>
      {isLive && (
        <dl class="entity-values">
          {shown.map(([key, { value, label, unit, time }]) => (
            <div key={key}>
              <dt>{quantityName(key)}</dt>
              <dd>
                <b>{label ?? (value === null ? '–' : formatValue(value))}</b>{' '}
                {value !== null && formatUnit(unit)}{' '}
                <span class="muted small">{formatClock(Date.parse(time))}</span>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
