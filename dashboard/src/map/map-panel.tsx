import { computed, effect, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { communes } from '../state/catalogue.ts'
import { entities } from '../state/entities.ts'
import { matching } from '../state/listing.ts'
import { change, filters } from '../state/overview.ts'
import { theme } from '../state/preferences.ts'
import { openEntity, selectedId } from '../state/selection.ts'
import { throttled } from '../state/throttled.ts'
import { formatCount } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { MapTooltip } from './map-tooltip.tsx'
import type { MapView, Spot } from './map-view.ts'

export function MapPanel() {
  const container = useRef<HTMLDivElement>(null)
  const view = useRef<MapView | null>(null)
  const phase = useSignal<'loading' | 'shown' | 'failed'>('loading')
  const spot = useSignal<Spot | null>(null)

  useEffect(() => {
    let stop: (() => void) | null = null
    let gone = false
    const start = async (): Promise<void> => {
      if (container.current === null) return
      // Most of the page's code is the map: the table and the counts do not wait for it.
      const { openMap } = await import('./map-view.ts')
      const opened = await openMap({
        container: container.current,
        cooperative: matchMedia('(max-width: 760px)').matches,
        locale: {
          'Map.Title': t('map.title'),
          'CooperativeGesturesHandler.WindowsHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MacHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MobileHelpText': t('map.touchHelp'),
        },
        hover: (at) => {
          spot.value = at
        },
        choose: (at) => choose(at),
      })
      if (gone) return opened.close()
      view.current = opened
      stop = keepCurrent(opened)
      phase.value = 'shown'
    }
    start().catch(() => {
      phase.value = 'failed'
    })
    return () => {
      gone = true
      stop?.()
      view.current?.close()
    }
  }, [])

  return (
    <section class="card map-card" aria-label={t('map.title')} data-testid="map" data-state={phase.value}>
      <div class="map-canvas" ref={container} />
      {phase.value !== 'shown' && (
        <p class="map-note">{t(phase.value === 'failed' ? 'map.failed' : 'map.loading')}</p>
      )}
      {phase.value === 'shown' && <MapButtons view={view} />}
      <Legend />
      <MapTooltip spot={spot.value} />
    </section>
  )
}

// Placing 10,000 marks takes a machine without graphics card a fifth of a second.
const REDRAW_MS = 1_000
const onMap = throttled(
  computed(() => matching.value.shown),
  REDRAW_MS,
)

/** Feeds the map from the page's state until the returned function is called. */
function keepCurrent(view: MapView): () => void {
  const stops = [
    effect(() => {
      if (communes.value !== null) view.showAreas(communes.value)
    }),
    effect(() => view.showEntities(onMap.value)),
    effect(() => view.select(entities.get(selectedId.value ?? '') ?? null)),
    effect(() => view.markArea(filters.value.area)),
    effect(() => {
      theme.value
      view.repaint()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** A tap on an entity opens it; on a commune, keeps only its entities in the list; again, or outside: all. */
function choose(spot: Spot | null): void {
  if (spot?.kind === 'entity') {
    openEntity(spot.id)
    return
  }
  const area = spot === null || spot.id === filters.value.area ? null : spot.id
  change({ filters: { area } })
}

function MapButtons({ view }: { view: { readonly current: MapView | null } }) {
  return (
    <div class="map-buttons">
      <button
        type="button"
        class="map-button"
        aria-label={t('map.zoomIn')}
        onClick={() => view.current?.zoomBy(1)}
      >
        +
      </button>
      <button
        type="button"
        class="map-button"
        aria-label={t('map.zoomOut')}
        onClick={() => view.current?.zoomBy(-1)}
      >
        −
      </button>
      <button type="button" class="map-button map-button-text" onClick={() => view.current?.showAll()}>
        {t('map.whole')}
      </button>
    </div>
  )
}

function Legend() {
  const { shown } = matching.value
  const unplaced = shown.reduce((sum, entity) => sum + (entity.location === null ? 1 : 0), 0)
  return (
    <ul class="legend" aria-label={t('map.legend')}>
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
  )
}
