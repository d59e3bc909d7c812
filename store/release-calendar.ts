import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'
import type { ReleaseKind } from './releases.ts'

export interface PlannedRelease {
  readonly period: string
  /** A local day. */
  readonly plannedOn: string
  readonly kind: ReleaseKind
  readonly recordedAt: Micros
}

export interface CalendarRow extends PlannedRelease {
  /** No later row of the same period and kind has moved it. */
  readonly isInForce: boolean
  /** The first release of the period and kind since the date was first announced; null: none yet. */
  readonly release: string | null
  readonly publishedAt: Micros | null
}

export async function insertPlanned(db: Db, planned: PlannedRelease): Promise<void> {
  await db.query({
    text: 'insert into release_calendar (period, planned_on, kind, recorded_at) values ($1, $2, $3, from_us($4))',
    values: [planned.period, planned.plannedOn, planned.kind, planned.recordedAt],
  })
}

/** By date, newest first, with dates that were moved: who waits for a figure sees that too. */
export async function listPlanned(db: Db, period: string | null, limit: number): Promise<CalendarRow[]> {
  const { rows } = await db.query<CalendarRow>({
    text: `select c.period, c.planned_on as "plannedOn", c.kind, c.recorded_at as "recordedAt",
             not exists (select from release_calendar later
                         where later.period = c.period and later.kind = c.kind and later.id > c.id) as "isInForce",
             r.id as release, r.published_at as "publishedAt"
           from release_calendar c
           left join lateral (
             select id, published_at from release
             where kind = c.kind and periods @> array[c.period] and published_at >= c.recorded_at
             order by published_at limit 1
           ) r on true
           where $1::text is null or c.period = $1
           order by c.planned_on desc, c.id desc limit $2`,
    values: [period, limit],
  })
  return rows
}
