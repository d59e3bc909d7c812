import { computed, effect, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import '../map/map.css'
import { diffOf, type MapMark } from '../map/features.ts'
import type { MapView } from '../map/map-view.ts'
import { Mark } from '../marks/mark.tsx'
import { FRESHNESSES } from '../marks/shapes.ts'
import { areaName, communes } from '../state/catalogue.ts'
import { theme } from '../state/preferences.ts'
import { throttled } from '../state/throttled.ts'
import { t } from '../text/messages.ts'
import type { Entity } from '../wire/entity.ts'
import { entityAt } from './moment.ts'
import { chosen, recording as shown, step } from './player.ts'
import { atStep, type Recording } from './recording.ts'
import { w } from './words.ts'

const REDRAW_MS = 400
const slowStep = throttled(step, REDRAW_MS)

/** The map as it was at the moment. */
export function ReplayMap({ recording }: { recording: Recording }) {
  const container = useRef<HTMLDivElement>(null)
  const view = useRef<MapView | null>(null)
  const phase = useSignal<'loading' | 'shown' | 'failed'>('loading')

  useEffect(() => {
    let stop: (() => void) | null = null
    let isGone = false
    const start = async (): Promise<void> => {
      if (container.current === null) return
      const opened = await open(container.current)
      if (isGone) return opened.close()
      view.current = opened
      stop = keepCurrent(opened)
      phase.value = 'shown'
    }
    start().catch(() => {
      phase.value = 'failed'
    })
    return () => {
      isGone = true
      stop?.()
      view.current?.close()
    }
  }, [])

  return (
    <section
      class="card map-card replay-map"
      aria-label={w('map')}
      data-testid="replay-map"
      data-state={phase.value}
      data-entities={recording.courses.length}
    >
      <div class="map-canvas" ref={container} />
      {phase.value !== 'shown' && (
        <p class="map-note">{w(phase.value === 'failed' ? 'mapFailed' : 'mapLoading')}</p>
      )}
      {phase.value === 'shown' && (
        <div class="map-buttons">
          <button type="button" class="map-button map-button-text" onClick={() => view.current?.showAll()}>
            {w('whole')}
          </button>
        </div>
      )}
      <ul class="legend" aria-label={t('map.legend')}>
        {FRESHNESSES.map((freshness) => (
          <li key={freshness}>
            <Mark freshness={freshness} />
            {t(`state.${freshness}`)}
          </li>
        ))}
      </ul>
    </section>
  )
}

async function open(container: HTMLElement): Promise<MapView> {
  const { openMap } = await import('../map/map-view.ts')
  return openMap({
    container,
    cooperative: matchMedia('(max-width: 760px)').matches,
    locale: {
      'Map.Title': w('map'),
      'CooperativeGesturesHandler.WindowsHelpText': t('map.scrollHelp'),
      'CooperativeGesturesHandler.MacHelpText': t('map.scrollHelp'),
      'CooperativeGesturesHandler.MobileHelpText': t('map.touchHelp'),
    },
    hover: () => {},
    choose: (spot) => {
      chosen.value = spot?.kind === 'entity' ? spot.id : null
    },
  })
}

/** Feeds the map until the returned function is called. */
function keepCurrent(view: MapView): () => void {
  const marks = new Map<string, Entity>()
  const onMap = computed(() => {
    const now = slowStep.value
    return (shown.value?.courses ?? []).flatMap((course) => {
      const known = marks.get(course.id)
      const freshness = atStep(course.freshness, now)
      if (freshness === undefined) return []
      if (known && known.freshness === freshness) return known
      const entity = entityAt(course, now, false)
      marks.set(course.id, entity)
      return entity
    })
  })
  const drawn = new Map<string, MapMark>()
  const stops = [
    effect(() => {
      if (communes.value !== null) view.showAreas(communes.value, (code) => areaName(code) ?? '')
    }),
    effect(() => view.showEntities(diffOf(drawn, onMap.value, () => 0))),
    effect(() => view.select(marks.get(chosen.value ?? '') ?? null)),
    effect(() => {
      theme.value
      view.repaint()
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
