import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Header } from './header/header.tsx'
import { StaleNote } from './header/stream-chip.tsx'
import { SyntheticBanner } from './header/synthetic-banner.tsx'
import { IndicatorCard } from './indicator/indicator-card.tsx'
import { MapPanel } from './map/map-panel.tsx'
import { EntityPanel } from './panel/entity-panel.tsx'
import { SignInScreen } from './sign-in/sign-in-screen.tsx'
import { loadCatalogue } from './state/catalogue.ts'
import { ready } from './state/entities.ts'
import { goLive } from './state/live.ts'
import { selectedId } from './state/selection.ts'
import { type SignedIn, signedIn } from './state/sign-in.ts'
import { EntityTable } from './table/entity-table.tsx'
import { FilterBar } from './table/filter-bar.tsx'
import { t } from './text/messages.ts'

export function App() {
  const who = signedIn.value
  if (who === 'asking') return <p class="asking">{t('app.loading')}</p>
  if (who === null) return <SignInScreen />
  return <Dashboard who={who} />
}

function Dashboard({ who }: { who: SignedIn }) {
  useEffect(() => {
    loadCatalogue({ withMap: true })
    const leave = goLive()
    return () => {
      leave()
      selectedId.value = null
    }
  }, [])
  useSignalEffect(() => {
    if (ready.value) document.body.dataset.ready = 'true'
    else delete document.body.dataset.ready
  })
  const id = selectedId.value
  return (
    <div class="page">
      <Header who={who} />
      {who.synthetic && <SyntheticBanner />}
      <StaleNote />
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
    </div>
  )
}
