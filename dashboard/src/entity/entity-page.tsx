import { useEffect, useRef } from 'preact/hooks'
import { EntityAlarms } from '../alarms/entity-alarms.tsx'
import { WaterBalanceCard } from '../balance/water-balance-card.tsx'
import { CommandCard } from '../commands/command-card.tsx'
import { entityCell, ready } from '../state/entities.ts'
import { addressOf, route } from '../state/route.ts'
import { t } from '../text/messages.ts'
import type { Entity } from '../wire/entity.ts'
import { CurvesCard } from './curves-card.tsx'
import './curves.css'
import { useDerivedHistory } from './derived-history.ts'
import './entity.css'
import { EntityHead } from './entity-head.tsx'
import { drawableKeys } from './quantities.ts'
import { RelationsCard } from './relations-card.tsx'
import { ValuesCard } from './values-card.tsx'
import { w } from './words.ts'

/** All there is about one entity. */
export function EntityPage() {
  const { id } = route.value
  const entity = entityCell(id ?? '').value
  if (id === null || (entity === null && ready.value)) return <NoEntity id={id} />
  if (entity === null) return <p class="asking">{t('app.loading')}</p>
  return <Page entity={entity} />
}

function Page({ entity }: { entity: Entity }) {
  const main = useRef<HTMLElement>(null)
  // Whoever comes by the keyboard goes on from here, not from the head of the page.
  useEffect(() => main.current?.focus({ preventScroll: true }), [])
  const follows = useDerivedHistory(entity)
  const drawable = [...drawableKeys(entity), ...follows]
  const isPlain = drawable.length === 0
  return (
    <main
      class={isPlain ? 'entity-main entity-plain' : 'entity-main'}
      ref={main}
      tabIndex={-1}
      data-testid="entity-page"
    >
      <EntityHead entity={entity} />
      <div class="entity-aside">
        <div class="card entity-part">
          <EntityAlarms id={entity.id} />
        </div>
        <ValuesCard entity={entity} isPlain={isPlain} />
        <div class="card entity-part">
          <CommandCard entity={entity} />
        </div>
        <WaterBalanceCard entity={entity} />
        <RelationsCard id={entity.id} />
      </div>
      {!isPlain && <CurvesCard entity={entity} drawable={drawable} />}
    </main>
  )
}

function NoEntity({ id }: { id: string | null }) {
  return (
    <main class="entity-none" data-testid="no-entity">
      <h1 class="entity-name">{id === null ? w('none.noId') : w('none.title', { id })}</h1>
      <p class="muted">{w('none.hint')}</p>
      <a class="button" href={addressOf('overview')}>
        {w('none.overview')}
      </a>
    </main>
  )
}
