import { Refusal } from './refusal.ts'

/** One step of a resource path, OGC 18-088 §9.2: a set, a navigation or a property, and an id if one is picked. */
export interface PathSegment {
  readonly name: string
  readonly id: string | null
}

export interface ResourcePath {
  readonly segments: readonly PathSegment[]
  readonly ending: '$value' | '$ref' | null
}

const SEGMENTS_MAX = 12
const SEGMENT = /^([A-Za-z@][\w.-]*)(?:\((?:'((?:[^']|'')*)'|(-?\d{1,16}))\))?$/

/** Reads what comes after `/v1.1/`, percent-decoded. */
export function parseResourcePath(text: string): ResourcePath {
  const parts = text.split('/').filter((part, i, all) => part !== '' || i < all.length - 1)
  if (parts.length > SEGMENTS_MAX) throw new Refusal('not_valid', `a path of more than ${SEGMENTS_MAX} parts`)
  const last = parts.at(-1)
  const ending = last === '$value' || last === '$ref' ? last : null
  const segments = (ending ? parts.slice(0, -1) : parts).map((part): PathSegment => {
    const [, name, quoted, number] = SEGMENT.exec(part) ?? []
    if (name === undefined)
      throw new Refusal(
        'not_found',
        `${part || 'an empty part of the path'}: takes Name, Name('id') or Name(12)`,
      )
    return { name, id: quoted?.replaceAll("''", "'") ?? number ?? null }
  })
  return { segments, ending }
}
