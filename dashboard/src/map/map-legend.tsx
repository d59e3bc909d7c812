import { Mark } from '../marks/mark.tsx'
import { SeverityMark } from '../marks/severity-mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { matching } from '../state/listing.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { w } from './words.ts'

export function MapLegend() {
  const { shown } = matching.value
  const unplaced = shown.reduce((sum, entity) => sum + (entity.location === null ? 1 : 0), 0)
  return (
    <div class="legend">
      <ul class="legend-marks" aria-label={t('map.legend')}>
        {FRESHNESSES.map((freshness) => (
          <li key={freshness}>
            <Mark freshness={freshness} />
            {t(`state.${freshness}`)}
          </li>
        ))}
        <li>
          <Mark freshness={null} ring />
          {t('session.disconnected')}
        </li>
        {unplaced > 0 && <li class="muted">{t('map.unplaced', { count: formatCount(unplaced) })}</li>}
      </ul>
      <details>
        <summary>{w('more')}</summary>
        <ul class="legend-marks">
          <li>
            <svg class="mark legend-cluster" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
              <circle cx="12" cy="12" r="10" />
              <path d="M8 12h8M12 8v8" />
            </svg>
            {w('cluster')}
          </li>
          <li>
            <SeverityMark severity="high" />
            {w('alarm')}
          </li>
          <li class="legend-seen">
            <SeverityMark severity="high" />
            {w('alarmSeen')}
          </li>
        </ul>
      </details>
    </div>
  )
}
