import { useEffect } from 'preact/hooks'
import { IndicatorCard } from '../indicator/indicator-card.tsx'
import { MapPanel } from '../map/map-panel.tsx'
import { EntityPanel } from '../panel/entity-panel.tsx'
import { selectedId } from '../state/selection.ts'
import { EntityTable } from '../table/entity-table.tsx'
import { FilterBar } from '../table/filter-bar.tsx'
import { t } from '../text/messages.ts'

/** The map and the table of everything there is. */
export function OverviewPage() {
  useEffect(
    () => () => {
      selectedId.value = null
    },
    [],
  )
  const id = selectedId.value
  return (
    <main class={id === null ? 'main' : 'main main-with-panel'}>
      <div class="column">
        <MapPanel />
        {id !== null && <EntityPanel id={id} key={id} />}
        <IndicatorCard />
      </div>
      <section class="card list" aria-label={t('table.title')}>
        <FilterBar />
        <EntityTable />
      </section>
    </main>
  )
}
