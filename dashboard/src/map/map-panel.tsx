import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ready } from '../state/entities.ts'
import { change, filters } from '../state/overview.ts'
import { setQuery } from '../state/route.ts'
import { openEntity } from '../state/selection.ts'
import { t } from '../text/messages.ts'
import type { Domain } from '../wire/entity.ts'
import { keepCurrent } from './keep-current.ts'
import { MapButtons } from './map-buttons.tsx'
import { MapLegend } from './map-legend.tsx'
import { MapTooltip } from './map-tooltip.tsx'
import type { MapView } from './map-view.ts'
import type { Spot } from './pointer.ts'
import { tracing } from './trace-buttons.tsx'
import { TraceCard } from './trace-card.tsx'
import { w } from './words.ts'
import './map.css'

export function MapPanel() {
  const container = useRef<HTMLDivElement>(null)
  const view = useRef<MapView | null>(null)
  const phase = useSignal<'loading' | 'shown' | 'failed'>('loading')
  const spot = useSignal<Spot | null>(null)
  const networks = useSignal<ReadonlyMap<Domain, number>>(new Map())
  const drawn = useSignal<{ clusters: number; zoom: number } | null>(null)
  useMap({ container, view, phase, spot, networks, drawn })
  const asked = tracing.value
  return (
    <section
      class="card map-card"
      aria-label={t('map.title')}
      data-testid="map"
      data-state={phase.value}
      data-clusters={drawn.value?.clusters}
      data-zoom={drawn.value?.zoom.toFixed(1)}
    >
      <div class="map-canvas" ref={container} />
      {phase.value !== 'shown' && (
        <p class="map-note">{t(phase.value === 'failed' ? 'map.failed' : 'map.loading')}</p>
      )}
      {phase.value === 'shown' && <MapButtons view={view} networks={networks.value} />}
      <button
        type="button"
        class="map-button map-button-text map-hide"
        onClick={() => setQuery({ map: 'off' })}
      >
        {w('hide')}
      </button>
      {asked !== null && view.current !== null && phase.value === 'shown' ? (
        <TraceCard {...asked} view={view.current} key={`${asked.kind} ${asked.id}`} />
      ) : (
        <MapLegend />
      )}
      <MapTooltip spot={spot.value} />
    </section>
  )
}

interface Parts {
  readonly container: RefObject<HTMLDivElement | null>
  readonly view: { current: MapView | null }
  readonly phase: Signal<'loading' | 'shown' | 'failed'>
  readonly spot: Signal<Spot | null>
  readonly networks: Signal<ReadonlyMap<Domain, number>>
  readonly drawn: Signal<{ clusters: number; zoom: number } | null>
}

function useMap({ container, view, phase, spot, networks, drawn }: Parts): void {
  useEffect(() => {
    let stop: (() => void) | null = null
    let gone = false
    const start = async (): Promise<void> => {
      await rowsShown()
      if (gone || container.current === null) return
      const { openMap } = await import('./map-view.ts')
      const opened = await openMap({
        container: container.current,
        cooperative: matchMedia('(max-width: 760px)').matches,
        locale: {
          'Map.Title': w('canvas'),
          'CooperativeGesturesHandler.WindowsHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MacHelpText': t('map.scrollHelp'),
          'CooperativeGesturesHandler.MobileHelpText': t('map.touchHelp'),
        },
        hover: (at) => {
          spot.value = at
        },
        choose,
        drawn: (clusters, zoom) => {
          drawn.value = { clusters, zoom }
        },
      })
      if (gone) return opened.close()
      view.current = opened
      stop = keepCurrent(opened, networks)
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
}

const ROWS_MS_MAX = 3_000

/** Most of the page's code is the map, and its first drawing takes long: the table and the counts come first. */
function rowsShown(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer)
      stop()
      requestAnimationFrame(() => setTimeout(resolve))
    }
    const timer = setTimeout(resolve, ROWS_MS_MAX)
    const stop = ready.subscribe((isReady) => {
      if (isReady) queueMicrotask(go)
    })
  })
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
