import type { Quality } from '../core/message.ts'
import { AHEAD_MAX_US, type Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'

/** The newest observation of one series: what a twin is rebuilt from. */
export interface LastObservation {
  readonly entity: string
  readonly device: string
  readonly quantity: string
  readonly channel: string
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
  readonly receivedAt: Micros
}

const COLUMNS = `s.entity_id as entity, s.device_id as device, s.quantity, s.channel,
  o.time, o.value, o.label, o.quality::text as quality, o.received_at as "receivedAt"`

const SERIES_PER_QUERY = 5000

/** The newest observation of every series, in pages: one index look-up a series, newest chunk first. */
export async function* lastObservations(db: Db): AsyncGenerator<LastObservation[]> {
  for (let after = 0; ; ) {
    const ids = await db.query<{ id: number }>({
      text: 'select id from series where id > $1 order by id limit $2',
      values: [after, SERIES_PER_QUERY],
    })
    const last = ids.rows.at(-1)
    if (!last) return
    const { rows } = await db.query<LastObservation>({
      text: `select ${COLUMNS} from series s
             cross join lateral (select * from observation where series_id = s.id order by time desc limit 1) o
             where s.id > $1 and s.id <= $2`,
      values: [after, last.id],
    })
    yield rows
    after = last.id
  }
}

/** The newest observation of each of these entities' series among those received by an instant. */
export async function lastObservationsAt(
  db: Db,
  entities: readonly string[],
  at: Micros,
): Promise<(LastObservation & { readonly seriesId: number })[]> {
  const { rows } = await db.query<LastObservation & { seriesId: number }>({
    text: `select s.id as "seriesId", ${COLUMNS} from series s
           cross join lateral (select * from observation where series_id = s.id and received_at <= from_us($2) and time <= from_us($3) order by time desc limit 1) o
           where s.entity_id = any ($1::text[])`,
    // A reading is never further ahead of its receipt, so that this leaves out newer chunks and nothing else.
    values: [pgArray(entities), at, at + AHEAD_MAX_US],
  })
  return rows
}

/** Where in a history a page ended. */
export interface Position {
  readonly time: Micros
  readonly seriesId: number
}

export interface Point extends Position {
  readonly value: number | null
  readonly label: string | null
  readonly quality: Quality
  readonly device: string
}

export interface Window {
  readonly entity: string
  readonly quantity: string
  readonly channel: string
  /** Half-open: from ≤ time < to. */
  readonly from: Micros
  readonly to: Micros
  readonly limit: number
  /** Only what comes after this; null: from the beginning. */
  readonly after: Position | null
}

/** The series of one quantity of an entity: one a device. Few, and known before the hypertable is touched. */
export async function seriesOf(db: Db, { entity, quantity, channel }: Window): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>({
    text: 'select id from series where entity_id = $1 and quantity = $2 and channel = $3',
    values: [entity, quantity, channel],
  })
  return rows.map((row) => row.id)
}

const POINTS = `select o.time, o.series_id as "seriesId", o.value, o.label, o.quality::text as quality, s.device_id as device
  from observation o join series s on s.id = o.series_id`

export async function points(db: Db, window: Window): Promise<Point[]> {
  const { rows } = await db.query<Point>({
    text: `${POINTS} where o.series_id = any($1::bigint[]) and o.time >= from_us($2) and o.time < from_us($3)
             and ($5::bigint is null or (o.time, o.series_id) > (from_us($5), $6::bigint))
           order by o.time, o.series_id limit $4`,
    values: [
      pgArray(await seriesOf(db, window)),
      window.from,
      window.to,
      window.limit,
      window.after?.time ?? null,
      window.after?.seriesId ?? null,
    ],
  })
  return rows
}

/** The newest points of the window, oldest first. */
export async function lastPoints(db: Db, window: Window): Promise<Point[]> {
  const { rows } = await db.query<Point>({
    text: `${POINTS} where o.series_id = any($1::bigint[]) and o.time >= from_us($2) and o.time < from_us($3)
           order by o.time desc, o.series_id desc limit $4`,
    values: [pgArray(await seriesOf(db, window)), window.from, window.to, window.limit],
  })
  return rows.toReversed()
}
