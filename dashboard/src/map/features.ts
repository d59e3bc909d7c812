import type { Feature, LineString, Point } from 'geojson'
import { FRESHNESSES } from '../marks/shapes.ts'
import { type Alarm, SEVERITIES, type Severity } from '../wire/alarm.ts'
import { type Domain, domainOf, type Entity } from '../wire/entity.ts'

/** What the map draws of an entity. */
export interface MapMark {
  readonly lon: number
  readonly lat: number
  readonly image: string
  /** Place in FRESHNESSES: 0 is worst. */
  readonly standing: number
  /** 0: none; 1 to 4: acknowledged, by severity; 5 to 8: nobody has looked at it yet. */
  readonly alarm: number
}

export interface Diff {
  readonly add: Feature<Point>[]
  readonly remove: string[]
}

export interface Feed {
  readonly from: string
  readonly to: string
}

export function markImageId(entity: Pick<Entity, 'freshness' | 'session'>): string {
  return entity.session === 'disconnected' ? `${entity.freshness}-ring` : entity.freshness
}

/** One number, so that the map's own clusters can tell the worst of their members: an alarm that nobody has looked at is
 *  worse than any that somebody has. */
export function alarmCode(alarms: readonly Pick<Alarm, 'severity' | 'acknowledgedAt'>[]): number {
  let worst = 0
  for (const { severity, acknowledgedAt } of alarms) {
    const code = SEVERITIES.indexOf(severity) + 1 + (acknowledgedAt === null ? SEVERITIES.length : 0)
    if (code > worst) worst = code
  }
  return worst
}

export function alarmOf(code: number): { readonly severity: Severity; readonly isNew: boolean } | null {
  const severity = SEVERITIES[(code - 1) % SEVERITIES.length]
  return code === 0 || severity === undefined ? null : { severity, isNew: code > SEVERITIES.length }
}

/** What changed since the last call, and the state after it in `marks`: a map of 10,000 marks is told of those few that
 *  differ. */
export function diffOf(
  marks: Map<string, MapMark>,
  entities: readonly Entity[],
  alarmsOf: (id: string) => number,
): Diff {
  const add: Feature<Point>[] = []
  const seen = new Set<string>()
  for (const entity of entities) {
    if (entity.location === null) continue
    const { id, location } = entity
    seen.add(id)
    const next: MapMark = {
      lon: location.lon,
      lat: location.lat,
      image: markImageId(entity),
      standing: FRESHNESSES.indexOf(entity.freshness),
      alarm: alarmsOf(id),
    }
    const known = marks.get(id)
    if (known !== undefined && isSame(known, next)) continue
    marks.set(id, next)
    // Adding one that is there replaces it.
    add.push(pointOf(id, next))
  }
  const remove = marks.size === seen.size ? [] : [...marks.keys()].filter((id) => !seen.has(id))
  for (const id of remove) marks.delete(id)
  return { add, remove }
}

function isSame(a: MapMark, b: MapMark): boolean {
  return a.image === b.image && a.alarm === b.alarm && a.lon === b.lon && a.lat === b.lat
}

function pointOf(id: string, { lon, lat, image, standing, alarm }: MapMark): Feature<Point> {
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { id, image, standing, alarm, order: alarm * 10 - standing },
  }
}

/** The lines between those that have a place, of the domain of the one that feeds. `isShown` says whose ends count: a line
 *  with one of them is drawn. */
export function networkLines(
  feeds: readonly Feed[],
  entityOf: (id: string) => Pick<Entity, 'domain' | 'location'> | undefined,
  isShown: (id: string) => boolean,
): Feature<LineString, { readonly domain: Domain }>[] {
  const lines: Feature<LineString, { readonly domain: Domain }>[] = []
  for (const { from, to } of feeds) {
    const [start, end] = [entityOf(from), entityOf(to)]
    if (!start?.location || !end?.location || !(isShown(from) || isShown(to))) continue
    const coordinates = [start.location, end.location].map(({ lon, lat }) => [lon, lat])
    lines.push({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates },
      properties: { domain: domainOf(start) },
    })
  }
  return lines
}

export function isSameLines(a: readonly Feature<LineString>[], b: readonly Feature<LineString>[]): boolean {
  const textOf = ({ geometry, properties }: Feature<LineString>) =>
    `${properties?.domain} ${geometry.coordinates}`
  return a.length === b.length && a.every((line, i) => b[i] !== undefined && textOf(line) === textOf(b[i]))
}
