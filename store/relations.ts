import type { NewRelation, Relation, RelationKind } from '../core/relation.ts'
import type { Micros } from '../core/time.ts'
import { pgArray, type Queryable } from './db.ts'

const COLUMNS = 'id, kind, from_entity as "from", to_entity as "to", created_at as "createdAt"'

/** Those in force. */
export async function listRelations(db: Queryable): Promise<Relation[]> {
  const text = `select ${COLUMNS} from relation where removed_at is null order by id`
  return (await db.query<Relation>({ text })).rows
}

export async function insertRelations(
  tx: Queryable,
  relations: readonly NewRelation[],
  now: Micros,
): Promise<Relation[]> {
  const column = (of: (relation: NewRelation) => string) => pgArray(relations.map(of))
  const { rows } = await tx.query<Relation>({
    text: `insert into relation (kind, from_entity, to_entity, created_at)
           select k, f, t, from_us($4) from unnest($1::text[], $2::text[], $3::text[]) as input (k, f, t)
           returning ${COLUMNS}`,
    values: [column(({ kind }) => kind), column(({ from }) => from), column(({ to }) => to), now],
  })
  return rows
}

export async function removeRelation(db: Queryable, id: number, now: Micros): Promise<void> {
  await db.query({
    text: 'update relation set removed_at = from_us($2) where id = $1 and removed_at is null',
    values: [id, now],
  })
}

interface DatedRelation extends Relation {
  readonly removedAt: Micros | null
}

/** Those of one kind that were in force at some time of a span (both ends included) and begin (`from`) or end (`to`) at one of
 *  these entities, in the order in which they were made; no more than `limit`. */
export async function relationsDuring(
  db: Queryable,
  kind: RelationKind,
  end: 'from' | 'to',
  entities: readonly string[],
  span: { readonly from: Micros; readonly to: Micros },
  limit: number,
): Promise<DatedRelation[]> {
  const { rows } = await db.query<DatedRelation>({
    text: `select ${COLUMNS}, removed_at as "removedAt" from relation
           where kind = $1 and ${end}_entity = any ($2::text[])
             and created_at <= from_us($4) and (removed_at is null or removed_at > from_us($3))
           order by id limit $5`,
    values: [kind, pgArray(entities), span.from, span.to, limit],
  })
  return rows
}
