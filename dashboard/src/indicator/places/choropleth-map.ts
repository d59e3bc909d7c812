import type { ExpressionSpecification, FilterSpecification, StyleSpecification } from 'maplibre-gl'
import { GeoJSONSource, type LngLatBounds, type MapLibreMap } from 'maplibre-gl'
import { boundsOf, namePoints } from '../../map/area-shapes.ts'
import { type FlatMapOptions, openFlatMap } from '../../map/flat-map.ts'
import { drawImage, MARK_PIXEL_RATIO } from '../../map/mark-images.ts'
import { readPalette } from '../../map/palette.ts'
import type { AreaCollection } from '../../wire/catalogue.ts'
import { hatch } from './hatch.ts'
import { colourOf, type Shades } from './shades.ts'

export interface Pointed {
  readonly code: string
  /** Pixels in the map. */
  readonly x: number
  readonly y: number
}

export interface ChoroplethMap {
  show(areas: AreaCollection, shades: Shades, nameOf: (code: string) => string): void
  mark(code: string | null): void
  close(): void
}

interface Options extends FlatMapOptions {
  hover(at: Pointed | null): void
  choose(code: string): void
}

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const COLOURS = 5
const NAMES_FROM_ZOOM = 8.8

/** Areas in shades, in the colours of the page at this moment. Throws if the browser cannot draw it (no WebGL). */
export async function openChoropleth(options: Options): Promise<ChoroplethMap> {
  const style = getComputedStyle(options.container)
  const map = openFlatMap(options, {
    style: styleOf((name) => style.getPropertyValue(`--${name}`).trim()),
    zoom: 7,
    minZoom: 5,
    maxZoom: 14,
  })
  map.setMissingStyleImageResolver((id) => {
    const image = hatch(id, style) ?? drawImage(id, readPalette())
    if (image !== null && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: MARK_PIXEL_RATIO })
  })
  await map.once('load')
  follow(map, options)
  let bounds: LngLatBounds | null = null
  let isMoved = false
  const showWhole = (): void => {
    if (bounds !== null && !isMoved) map.fitBounds(bounds, { padding: 16, duration: 0 })
  }
  map.on('movestart', (event) => {
    if (event.originalEvent) isMoved = true
  })
  map.on('resize', showWhole)
  return {
    show(areas, shades, nameOf) {
      source(map, 'areas').setData(shaded(areas, shades))
      source(map, 'names').setData(namePoints(areas, nameOf))
      bounds = boundsOf(areas)
      showWhole()
    },
    mark(code) {
      for (const layer of ['chosen-under', 'chosen']) map.setFilter(layer, is('code', code ?? ''))
    },
    close: () => map.remove(),
  }
}

const is = (name: string, value: string): FilterSpecification => ['==', ['get', name], value]

function styleOf(colour: (name: string) => string): StyleSpecification {
  const empty = { type: 'geojson', data: NOTHING } as const
  const steps = Array.from({ length: COLOURS }, (_, at) => [String(at), colour(`shade-${at}`)]).flat()
  const fill = ['match', ['get', 'shade'], ...steps, colour('map-land')] as unknown as ExpressionSpecification
  return {
    version: 8,
    sources: { areas: { ...empty, promoteId: 'code' }, names: empty },
    layers: [
      { id: 'outside', type: 'background', paint: { 'background-color': colour('map-outside') } },
      { id: 'shades', type: 'fill', source: 'areas', paint: { 'fill-color': fill } },
      ...(['withheld', 'missing'] as const).map((shade) => ({
        id: shade,
        type: 'fill' as const,
        source: 'areas',
        filter: is('shade', shade),
        paint: { 'fill-pattern': shade },
      })),
      {
        id: 'border',
        type: 'line',
        source: 'areas',
        paint: { 'line-color': colour('shade-border'), 'line-width': 0.8 },
      },
      {
        id: 'chosen-under',
        type: 'line',
        source: 'areas',
        filter: is('code', ''),
        paint: { 'line-color': colour('surface'), 'line-width': 6 },
      },
      {
        id: 'chosen',
        type: 'line',
        source: 'areas',
        filter: is('code', ''),
        paint: { 'line-color': colour('shade-chosen'), 'line-width': 3.5 },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'names',
        minzoom: NAMES_FROM_ZOOM,
        layout: { 'icon-image': ['concat', 'text-', ['get', 'name']], 'icon-padding': 8 },
      },
    ],
  }
}

function shaded(areas: AreaCollection, { shadeOf, classes }: Shades): GeoJSON.FeatureCollection {
  const features = areas.features.map((feature) => {
    const { code } = feature.properties
    const shade = shadeOf.get(code) ?? 'missing'
    const name = typeof shade === 'number' ? String(colourOf(shade, classes.length)) : shade
    return { ...feature, properties: { code, shade: name } }
  })
  return { type: 'FeatureCollection', features }
}

function follow(map: MapLibreMap, { hover, choose }: Options): void {
  const at = ({ point }: { point: { x: number; y: number } }): Pointed | null => {
    const [found] = map.queryRenderedFeatures([point.x, point.y], { layers: ['shades'] })
    return found === undefined ? null : { code: String(found.properties.code), x: point.x, y: point.y }
  }
  map.on('mousemove', (event) => {
    const pointed = at(event)
    map.getCanvas().style.cursor = pointed === null ? '' : 'pointer'
    hover(pointed)
  })
  map.on('mouseout', () => hover(null))
  map.on('movestart', () => hover(null))
  map.on('click', (event) => {
    const pointed = at(event)
    if (pointed !== null) choose(pointed.code)
  })
}

function source(map: MapLibreMap, id: string): GeoJSONSource {
  const found = map.getSource(id)
  if (!(found instanceof GeoJSONSource)) throw new Error(`the map has no source ${id}`)
  return found
}
