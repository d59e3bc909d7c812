import { err, ok, type Result } from '../../core/result.ts'
import type { NgsiEntity } from './entity.ts'
import { bad, type Fault, unsupported } from './faults.ts'
import { type GeoFilter, type GeoQueryText, readGeoQuery } from './geo.ts'
import { readPattern } from './pattern.ts'
import { isMatch } from './q-match.ts'
import { parseQ, type Query } from './q-parser.ts'
import type { Projection } from './representation.ts'
import { compacted } from './vocabulary.ts'

export interface EntityQueryText extends GeoQueryText {
  readonly type?: string | undefined
  readonly id?: string | undefined
  readonly idPattern?: string | undefined
  readonly attrs?: string | undefined
  readonly pick?: string | undefined
  readonly omit?: string | undefined
  readonly q?: string | undefined
  readonly scopeQ?: string | undefined
}

/** What entities are asked for (5.7.2). */
export interface EntityQuery {
  /** By what is known without looking at its values. */
  isCandidate(urn: string, type: string, place: Place): boolean
  isWanted(entity: NgsiEntity): boolean
  readonly projection: Projection
}

interface Place {
  readonly lat: number | null
  readonly lon: number | null
}

const ITEMS_MAX = 1000

export function readEntityQuery(text: EntityQueryText): Result<EntityQuery, Fault> {
  if (text.scopeQ !== undefined)
    return err(unsupported('scopeQ: entities have no scopes here; use q=area=="…"'))
  const lists = readLists(text)
  if (!lists.ok) return lists
  const { types, ids, attrs, projection } = lists.value
  const pattern = text.idPattern === undefined ? ok(null) : readPattern(text.idPattern)
  if (!pattern.ok) return err(bad(`idPattern: ${pattern.error}`))
  const q = text.q === undefined ? ok<Query | null>(null) : parseQ(text.q)
  if (!q.ok) return err(bad(q.error))
  const geo = readGeoQuery(text)
  if (!geo.ok) return err(bad(geo.error))
  return ok({
    isCandidate: (urn, type, place) =>
      (!types || types.has(type)) &&
      (!ids || ids.has(urn)) &&
      (!pattern.value || pattern.value(urn)) &&
      (!geo.value || isAt(geo.value, place)),
    isWanted: (entity) =>
      (!attrs || [...attrs].some((name) => Object.hasOwn(entity.attributes, name))) &&
      (!q.value || isMatch(q.value, entity)),
    projection,
  })
}

const isAt = (filter: GeoFilter, { lat, lon }: Place): boolean =>
  lat !== null && lon !== null && filter(lon, lat)

interface Lists {
  readonly types: ReadonlySet<string> | null
  readonly ids: ReadonlySet<string> | null
  readonly attrs: ReadonlySet<string> | null
  readonly projection: Projection
}

function readLists({ type, id, attrs, pick, omit }: EntityQueryText): Result<Lists, Fault> {
  if (type?.includes(';'))
    return err(unsupported('type: an entity has one type here, so that "A;B" finds none; use "A,B" or "A|B"'))
  const types = readList(type?.replaceAll(/[()]/g, ''), /[,|]/)
  const ids = readList(id)
  const named = readList(attrs)
  const picked = readList(pick)
  const omitted = readList(omit)
  for (const [name, list] of Object.entries({
    type: types,
    id: ids,
    attrs: named,
    pick: picked,
    omit: omitted,
  }))
    if (list && (list.size === 0 || list.size > ITEMS_MAX || list.has('')))
      return err(bad(`${name}: takes 1 to ${ITEMS_MAX} names, by comma`))
  for (const urn of ids ?? [])
    if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(urn)) return err(bad(`id: ${JSON.stringify(urn)} is no URI`))
  const wrong = [...(named ?? []), ...(picked ?? []), ...(omitted ?? [])].find((name) => !NAME.test(name))
  if (wrong !== undefined) return err(bad(`${JSON.stringify(wrong)} is no name of an attribute`))
  return ok({
    types,
    ids,
    attrs: named,
    projection: { pick: picked ?? named, omit: omitted ?? new Set() },
  })
}

const NAME = /^\p{L}[\p{L}\p{N}_]*$/u

function readList(text: string | undefined, by: RegExp | string = ','): Set<string> | null {
  return text === undefined ? null : new Set(text.split(by).map((item) => compacted(item.trim())))
}
