import { errorText, useAsked } from '../state/asked.ts'
import { addressOf, route, setQuery } from '../state/route.ts'
import { t } from '../text/messages.ts'
import { Breakdowns } from './breakdown/breakdowns.tsx'
import { ExplanationDrawer } from './explanation/explanation-drawer.tsx'
import { Exports } from './exports/exports.tsx'
import { FigureBar } from './figure-bar.tsx'
import { Headline } from './headline.tsx'
import { Places } from './places/places.tsx'
import { Progress } from './progress/progress.tsx'
import { Releases } from './releases/releases.tsx'
import { cellOf, queryOf, TABS, type Tab, view } from './view.ts'
import type { Figure, Release } from './wire.ts'
import { w } from './words.ts'
import './figures-table.css'
import './indicator-page.css'

const BODIES = {
  places: Places,
  progress: Progress,
  breakdown: Breakdowns,
  releases: Releases,
  exports: Exports,
} as const satisfies Record<Tab, unknown>

/** The figure with all that is asked of it: where it comes from, where it goes, what changed. */
export function IndicatorPage() {
  const { tab } = view.value
  const figure = useAsked<Figure>(`/indicators/iot-per-capita?${queryOf(view.value)}`).value
  const releases = useAsked<{ items: readonly Release[] }>('/releases').value
  const cell = cellOf(route.value.query.get('how'))
  const Body = BODIES[tab]
  return (
    <main class="page-column figure-page" data-testid="indicator-page">
      <header class="page-head">
        <h1 class="figure-title">{w('title')}</h1>
        <a href={addressOf('inputs')} data-testid="to-inputs">
          {w('toInputs')}
        </a>
      </header>
      <FigureBar releases={releases.body?.items ?? []} />
      {figure.error !== null && (
        <p class="card figure-note error" role="alert">
          {w('failed', { detail: errorText(figure.error) })}
        </p>
      )}
      {figure.body === null && figure.error === null && <p class="muted">{t('app.loading')}</p>}
      {figure.body !== null && figure.error === null && (
        <Headline figure={figure.body} releases={releases.body?.items ?? []} />
      )}
      <Tabs chosen={tab} />
      <Body key={tab} />
      {cell !== null && (
        <ExplanationDrawer
          key={route.value.query.get('how')}
          cell={cell}
          close={() => setQuery({ how: null })}
        />
      )}
    </main>
  )
}

function Tabs({ chosen }: { chosen: Tab }) {
  const { id, query } = route.value
  return (
    <nav class="figure-tabs" aria-label={w('tab.label')}>
      {TABS.map((tab) => (
        <a
          class="figure-tab"
          key={tab}
          href={addressOf('indicator', id, { ...Object.fromEntries(query), tab, how: null })}
          aria-current={tab === chosen ? 'page' : undefined}
          data-testid={`tab-${tab}`}
        >
          {w(`tab.${tab}`)}
        </a>
      ))}
    </nav>
  )
}
