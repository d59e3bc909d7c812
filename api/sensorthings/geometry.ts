import pointInPolygon from 'point-in-polygon-hao'
import { isShape, type Shape, type Value } from './value.ts'

type Position = readonly [number, number]

const NUMBER = String.raw`[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?`
const WKT = /^\s*(?:SRID\s*=\s*4326\s*;)?\s*(POINT|LINESTRING|POLYGON)\s*\((.*)\)\s*$/is
const PAIR = new RegExp(`^\\s*(${NUMBER})\\s+(${NUMBER})(?:\\s+${NUMBER})?\\s*$`)

/** A point, line or polygon in well-known text, WGS 84, longitude first; null: it is none. */
export function parseWkt(text: string): Shape | null {
  const [, name = '', body = ''] = WKT.exec(text) ?? []
  switch (name.toUpperCase()) {
    case 'POINT':
      return shape('Point', [line(body)], 1)
    case 'LINESTRING':
      return shape('LineString', [line(body)], 2)
    case 'POLYGON': {
      const rings = /^\s*\(([^()]*)\)\s*$/.exec(body.replaceAll(/\)\s*,\s*\(/g, ';'))
      return rings ? shape('Polygon', (rings[1] ?? '').split(';').map(line), 4) : null
    }
    default:
      return null
  }
}

function shape(type: Shape['type'], rings: (Position[] | null)[], pointsMin: number): Shape | null {
  const whole = rings.filter((ring) => ring !== null && ring.length >= pointsMin) as Position[][]
  if (whole.length !== rings.length || (type === 'Point' && whole[0]?.length !== 1)) return null
  if (type === 'Polygon' && whole.some((ring) => !isSame(ring[0], ring.at(-1)))) return null
  return { kind: 'shape', type, rings: whole }
}

function line(text: string): Position[] | null {
  const pairs = text.split(',').map((pair) => PAIR.exec(pair))
  return pairs.every((pair) => pair !== null) ? pairs.map(([, x, y]) => [Number(x), Number(y)]) : null
}

/** The shape of a literal, or of a GeoJSON Point; null: none. */
export function asShape(value: Value): Shape | null {
  if (isShape(value)) return value
  if (typeof value !== 'object' || value === null) return null
  const { type, coordinates, geometry } = value as {
    type?: string
    coordinates?: Position
    geometry?: Value
  }
  if (type === 'Feature') return asShape(geometry ?? null)
  return type === 'Point' && coordinates ? { kind: 'shape', type, rings: [[coordinates]] } : null
}

const isSame = (a: Position | undefined, b: Position | undefined) => a?.[0] === b?.[0] && a?.[1] === b?.[1]

/** The places of the platform are points: one side at least must be one. Null: neither is. */
function pointAnd(a: Shape, b: Shape): [point: Position, other: Shape] | null {
  const point = (of: Shape) => (of.type === 'Point' ? of.rings[0]?.[0] : undefined)
  const [pa, pb] = [point(a), point(b)]
  return pa ? [pa, b] : pb ? [pb, a] : null
}

/** `edge`: whether the boundary counts. */
function covers(other: Shape, at: Position, edge: boolean): boolean {
  if (other.type === 'Point') return isSame(other.rings[0]?.[0], at)
  if (other.type === 'LineString') return distanceTo(other, at) < 1e-12
  const rings = other.rings.map((ring) => ring.map(([x, y]): [number, number] => [x, y]))
  const inside = pointInPolygon([at[0], at[1]], rings)
  return inside === 0 ? edge : inside
}

/** Null: neither of the two is a point. */
export function intersects(a: Shape, b: Shape): boolean | null {
  const pair = pointAnd(a, b)
  return pair && covers(pair[1], pair[0], true)
}

/** Whether `a` is inside of `b`, not on its boundary alone. */
export function within(a: Shape, b: Shape): boolean | null {
  if (a.type !== 'Point') return b.type === 'Point' ? false : null
  return covers(b, a.rings[0]?.[0] ?? [0, 0], false)
}

/** In degrees, the unit of WGS 84's coordinates. Null: neither of the two is a point. */
export function distance(a: Shape, b: Shape): number | null {
  const pair = pointAnd(a, b)
  if (!pair) return null
  const [at, other] = pair
  return other.type === 'Polygon' && covers(other, at, true) ? 0 : distanceTo(other, at)
}

function distanceTo({ rings }: Shape, at: Position): number {
  let least = Infinity
  for (const ring of rings)
    for (const [i, from] of ring.entries()) least = Math.min(least, toSegment(at, from, ring[i + 1] ?? from))
  return least
}

function toSegment([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const [dx, dy] = [bx - ax, by - ay]
  const square = dx * dx + dy * dy
  const along = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / square))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

/** Of a line, in degrees. */
export function lengthOf({ type, rings }: Shape): number {
  const [ring = []] = rings
  if (type !== 'LineString') return 0
  return ring
    .slice(1)
    .reduce((sum, [x, y], i) => sum + Math.hypot(x - (ring[i]?.[0] ?? x), y - (ring[i]?.[1] ?? y)), 0)
}
