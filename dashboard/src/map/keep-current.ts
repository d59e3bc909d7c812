import { computed, effect, type Signal } from '@preact/signals'
import type { Feature, LineString } from 'geojson'
import { alarmsByEntity } from '../state/alarms.ts'
import { areaName, communes } from '../state/catalogue.ts'
import { entities, entityCell } from '../state/entities.ts'
import { matching } from '../state/listing.ts'
import { filters, withoutNetworks } from '../state/overview.ts'
import { theme } from '../state/preferences.ts'
import { selectedId } from '../state/selection.ts'
import { throttled } from '../state/throttled.ts'
import { isFiltering } from '../state/view.ts'
import type { Domain } from '../wire/entity.ts'
import { alarmCode, diffOf, isSameLines, type MapMark, networkLines } from './features.ts'
import type { MapView } from './map-view.ts'
import { feeds, followRelations } from './relations.ts'

// Placing 10,000 marks takes a machine without graphics card a fifth of a second.
const REDRAW_MS = 1_000
const onMap = throttled(
  computed(() => matching.value.shown),
  REDRAW_MS,
)

/** Feeds the map from the page's state until the returned function is called. `networks` gets how many lines there are. */
export function keepCurrent(view: MapView, networks: Signal<ReadonlyMap<Domain, number>>): () => void {
  const marks = new Map<string, MapMark>()
  const stops = [
    followRelations(),
    effect(() => {
      if (communes.value !== null) view.showAreas(communes.value, (code) => areaName(code) ?? '')
    }),
    effect(() => {
      const alarms = alarmsByEntity.peek()
      const alarmsOf = (id: string): number => alarmCode(alarms.get(id) ?? [])
      view.showEntities(diffOf(marks, onMap.value, alarmsOf))
    }),
    keepLines(view, networks),
    effect(() => view.showNetworks(withoutNetworks.value)),
    effect(() => view.select(selectedId.value === null ? null : entityCell(selectedId.value).value)),
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

function keepLines(view: MapView, networks: Signal<ReadonlyMap<Domain, number>>): () => void {
  let lines: readonly Feature<LineString>[] = []
  return effect(() => {
    const shown = onMap.value
    const ids = isFiltering(filters.value) ? new Set(shown.map(({ id }) => id)) : null
    const next = networkLines(
      feeds.value,
      (id) => entities.get(id),
      (id) => ids === null || ids.has(id),
    )
    if (isSameLines(lines, next)) return
    lines = next
    view.showLines({ type: 'FeatureCollection', features: next })
    const counts = new Map<Domain, number>()
    for (const { properties } of next) counts.set(properties.domain, (counts.get(properties.domain) ?? 0) + 1)
    // A network of which nothing is shown now can still be switched.
    for (const domain of networks.peek().keys()) if (!counts.has(domain)) counts.set(domain, 0)
    networks.value = new Map([...counts].sort())
  })
}
