import type { FeatureCollection } from 'geojson'
import { GeoJSONSource, LngLatBounds, type MapLibreMap } from 'maplibre-gl'
import type { AreaCollection } from '../wire/catalogue.ts'
import type { Entity } from '../wire/entity.ts'
import { boundsOf, namePoints } from './area-shapes.ts'
import { type Diff, markImageId } from './features.ts'
import { type FlatMapOptions, openFlatMap } from './flat-map.ts'
import { mapStyle, NETWORK_DOMAINS, repaintStyle } from './map-style.ts'
import { drawImage, MARK_PIXEL_RATIO } from './mark-images.ts'
import { readPalette } from './palette.ts'
import { followPointer, type PointerListener } from './pointer.ts'
import type { TraceShapes } from './trace.ts'

export interface MapOptions extends PointerListener, FlatMapOptions {
  /** All that was asked for is on screen; how much of it are clusters. */
  drawn?(clusters: number, zoom: number): void
}

export interface MapView {
  showAreas(areas: AreaCollection, nameOf: (code: string) => string): void
  showEntities(diff: Diff): void
  showLines(lines: FeatureCollection): void
  showNetworks(without: ReadonlySet<string>): void
  /** Marks what hangs together and dims the rest; null: no more. */
  showTrace(trace: TraceShapes | null): void
  fitTrace(trace: TraceShapes): void
  select(entity: Entity | null): void
  markArea(code: string | null): void
  repaint(): void
  zoomBy(steps: number): void
  showAll(): void
  close(): void
}

/** The legend lies over the foot of the map. */
const FIT_PADDING_PX = { top: 14, right: 14, bottom: 54, left: 14 }
/** Buttons at its head and the legend at its foot, which take more lines on a phone. */
const tracePadding = (widthPx: number) =>
  widthPx < 480
    ? { top: 130, right: 30, bottom: 120, left: 30 }
    : { top: 64, right: 40, bottom: 96, left: 40 }
const TRACE_ZOOM_MAX = 14
const DIMMED = 0.22
const NOTHING: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Throws if the browser cannot draw it (no WebGL). */
export async function openMap(options: MapOptions): Promise<MapView> {
  const map = openFlatMap(options, {
    style: mapStyle(readPalette()),
    ...{ zoom: 7.5, minZoom: 6, maxZoom: 17 },
  })
  map.setMissingStyleImageResolver((id) => {
    const image = drawImage(id, readPalette())
    if (image !== null && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: MARK_PIXEL_RATIO })
  })
  await map.once('load')
  followPointer(map, options)
  map.on('idle', () => {
    options.drawn?.(map.queryRenderedFeatures({ layers: ['clusters'] }).length, map.getZoom())
  })
  return view(map)
}

function view(map: MapLibreMap): MapView {
  let bounds: LngLatBounds | null = null
  let movedByHand = false
  let isClosed = false
  const showAll = (durationMs: number): void => {
    if (bounds !== null) map.fitBounds(bounds, { padding: FIT_PADDING_PX, duration: durationMs })
  }
  map.on('movestart', (event) => {
    if (event.originalEvent) movedByHand = true
  })
  // The panel takes room from the map: whoever watches the whole province keeps watching all of it.
  map.on('resize', () => {
    if (!movedByHand) showAll(0)
  })
  return {
    showAreas(areas, nameOf) {
      source(map, 'areas').setData(areas)
      source(map, 'names').setData(namePoints(areas, nameOf))
      if (bounds === null) {
        bounds = boundsOf(areas)
        showAll(0)
      }
    },
    showEntities({ add, remove }) {
      if (add.length + remove.length > 0) void source(map, 'entities').updateData({ add, remove })
    },
    showLines: (lines) => void source(map, 'network').setData(lines),
    showNetworks(without) {
      for (const domain of NETWORK_DOMAINS)
        for (const layer of [`network-${domain}`, `arrows-${domain}`])
          map.setLayoutProperty(layer, 'visibility', without.has(domain) ? 'none' : 'visible')
    },
    showTrace(trace) {
      // Whoever leaves the page closes the map before what lies over it.
      if (isClosed) return
      source(map, 'traced').setData(trace?.points ?? NOTHING)
      source(map, 'traced-lines').setData(trace?.lines ?? NOTHING)
      dim(map, trace !== null)
    },
    fitTrace({ points }) {
      if (points.features.length === 0) return
      movedByHand = true
      const padding = tracePadding(map.getContainer().clientWidth)
      map.fitBounds(boundsOfPoints(points), { padding, maxZoom: TRACE_ZOOM_MAX })
    },
    select(entity) {
      source(map, 'selected').setData(entity === null ? NOTHING : selectedPoint(entity))
      if (entity?.location == null) return
      const { lon, lat } = entity.location
      if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat] })
    },
    markArea(code) {
      map.setFilter('chosen-area', ['==', ['get', 'code'], code ?? ''])
    },
    repaint() {
      const palette = readPalette()
      for (const id of map.listImages()) {
        const image = drawImage(id, palette)
        if (image !== null) map.updateImage(id, image)
      }
      repaintStyle(map, palette)
    },
    zoomBy(steps) {
      movedByHand = true
      map.easeTo({ zoom: map.getZoom() + steps })
    },
    showAll() {
      movedByHand = false
      showAll(400)
    },
    close() {
      isClosed = true
      map.remove()
    },
  }
}

function dim(map: MapLibreMap, isDimmed: boolean): void {
  const opacity = isDimmed ? DIMMED : 1
  for (const layer of [
    'entities',
    'alarms',
    'clusters',
    'counts',
    ...NETWORK_DOMAINS.map((domain) => `arrows-${domain}`),
  ])
    map.setPaintProperty(layer, 'icon-opacity', opacity)
  for (const domain of NETWORK_DOMAINS) map.setPaintProperty(`network-${domain}`, 'line-opacity', opacity)
}

function selectedPoint(entity: Entity): FeatureCollection {
  if (entity.location === null) return NOTHING
  const { lon, lat } = entity.location
  const geometry = { type: 'Point' as const, coordinates: [lon, lat] }
  const properties = { id: entity.id, image: markImageId(entity) }
  return { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] }
}

function boundsOfPoints({ features }: FeatureCollection): LngLatBounds {
  const bounds = new LngLatBounds()
  for (const { geometry } of features)
    if (geometry.type === 'Point') bounds.extend([geometry.coordinates[0] ?? 0, geometry.coordinates[1] ?? 0])
  return bounds
}

function source(map: MapLibreMap, id: string): GeoJSONSource {
  const found = map.getSource(id)
  if (!(found instanceof GeoJSONSource)) throw new Error(`the map has no source ${id}`)
  return found
}
