import type { Feature, FeatureCollection, LineString, Point } from 'geojson'
import type { Entity } from '../wire/entity.ts'
import { type Feed, markImageId } from './features.ts'

export const TRACES = ['impact', 'up', 'down'] as const
export type TraceKind = (typeof TRACES)[number]

/** What an entity is in a trace: where it starts; what loses supply; what is still fed; what feeds it; what it feeds. */
const ROLES = ['root', 'lost', 'fed', 'up', 'down'] as const
export type Role = (typeof ROLES)[number]

export const isRole = (id: string): id is Role => ROLES.some((role) => role === id)

interface Named {
  readonly id: string
}

/** As `GET /entities/{id}/impact` and `/graph` answer. */
export interface ImpactAnswer {
  readonly lost: readonly Named[]
  readonly stillFed: readonly Named[]
  readonly customers: number
  readonly truncated: boolean
}
export interface GraphAnswer {
  readonly items: readonly Named[]
  readonly truncated: boolean
}

/** What everything is in a trace, the entity itself among them. */
export interface Trace {
  readonly roles: ReadonlyMap<string, Role>
  readonly counts: Readonly<Record<Role, number>>
  /** Of those that lose supply; null where nothing is lost. */
  readonly customers: number | null
  readonly truncated: boolean
}

export interface TraceShapes {
  readonly points: FeatureCollection<Point>
  readonly lines: FeatureCollection<LineString>
}

/** `impact:wz-1` of the address. */
export function traceAsked(text: string | null): { readonly kind: TraceKind; readonly id: string } | null {
  const [kind, id] = (text ?? '').split(':')
  const known = TRACES.find((one) => one === kind)
  return known === undefined || !id || !/^[A-Za-z0-9._-]+$/.test(id) ? null : { kind: known, id }
}

export const pathOf = (kind: TraceKind, id: string): string =>
  kind === 'impact' ? `/entities/${id}/impact` : `/entities/${id}/graph?direction=${kind}&kind=feeds`

export function traceOf(kind: TraceKind, root: string, answer: ImpactAnswer | GraphAnswer): Trace {
  const roles = new Map<string, Role>()
  const mark = (role: Role, named: readonly Named[]): void => {
    for (const { id } of named) roles.set(id, role)
  }
  if ('lost' in answer) {
    mark('lost', answer.lost)
    mark('fed', answer.stillFed)
  } else mark(kind === 'up' ? 'up' : 'down', answer.items)
  roles.set(root, 'root')
  const counts = { root: 0, lost: 0, fed: 0, up: 0, down: 0 }
  for (const role of roles.values()) counts[role]++
  return {
    roles,
    counts,
    customers: 'lost' in answer ? answer.customers : null,
    truncated: answer.truncated,
  }
}

/** Of those that have a place. A line to what loses supply is lost itself; both its ends are in the trace. */
export function shapesOf(
  { roles }: Trace,
  feeds: readonly Feed[],
  entityOf: (id: string) => Entity | undefined,
): TraceShapes {
  const place = (id: string): [number, number] | null => {
    const { location } = entityOf(id) ?? {}
    return location ? [location.lon, location.lat] : null
  }
  const points: Feature<Point>[] = []
  for (const [id, role] of roles) {
    const entity = entityOf(id)
    const coordinates = place(id)
    if (entity === undefined || coordinates === null) continue
    const properties = { id, role, image: markImageId(entity) }
    points.push({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties })
  }
  const lines: Feature<LineString>[] = []
  for (const { from, to } of feeds) {
    const [start, end] = [place(from), place(to)]
    if (!roles.has(from) || !roles.has(to) || start === null || end === null) continue
    const properties = { role: roles.get(to) === 'lost' ? 'lost' : 'kept' }
    lines.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [start, end] }, properties })
  }
  return {
    points: { type: 'FeatureCollection', features: points },
    lines: { type: 'FeatureCollection', features: lines },
  }
}
