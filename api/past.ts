import { DAY_US, type Micros } from '../core/time.ts'
import type { EntityDocument } from '../digital-twin/document.ts'
import { type PastSources, statesAt } from '../digital-twin/state-at.ts'
import { BESIDE_MAX } from '../digital-twin/surroundings-at.ts'
import { createdAtOf } from '../store/entity-times.ts'
import type { ApiParts } from './parts.ts'
import { pageOf } from './schemas.ts'

export const AS_KNOWN_THEN = `Counted are readings received by then, sessions, relations and areas as they were then, and what followed from the values of those beside it (where relations lead to no more than ${BESIDE_MAX} of them; else that is left out). Name, attributes, location and interval are today’s; \`revision\` is 0. 410: past the retention.`

export const pastSources = ({ store, registry, twins }: Pick<ApiParts, 'store' | 'registry' | 'twins'>) => ({
  db: store.db,
  entity: registry.entity,
  intervalS: (entity: Parameters<PastSources['intervalS']>[0]) => twins.intervalS(entity),
  isObserved: (entity: string) => twins.isObserved(entity),
})

/** Why nothing can be said of an instant any more; null: it can. */
export const pastRetention = (
  { retentionDays }: Pick<ApiParts, 'retentionDays'>,
  at: Micros,
  now: Micros,
): string | null =>
  at < now - retentionDays * DAY_US
    ? `observations are kept for ${retentionDays} days; ask for a later instant`
    : null

interface Wanted {
  /** Sorted; which of them fit by what is known today. */
  readonly ids: readonly string[]
  readonly at: Micros
  readonly areas: ReadonlySet<string> | null
  readonly freshness?: string | undefined
  readonly limit: number
}

const ENTITIES_AT_ONCE = 500
/** A page ends after so many, whatever it holds: a rare freshness must not look through all in one request. */
const LOOKED_AT_MAX = 10_000

/** One page of the states at an instant. The database is asked in pieces, between which readings are committed. */
export async function pageAt(
  sources: PastSources,
  { ids, at, areas, freshness, limit }: Wanted,
  isOver: () => boolean,
): Promise<{ items: EntityDocument[]; next?: string }> {
  const found: EntityDocument[] = []
  const size = Math.min(ENTITIES_AT_ONCE, limit + 1)
  for (let i = 0; i < ids.length; i += size) {
    if (i >= LOOKED_AT_MAX || isOver())
      return { ...pageOf(found, limit, ({ id }) => id), ...after(ids[i - 1]) }
    const some = ids.slice(i, i + size)
    const made = await createdAtOf(sources.db, some)
    const entities = some.flatMap((id) => sources.entity(id) ?? [])
    for (const document of await statesAt(sources, entities, at)) {
      if (!wasThere(document, made, at)) continue
      if (freshness !== undefined && document.freshness !== freshness) continue
      if (areas && (document.area === null || !areas.has(document.area))) continue
      found.push(document)
    }
    if (found.length > limit) break
  }
  return pageOf(found, limit, ({ id }) => id)
}

/** Whether it was made by then; what was brought in afterwards has a past before that. */
export const wasThere = (
  { id, lastSeen }: EntityDocument,
  made: ReadonlyMap<string, Micros>,
  at: Micros,
): boolean => (made.get(id) ?? Infinity) <= at || lastSeen !== null

const after = (id: string | undefined) => ({ next: Buffer.from(id ?? '').toString('base64url') })
