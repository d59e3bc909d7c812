import type { FeatureCollection, Geometry, Position } from 'geojson'
import { LngLatBounds } from 'maplibre-gl'
import type { AreaCollection } from '../wire/catalogue.ts'

export function boundsOf(areas: AreaCollection): LngLatBounds | null {
  const bounds = new LngLatBounds()
  for (const { geometry } of areas.features)
    for (const ring of rings(geometry))
      for (const point of ring) bounds.extend([point[0] ?? 0, point[1] ?? 0])
  return bounds.isEmpty() ? null : bounds
}

/** Where each area's name stands: the middle of its longest ring. */
export function namePoints(areas: AreaCollection, nameOf: (code: string) => string): FeatureCollection {
  const features = areas.features.flatMap(({ geometry, properties: { code } }) => {
    const [longest] = rings(geometry).sort((a, b) => b.length - a.length)
    if (longest === undefined) return []
    const geometryOfName = { type: 'Point', coordinates: middleOf(longest) } as const
    return [{ type: 'Feature', geometry: geometryOfName, properties: { name: nameOf(code) } } as const]
  })
  return { type: 'FeatureCollection', features }
}

/** Of a polygon's corners, weighted by its parts' areas. */
function middleOf(ring: Position[]): Position {
  let [area, x, y] = [0, 0, 0]
  for (const [i, [x1 = 0, y1 = 0]] of ring.entries()) {
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? []
    const cross = x1 * y2 - x2 * y1
    area += cross
    x += (x1 + x2) * cross
    y += (y1 + y2) * cross
  }
  return area === 0 ? (ring[0] ?? [0, 0]) : [x / (3 * area), y / (3 * area)]
}

function rings(geometry: Geometry | null): Position[][] {
  if (geometry?.type === 'Polygon') return geometry.coordinates
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates.flat()
  return []
}
