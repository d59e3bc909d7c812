import { Mark } from '../marks/mark.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { alarmsByEntity } from '../state/alarms.ts'
import { areaName, typeName } from '../state/catalogue.ts'
import { entityCell } from '../state/entities.ts'
import { matching } from '../state/listing.ts'
import { mainValues } from '../table/main-values.ts'
import { ValueCell } from '../table/value-cell.tsx'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Severity } from '../wire/alarm.ts'
import { alarmOf } from './features.ts'
import type { Spot } from './pointer.ts'
import { w } from './words.ts'

/** Follows the pointer. Only a help for the eye: the same stands in the table and the panel. */
export function MapTooltip({ spot }: { spot: Spot | null }) {
  if (spot === null) return null
  const side = `${spot.onRight ? 'map-tooltip-left' : ''} ${spot.onFoot ? 'map-tooltip-up' : ''}`
  return (
    <div class={`map-tooltip ${side}`} style={{ left: `${spot.x}px`, top: `${spot.y}px` }} aria-hidden="true">
      {spot.kind === 'entity' && <EntityTip id={spot.id} />}
      {spot.kind === 'area' && <AreaTip code={spot.id} />}
      {spot.cluster !== null && <ClusterTip {...spot.cluster} />}
    </div>
  )
}

function EntityTip({ id }: { id: string }) {
  const entity = entityCell(id).value
  if (entity === null) return null
  const [first] = mainValues(entity, 1)
  const [worst] = alarmsByEntity.value.get(id) ?? []
  return (
    <>
      <b>{entity.name ?? id}</b>
      <span class="muted">{typeName(entity.type)}</span>
      <span class="tip-line">
        <Mark freshness={entity.freshness} ring={entity.session === 'disconnected'} />
        {t(`state.${entity.freshness}`)} · {t(`session.${entity.session}`)}
      </span>
      {worst !== undefined && (
        <SeverityLine severity={worst.severity} isNew={worst.acknowledgedAt === null} />
      )}
      {first !== undefined && (
        <ValueCell quantity={first[0]} state={first[1]} isDerived={first[1].isDerived} />
      )}
    </>
  )
}

function SeverityLine({ severity, isNew }: { severity: Severity; isNew: boolean }) {
  return (
    <span class="tip-line">
      <SeverityMark severity={severity} />
      {t(`severity.${severity}`)} · {w(isNew ? 'alarm' : 'alarmSeen')}
    </span>
  )
}

function ClusterTip({ count, standing, alarm }: NonNullable<Spot['cluster']>) {
  const freshness = FRESHNESSES[standing] ?? 'fresh'
  const worst = alarmOf(alarm)
  return (
    <>
      <b>{w('clusterOf', { count: formatCount(count) })}</b>
      <span class="tip-line">
        <Mark freshness={freshness} />
        {t(`state.${freshness}`)}
      </span>
      {worst !== null && <SeverityLine {...worst} />}
      <span class="muted">{w('clusterHint')}</span>
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
