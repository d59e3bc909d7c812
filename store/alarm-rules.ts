import type { Quality } from '../core/message.ts'
import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'

export interface RuleRow {
  readonly id: string
  readonly document: Readonly<Record<string, unknown>>
  readonly isEnabled: boolean
  readonly origin: 'model' | 'user'
  readonly revision: number
}

export async function listRuleRows(db: Db): Promise<RuleRow[]> {
  const { rows } = await db.query<RuleRow>({
    text: 'select id, document, enabled as "isEnabled", origin, revision from alarm_rule order by id',
  })
  return rows
}

/** Writes a rule; what stood under its id is replaced. */
export async function putRuleRow(db: Db, row: RuleRow, by: string, at: Micros): Promise<void> {
  await db.query({
    text: `insert into alarm_rule (id, document, enabled, origin, revision, updated_at, updated_by)
           values ($1, $2::text::jsonb, $3, $4, $5, from_us($6), $7)
           on conflict (id) do update set document = excluded.document, enabled = excluded.enabled,
             revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    values: [row.id, JSON.stringify(row.document), row.isEnabled, row.origin, row.revision, at, by],
  })
}

/** False: there was none. */
export async function removeRuleRow(db: Db, id: string): Promise<boolean> {
  return (await db.query({ text: 'delete from alarm_rule where id = $1', values: [id] })).rowCount > 0
}

export interface TriedReading {
  readonly device: string
  readonly quantity: string
  readonly channel: string
  readonly time: Micros
  readonly value: number | null
  readonly quality: Quality
}

/** What one entity sent in a window, oldest first; of one quantity, or of all (null). */
export async function readingsOf(
  db: Db,
  window: { entity: string; quantity: string | null; from: Micros; to: Micros; limit: number },
): Promise<TriedReading[]> {
  const { entity, quantity, from, to, limit } = window
  const { rows } = await db.query<TriedReading>({
    text: `select s.device_id as device, s.quantity, s.channel, o.time, o.value, o.quality::text as quality
           from observation o join series s on s.id = o.series_id
           where s.entity_id = $1 and ($2::text is null or s.quantity = $2)
             and o.time >= from_us($3) and o.time < from_us($4) order by o.time limit $5`,
    values: [entity, quantity, from, to, limit],
  })
  return rows
}

export interface WantedPast {
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  readonly from: Micros
}

/** What some series were lately, oldest first, at most so many of each; by the place of each in the list. */
export async function recentReadings(
  db: Db,
  wanted: readonly WantedPast[],
  limitEach: number,
): Promise<Map<number, TriedReading[]>> {
  const { rows } = await db.query<TriedReading & { readonly place: number }>({
    text: `select w.place, s.device_id as device, s.quantity, s.channel, o.time, o.value, o.quality::text as quality
           from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) with ordinality
             as w (entity, quantity, channel, since, place)
           join series s on s.entity_id = w.entity and s.quantity = w.quantity and s.channel = w.channel
           cross join lateral (select time, value, quality from observation
             where series_id = s.id and time >= from_us(w.since) order by time desc limit $5) o
           order by w.place, o.time`,
    values: [
      pgArray(wanted.map(({ entity }) => entity)),
      pgArray(wanted.map(({ quantity }) => quantity)),
      pgArray(wanted.map(({ channel }) => channel)),
      pgArray(wanted.map(({ from }) => from)),
      limitEach,
    ],
  })
  return Map.groupBy(rows, ({ place }) => place - 1)
}
