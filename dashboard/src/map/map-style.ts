import type { ExpressionSpecification, StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl'
import { SELECTED_IMAGE } from './mark-images.ts'
import type { Palette } from './palette.ts'

const NOTHING: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] }
const HOVERED: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]
const SIZE: ExpressionSpecification = ['interpolate', ['linear'], ['zoom'], 7, 0.55, 9, 0.8, 12, 1.15]

/** No tiles, glyphs or sprites: the whole map comes from this server and works without the internet. */
export function mapStyle(palette: Palette): StyleSpecification {
  return {
    version: 8,
    sources: {
      areas: { type: 'geojson', data: NOTHING, promoteId: 'code' },
      entities: { type: 'geojson', data: NOTHING },
    },
    layers: [
      { id: 'outside', type: 'background', paint: { 'background-color': palette.outside } },
      { id: 'land', type: 'fill', source: 'areas', paint: { 'fill-color': landColour(palette) } },
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
      marks('selected', SELECTED_IMAGE, ['==', ['get', 'id'], '']),
      marks('entities', ['get', 'image'], ['has', 'image']),
    ],
  }
}

export function landColour(palette: Palette): ExpressionSpecification {
  return ['case', HOVERED, palette.landHover, palette.land]
}

function marks(
  id: string,
  image: string | ExpressionSpecification,
  filter: ExpressionSpecification,
): SymbolLayerSpecification {
  return {
    id,
    type: 'symbol',
    source: 'entities',
    filter,
    layout: {
      'icon-image': image,
      'icon-size': SIZE,
      // All are drawn, the worst last: a silent one must not hide under fresh neighbours.
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
      'symbol-sort-key': ['-', 0, ['get', 'badness']],
    },
  }
}
