import type { Geometry } from 'geojson'
import { GeoJSONSource, LngLatBounds, MapLibreMap, type MapMouseEvent, setWorkerUrl } from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { badness } from '../marks/shapes.ts'
import type { AreaCollection } from '../wire/catalogue.ts'
import type { Entity } from '../wire/entity.ts'
import { landColour, mapStyle } from './map-style.ts'
import { drawMarkImages, MARK_PIXEL_RATIO, markImageId } from './mark-images.ts'
import { type Palette, readPalette } from './palette.ts'

setWorkerUrl(workerUrl)

/** What the pointer is on. */
export interface Spot {
  readonly kind: 'entity' | 'area'
  readonly id: string
  /** Pixels in the map. */
  readonly x: number
  readonly y: number
  /** Which half of the map it is in, so that a note beside it can stay inside. */
  readonly onRight: boolean
  readonly onFoot: boolean
}

export interface MapOptions {
  readonly container: HTMLElement
  /** On a phone one finger scrolls the page and two move the map. */
  readonly cooperative: boolean
  readonly locale: Record<string, string>
  hover(spot: Spot | null): void
  choose(spot: Spot | null): void
}

export interface MapView {
  showAreas(areas: AreaCollection): void
  showEntities(entities: readonly Entity[]): void
  select(entity: Entity | null): void
  markArea(code: string | null): void
  repaint(): void
  zoomBy(steps: number): void
  showAll(): void
  close(): void
}

/** The legend lies over the foot of the map. */
const FIT_PADDING_PX = { top: 14, right: 14, bottom: 54, left: 14 }
const HIT_MOUSE_PX = 6
const HIT_TOUCH_PX = 14

/** Throws if the browser cannot draw it (no WebGL). */
export async function openMap(options: MapOptions): Promise<MapView> {
  const map = new MapLibreMap({
    container: options.container,
    style: mapStyle(readPalette()),
    center: [108.4, 12.9],
    zoom: 7.5,
    minZoom: 6,
    maxZoom: 17,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    // Without fading a change is drawn once instead of for 300 ms: wall screens often have no graphics card.
    fadeDuration: 0,
    cooperativeGestures: options.cooperative,
    locale: options.locale,
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  await map.once('load')
  putImages(map, readPalette())
  followPointer(map, options)
  return view(map)
}

function view(map: MapLibreMap): MapView {
  let bounds: LngLatBounds | null = null
  let movedByHand = false
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
    showAreas(areas) {
      source(map, 'areas').setData(areas)
      bounds = boundsOf(areas)
      showAll(0)
    },
    showEntities(entities) {
      source(map, 'entities').setData({ type: 'FeatureCollection', features: entities.flatMap(toFeature) })
    },
    select(entity) {
      map.setFilter('selected', ['==', ['get', 'id'], entity?.id ?? ''])
      if (entity?.location == null) return
      const { lon, lat } = entity.location
      if (!map.getBounds().contains([lon, lat])) map.easeTo({ center: [lon, lat] })
    },
    markArea(code) {
      map.setFilter('chosen-area', ['==', ['get', 'code'], code ?? ''])
    },
    repaint: () => repaint(map, readPalette()),
    zoomBy(steps) {
      movedByHand = true
      map.easeTo({ zoom: map.getZoom() + steps })
    },
    showAll() {
      movedByHand = false
      showAll(400)
    },
    close: () => map.remove(),
  }
}

function followPointer(map: MapLibreMap, { hover, choose }: MapOptions): void {
  let hovered: string | null = null
  const setHovered = (code: string | null): void => {
    if (code === hovered) return
    if (hovered !== null) map.setFeatureState({ source: 'areas', id: hovered }, { hover: false })
    if (code !== null) map.setFeatureState({ source: 'areas', id: code }, { hover: true })
    hovered = code
  }
  map.on('mousemove', (event) => {
    const spot = spotAt(map, event, HIT_MOUSE_PX)
    setHovered(spot?.kind === 'area' ? spot.id : null)
    map.getCanvas().style.cursor = spot === null ? '' : 'pointer'
    hover(spot)
  })
  map.on('mouseout', () => {
    setHovered(null)
    hover(null)
  })
  map.on('movestart', () => hover(null))
  map.on('click', (event) => {
    const touch = matchMedia('(pointer: coarse)').matches
    choose(spotAt(map, event, touch ? HIT_TOUCH_PX : HIT_MOUSE_PX))
  })
}

function spotAt(map: MapLibreMap, { point }: MapMouseEvent, reachPx: number): Spot | null {
  const { x, y } = point
  const { clientWidth, clientHeight } = map.getContainer()
  const place = { x, y, onRight: x > clientWidth / 2, onFoot: y > clientHeight / 2 }
  const box: [[number, number], [number, number]] = [
    [x - reachPx, y - reachPx],
    [x + reachPx, y + reachPx],
  ]
  const entity = map.queryRenderedFeatures(box, { layers: ['entities'] })[0]
  if (entity !== undefined) return { kind: 'entity', id: String(entity.properties.id), ...place }
  const area = map.queryRenderedFeatures([x, y], { layers: ['land'] })[0]
  return area === undefined ? null : { kind: 'area', id: String(area.properties.code), ...place }
}

function toFeature(entity: Entity): GeoJSON.Feature[] {
  if (entity.location === null) return []
  const { lon, lat } = entity.location
  return [
    {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { id: entity.id, image: markImageId(entity), badness: badness(entity) },
    },
  ]
}

function putImages(map: MapLibreMap, palette: Palette): void {
  for (const [id, image] of drawMarkImages(palette)) {
    if (map.hasImage(id)) map.updateImage(id, image)
    else map.addImage(id, image, { pixelRatio: MARK_PIXEL_RATIO })
  }
}

function repaint(map: MapLibreMap, palette: Palette): void {
  putImages(map, palette)
  map.setPaintProperty('outside', 'background-color', palette.outside)
  map.setPaintProperty('land', 'fill-color', landColour(palette))
  map.setPaintProperty('border', 'line-color', palette.border)
  map.setPaintProperty('chosen-area', 'line-color', palette.accent)
}

function source(map: MapLibreMap, id: string): GeoJSONSource {
  const found = map.getSource(id)
  if (!(found instanceof GeoJSONSource)) throw new Error(`the map has no source ${id}`)
  return found
}

function boundsOf(areas: AreaCollection): LngLatBounds | null {
  const bounds = new LngLatBounds()
  for (const { geometry } of areas.features)
    for (const ring of rings(geometry))
      for (const point of ring) bounds.extend([point[0] ?? 0, point[1] ?? 0])
  return bounds.isEmpty() ? null : bounds
}

function rings(geometry: Geometry | null): GeoJSON.Position[][] {
  if (geometry?.type === 'Polygon') return geometry.coordinates
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates.flat()
  return []
}
