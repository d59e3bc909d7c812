import { IndicatorCard } from '../indicator/indicator-card.tsx'
import { MapPanel } from '../map/map-panel.tsx'
import { EntityPanel } from '../panel/entity-panel.tsx'
import { isMapShown } from '../state/overview.ts'
import { selectedId } from '../state/selection.ts'
import { EntityTable } from '../table/entity-table.tsx'
import { FilterBar } from '../table/filter-bar.tsx'
import { t } from '../text/messages.ts'
import { ViewsBar } from './views-bar.tsx'
import './overview.css'

/** The map and the table of everything there is. */
export function OverviewPage() {
  const id = selectedId.value
  const isMapAway = !isMapShown.value
  return (
    <main class={`main ${id === null ? '' : 'main-with-panel'} ${isMapAway ? 'main-without-map' : ''}`}>
      <div class="column">
        {!isMapAway && <MapPanel />}
        {id !== null && <EntityPanel id={id} key={id} />}
        <IndicatorCard />
      </div>
      <section class="card list" aria-label={t('table.title')}>
        <ViewsBar />
        <FilterBar />
        <EntityTable />
      </section>
    </main>
  )
}
