import { type Db, pgArray } from './db.ts'
import { type Point, seriesOf, type Window } from './twin-state.ts'

/** The newest points of the window, oldest first. */
export async function lastPoints(db: Db, window: Window): Promise<Point[]> {
  const { rows } = await db.query<Point>({
    text: `select o.time, o.series_id as "seriesId", o.value, o.label, o.quality::text as quality, s.device_id as device
           from observation o join series s on s.id = o.series_id
           where o.series_id = any($1::bigint[]) and o.time >= from_us($2) and o.time < from_us($3)
           order by o.time desc, o.series_id desc limit $4`,
    values: [pgArray(await seriesOf(db, window)), window.from, window.to, window.limit],
  })
  return rows.toReversed()
}
