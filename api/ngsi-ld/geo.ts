import pointInPolygon from 'point-in-polygon-hao'
import { err, ok, type Result } from '../../core/result.ts'

type Position = readonly [lon: number, lat: number]

interface Geometry {
  readonly points: readonly Position[]
  readonly lines: readonly (readonly Position[])[]
  /** Each a list of rings, the outer one first. */
  readonly polygons: readonly (readonly (readonly Position[])[])[]
}

/** Whether a point is where it was asked for (4.10). Our entities are points. */
export type GeoFilter = (lon: number, lat: number) => boolean

export interface GeoQueryText {
  readonly georel?: string | undefined
  readonly geometry?: string | undefined
  /** JSON, as text or read. */
  readonly coordinates?: unknown
  readonly geoproperty?: string | undefined
}

const POSITIONS_MAX = 10_000
const EARTH_M = 6_371_008.8
const RADIANS = Math.PI / 180

/** Reads a geo query; null: none was asked. */
export function readGeoQuery({
  georel,
  geometry,
  coordinates,
  geoproperty = 'location',
}: GeoQueryText): Result<GeoFilter | null, string> {
  if (georel === undefined && geometry === undefined && coordinates === undefined) return ok(null)
  if (georel === undefined || geometry === undefined || coordinates === undefined)
    return err('georel, geometry and coordinates go together')
  const shape = readGeometry(geometry, coordinates)
  if (!shape.ok) return shape
  const relation = readRelation(georel, shape.value, geometry)
  if (!relation.ok || geoproperty === 'location') return relation
  // 4.10: an entity without the GeoProperty is not found.
  return ok(() => false)
}

function readRelation(georel: string, shape: Geometry, geometry: string): Result<GeoFilter, string> {
  const [name = '', ...modifiers] = georel.split(';')
  if (name === 'near') return readNear(modifiers, shape)
  if (modifiers.length > 0) return err(`georel ${name} has no modifier`)
  const isSamePoint: GeoFilter = (lon, lat) =>
    geometry === 'Point' && shape.points.some(([x, y]) => x === lon && y === lat)
  switch (name) {
    case 'within':
    case 'intersects':
      return ok((lon, lat) => covers(shape, lon, lat))
    case 'disjoint':
      return ok((lon, lat) => !covers(shape, lon, lat))
    // A point contains, and equals, only itself; and it overlaps nothing (OGC 06-103r4, 6.1.15.3).
    case 'contains':
    case 'equals':
      return ok(isSamePoint)
    case 'overlaps':
      return ok(() => false)
    default:
      return err('georel takes near, within, contains, intersects, equals, disjoint or overlaps')
  }
}

function readNear(modifiers: readonly string[], shape: Geometry): Result<GeoFilter, string> {
  const match = /^(max|min)Distance==(\d{1,9}(?:\.\d{1,9})?)$/.exec(modifiers.join(';'))
  if (!match) return err('georel near takes ;maxDistance==<metres> or ;minDistance==<metres>')
  const limitM = Number(match[2])
  return ok((lon, lat) => {
    const distance = covers(shape, lon, lat) ? 0 : distanceM(shape, lon, lat)
    return match[1] === 'max' ? distance <= limitM : distance >= limitM
  })
}

const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
}

function readGeometry(type: string, coordinates: unknown): Result<Geometry, string> {
  const depth = Object.hasOwn(DEPTHS, type) ? DEPTHS[type] : undefined
  if (depth === undefined) return err(`geometry takes one of ${Object.keys(DEPTHS).join(', ')}`)
  const read = typeof coordinates === 'string' ? parsed(coordinates) : coordinates
  if (!isNested(read, depth)) return err(`coordinates are not those of a GeoJSON ${type}, longitude first`)
  if ((read as unknown[]).flat(depth).length > POSITIONS_MAX * 3)
    return err(`coordinates has at most ${POSITIONS_MAX} positions`)
  const none: Geometry = { points: [], lines: [], polygons: [] }
  if (type === 'Point') return ok({ ...none, points: [read as unknown as Position] })
  if (type === 'MultiPoint') return ok({ ...none, points: read as unknown as Position[] })
  if (type === 'LineString') return ok({ ...none, lines: [read as unknown as Position[]] })
  if (type === 'MultiLineString') return ok({ ...none, lines: read as unknown as Position[][] })
  const polygons = (type === 'Polygon' ? [read] : read) as unknown as Position[][][]
  const isClosed = polygons
    .flat()
    .every((ring) => ring.length >= 4 && String(ring[0]) === String(ring.at(-1)))
  return isClosed
    ? ok({ ...none, polygons })
    : err('a ring of a polygon has at least 4 positions, the last as the first')
}

function isNested(value: unknown, depth: number): value is readonly unknown[] {
  if (!Array.isArray(value)) return false
  if (depth > 0) return value.length > 0 && value.every((item) => isNested(item, depth - 1))
  const [lon, lat] = value as unknown[]
  return (
    (value.length === 2 || value.length === 3) &&
    typeof lon === 'number' &&
    typeof lat === 'number' &&
    Math.abs(lon) <= 180 &&
    Math.abs(lat) <= 90
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the point is of the geometry, its boundary included. */
function covers({ points, lines, polygons }: Geometry, lon: number, lat: number): boolean {
  return (
    points.some(([x, y]) => x === lon && y === lat) ||
    lines.some((line) => isOn(line, lon, lat)) ||
    polygons.some(
      (rings) =>
        rings.some((ring) => isOn(ring, lon, lat)) || pointInPolygon([lon, lat], flat(rings)) !== false,
    )
  )
}

/** Without altitudes, which the library does not take. */
const flat = (rings: readonly (readonly Position[])[]): [number, number][][] =>
  rings.map((ring) => ring.map(([lon, lat]) => [lon, lat]))

const isOn = (line: readonly Position[], lon: number, lat: number): boolean =>
  segments(line).some(
    ([[x1, y1], [x2, y2]]) =>
      Math.abs((x2 - x1) * (lat - y1) - (y2 - y1) * (lon - x1)) < 1e-12 &&
      lon >= Math.min(x1, x2) &&
      lon <= Math.max(x1, x2) &&
      lat >= Math.min(y1, y2) &&
      lat <= Math.max(y1, y2),
  )

const segments = (line: readonly Position[]): [Position, Position][] =>
  line.slice(1).map((to, i) => [line[i] ?? to, to])

function distanceM({ points, lines, polygons }: Geometry, lon: number, lat: number): number {
  const ways = [...lines, ...polygons.flat()].flatMap(segments)
  return Math.min(
    ...points.map(([x, y]) => greatCircleM(x, y, lon, lat)),
    ...ways.map(([from, to]) => segmentM(from, to, lon, lat)),
  )
}

function greatCircleM(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const half = (degrees: number) => Math.sin((degrees * RADIANS) / 2) ** 2
  const chord = half(lat2 - lat1) + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * half(lon2 - lon1)
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)))
}

/** On a plane about the point: right to a metre over a province. */
function segmentM([x1, y1]: Position, [x2, y2]: Position, lon: number, lat: number): number {
  const scale = Math.cos(lat * RADIANS)
  const [ax, ay, bx, by] = [(x1 - lon) * scale, y1 - lat, (x2 - lon) * scale, y2 - lat]
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length))
  return greatCircleM(lon + (ax + along * dx) / scale, lat + ay + along * dy, lon, lat)
}
