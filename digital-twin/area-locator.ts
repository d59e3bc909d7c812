import pointInPolygon from 'point-in-polygon-hao'
import type { AreaRow } from '../store/areas.ts'

type Ring = [number, number][]

interface Shape {
  readonly code: string
  readonly polygons: readonly Ring[][]
  readonly box: readonly [west: number, south: number, east: number, north: number]
}

/** Finds the area that a WGS 84 point lies in, among areas with a GeoJSON Polygon or MultiPolygon. */
export class AreaLocator {
  readonly #shapes: readonly Shape[]

  constructor(areas: readonly Pick<AreaRow, 'code' | 'geometry'>[]) {
    this.#shapes = areas.flatMap(({ code, geometry }) => (geometry ? [shapeOf(code, geometry)] : []))
  }

  locate(lat: number, lon: number): string | null {
    const found = this.#shapes.find(({ polygons, box: [west, south, east, north] }) => {
      if (lon < west || lon > east || lat < south || lat > north) return false
      // 0 is 'on the boundary': the first of two neighbours takes it.
      return polygons.some((rings) => pointInPolygon([lon, lat], rings) !== false)
    })
    return found?.code ?? null
  }
}

function shapeOf(code: string, geometry: object): Shape {
  const { type, coordinates } = geometry as { type: string; coordinates: unknown }
  const polygons = (type === 'MultiPolygon' ? coordinates : [coordinates]) as Ring[][]
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of polygons.flat(2)) {
    west = Math.min(west, lon)
    south = Math.min(south, lat)
    east = Math.max(east, lon)
    north = Math.max(north, lat)
  }
  return { code, polygons, box: [west, south, east, north] }
}
