import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  LineLayerSpecification,
  MapLibreMap,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl'
import { SELECTED_IMAGE } from './mark-images.ts'
import type { Palette } from './palette.ts'

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const HOVERED: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]
const SIZE: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 7, 0.6, 9, 0.8, 12, 1.15]
const IS_CLUSTER: ExpressionSpecification = ['has', 'point_count']
/** From here on every entity stands for itself. */
const CLUSTERED_TO_ZOOM = 11
const CLUSTER_RADIUS_PX = 34
/** Two or three side by side are seen as such. */
const CLUSTER_LEAST = 4
const ARROWS_FROM_ZOOM = 9.5
const NAMES_FROM_ZOOM = 8.8
/** Of a line's own width. */
const DASHES: Readonly<Record<string, number[]>> = { power: [3, 1.6] }
export const NETWORK_DOMAINS = ['water', 'power', 'traffic', 'environment'] as const

/** No tiles, glyphs or sprites: the whole map comes from this server and works without the internet. */
export function mapStyle(palette: Palette): StyleSpecification {
  const empty = { type: 'geojson', data: NOTHING } as const
  return {
    version: 8,
    sources: {
      areas: { ...empty, promoteId: 'code' },
      names: empty,
      network: empty,
      traced: empty,
      'traced-lines': empty,
      selected: empty,
      entities: {
        ...empty,
        promoteId: 'id',
        cluster: true,
        clusterMaxZoom: CLUSTERED_TO_ZOOM,
        clusterRadius: CLUSTER_RADIUS_PX,
        clusterMinPoints: CLUSTER_LEAST,
        clusterProperties: { standing: ['min', ['get', 'standing']], alarm: ['max', ['get', 'alarm']] },
      },
    },
    layers: [...ground(palette), ...networks(palette), ...entities(), ...traces(palette)],
  }
}

type PaintName = Parameters<MapLibreMap['setPaintProperty']>[1]

/** After the theme changed. */
export function repaintStyle(map: MapLibreMap, palette: Palette): void {
  for (const { id, type, paint } of [...ground(palette), ...networks(palette), ...traces(palette)])
    if (type !== 'symbol')
      for (const [name, value] of Object.entries(paint ?? {}))
        if (name.endsWith('-color')) map.setPaintProperty(id, name as PaintName, value)
}

const ground = (palette: Palette): LayerSpecification[] => [
  { id: 'outside', type: 'background', paint: { 'background-color': palette.outside } },
  {
    id: 'land',
    type: 'fill',
    source: 'areas',
    paint: { 'fill-color': ['case', HOVERED, palette.landHover, palette.land] },
  },
  {
    id: 'border',
    type: 'line',
    source: 'areas',
    paint: {
      'line-color': palette.border,
      'line-width': ['interpolate', ['linear'], ['zoom'], 7, 0.7, 11, 1.6],
    },
  },
  {
    id: 'chosen-area',
    type: 'line',
    source: 'areas',
    filter: ['==', ['get', 'code'], ''],
    paint: { 'line-color': palette.accent, 'line-width': 2.5 },
  },
  {
    id: 'names',
    type: 'symbol',
    source: 'names',
    minzoom: NAMES_FROM_ZOOM,
    layout: { 'icon-image': ['concat', 'text-', ['get', 'name']], 'icon-padding': 8 },
    paint: { 'icon-opacity': 0.75 },
  },
]

/** Domains differ in colour and in their dashes; arrows show which way it flows once there is room. */
const networks = (palette: Palette): LayerSpecification[] =>
  NETWORK_DOMAINS.flatMap((domain) => {
    const colour = domain === 'water' || domain === 'power' ? palette[domain] : palette.other
    const filter: FilterSpecification = ['==', ['get', 'domain'], domain]
    return [
      line(`network-${domain}`, 'network', filter, colour, 1.6, DASHES[domain]),
      arrows(`arrows-${domain}`, 'network', filter, `arrow-${domain}`),
    ]
  })

const entities = (): LayerSpecification[] => [
  marks('entities', 'entities', ['get', 'image'], ['has', 'image'], {
    // All are drawn, the worst last: a silent one must not hide under fresh neighbours.
    'symbol-sort-key': ['get', 'order'],
  }),
  marks(
    'alarms',
    'entities',
    ['concat', 'alarm-', ['get', 'alarm']],
    ['all', ['has', 'image'], ['>', ['get', 'alarm'], 0]],
    {
      'symbol-sort-key': ['get', 'order'],
      'icon-offset': [11, -11],
    },
  ),
  marks(
    'clusters',
    'entities',
    ['concat', 'cluster-', ['get', 'standing'], '-', ['get', 'alarm']],
    IS_CLUSTER,
    {
      'icon-size': 1,
      'symbol-sort-key': ['-', ['get', 'alarm'], ['get', 'standing']],
    },
  ),
  marks('counts', 'entities', ['concat', 'count-', rounded(['get', 'point_count'])], IS_CLUSTER, {
    'icon-size': 1,
    'symbol-sort-key': ['-', ['get', 'alarm'], ['get', 'standing']],
  }),
]

/** Lies over everything, whatever is clustered below. */
const traces = (palette: Palette): LayerSpecification[] => [
  line('traced-lines', 'traced-lines', ['!=', ['get', 'role'], 'lost'], palette.accent, 3),
  line('lost-lines', 'traced-lines', ['==', ['get', 'role'], 'lost'], palette.critical, 3.5),
  arrows('traced-arrows', 'traced-lines', true, 'arrow-other'),
  marks('roles', 'traced', ['get', 'role'], true, {}),
  marks('traced', 'traced', ['get', 'image'], true, {}),
  marks('selected', 'selected', SELECTED_IMAGE, true, {}),
  marks('selected-mark', 'selected', ['get', 'image'], true, {}),
]

/** Two digits are enough beyond a hundred, and keep the number of different images small. */
function rounded(count: ExpressionSpecification): ExpressionSpecification {
  const to = (step: number): ExpressionSpecification => ['*', step, ['round', ['/', count, step]]]
  return [
    'case',
    ['<', count, 100],
    count,
    ['<', count, 1_000],
    to(10),
    ['<', count, 10_000],
    to(100),
    to(1_000),
  ]
}

function line(
  id: string,
  source: string,
  filter: FilterSpecification,
  colour: string,
  width: number,
  dashes?: number[],
): LineLayerSpecification {
  return {
    id,
    type: 'line',
    source,
    filter,
    layout: { 'line-cap': dashes ? 'butt' : 'round' },
    paint: {
      'line-color': colour,
      'line-width': ['interpolate', ['linear'], ['zoom'], 7, width * 0.7, 12, width * 1.3],
      ...(dashes && { 'line-dasharray': dashes }),
    },
  }
}

function arrows(
  id: string,
  source: string,
  filter: FilterSpecification,
  image: string,
): SymbolLayerSpecification {
  return {
    id,
    type: 'symbol',
    source,
    filter,
    minzoom: ARROWS_FROM_ZOOM,
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 70,
      'icon-image': image,
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
  }
}

function marks(
  id: string,
  source: string,
  image: string | ExpressionSpecification,
  filter: FilterSpecification,
  more: NonNullable<SymbolLayerSpecification['layout']>,
): SymbolLayerSpecification {
  return {
    id,
    type: 'symbol',
    source,
    filter,
    layout: {
      'icon-image': image,
      'icon-size': SIZE,
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
      ...more,
    },
  }
}
