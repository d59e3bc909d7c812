import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { areaName, typeName } from '../state/catalogue.ts'
import { entityCell } from '../state/entities.ts'
import { matching } from '../state/listing.ts'
import { orderedQuantities } from '../table/main-values.ts'
import { ValueCell } from '../table/value-cell.tsx'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Spot } from './map-view.ts'

/** Follows the pointer. Only a help for the eye: the same stands in the table and the panel. */
export function MapTooltip({ spot }: { spot: Spot | null }) {
  if (spot === null) return null
  const side = `${spot.onRight ? 'map-tooltip-left' : ''} ${spot.onFoot ? 'map-tooltip-up' : ''}`
  return (
    <div class={`map-tooltip ${side}`} style={{ left: `${spot.x}px`, top: `${spot.y}px` }} aria-hidden="true">
      {spot.kind === 'entity' ? <EntityTip id={spot.id} /> : <AreaTip code={spot.id} />}
    </div>
  )
}

function EntityTip({ id }: { id: string }) {
  const entity = entityCell(id).value
  if (entity === null) return null
  const [first] = orderedQuantities(entity)
  return (
    <>
      <b>{id}</b>
      <span class="muted">{typeName(entity.type)}</span>
      <span class="tip-line">
        <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />
        {t(`state.${entity.freshness}`)} · {t(`session.${entity.session}`)}
      </span>
      {first !== undefined && <ValueCell quantity={first[0]} state={first[1]} />}
    </>
  )
}

function AreaTip({ code }: { code: string }) {
  const inside = matching.value.shown.filter((entity) => entity.area === code)
  return (
    <>
      <b>{areaName(code)}</b>
      <span class="tip-line">
        {FRESHNESSES.map((freshness) => (
          <span class="tip-count" key={freshness}>
            <Mark freshness={freshness} />
            {formatCount(inside.filter((entity) => entity.freshness === freshness).length)}
          </span>
        ))}
      </span>
    </>
  )
}
