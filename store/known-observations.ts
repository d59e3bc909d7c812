import { DAY_US, type Micros } from '../core/time.ts'
import { pgArray, type Queryable } from './db.ts'
import type { ObservationRow } from './observations.ts'

type Known = Pick<ObservationRow, 'value' | 'label'>
type Key = Pick<ObservationRow, 'seriesId' | 'time'>

export const keyOf = ({ seriesId, time }: Key): string => `${seriesId} ${time}`

interface Stretch {
  readonly seriesId: number
  from: Micros
  to: Micros
}

/**
 * What is stored at the times of these rows already, by keyOf.
 *
 * A look-up for each row costs half a millisecond in compressed chunks, because each asks every chunk that the batch
 * touches. So the rows are gathered into a stretch for each series and UTC day, which is a chunk; each is read once and
 * compared with the rows. OFFSET keeps each a look-up in the index of its own: a join would be planned by statistics that
 * a new chunk does not have yet. The bounds are constants to the planner, so that it leaves out all other chunks.
 */
export async function knownObservations(tx: Queryable, rows: readonly Key[]): Promise<Map<string, Known>> {
  const known = new Map<string, Known>()
  for (const [day, stretches] of stretchesByDay(rows)) {
    const those = rows.filter(({ time }) => dayOf(time) === day)
    const found = await tx.query<Key & Known>({
      text: `select o.series_id as "seriesId", o.time, o.value, o.label
             from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as stretch (s, f, t)
             cross join lateral (
               select series_id, time, value, label from observation
               where series_id = stretch.s and time between from_us(stretch.f) and from_us(stretch.t)
                 and time between from_us($4) and from_us($5) offset 0
             ) o
             where (o.series_id, o.time) in (select s, from_us(t) from unnest($6::bigint[], $7::bigint[]) as input (s, t))`,
      values: [
        pgArray(stretches.map(({ seriesId }) => seriesId)),
        pgArray(stretches.map(({ from }) => from)),
        pgArray(stretches.map(({ to }) => to)),
        Math.min(...stretches.map(({ from }) => from)),
        Math.max(...stretches.map(({ to }) => to)),
        pgArray(those.map(({ seriesId }) => seriesId)),
        pgArray(those.map(({ time }) => time)),
      ],
    })
    for (const row of found.rows) known.set(keyOf(row), row)
  }
  return known
}

const dayOf = (time: Micros): number => Math.floor(time / DAY_US)

function stretchesByDay(rows: readonly Key[]): Map<number, Stretch[]> {
  const days = new Map<number, Map<number, Stretch>>()
  for (const { seriesId, time } of rows) {
    const stretches = days.get(dayOf(time)) ?? new Map<number, Stretch>()
    days.set(dayOf(time), stretches)
    const stretch = stretches.get(seriesId)
    if (!stretch) stretches.set(seriesId, { seriesId, from: time, to: time })
    else {
      stretch.from = Math.min(stretch.from, time)
      stretch.to = Math.max(stretch.to, time)
    }
  }
  return new Map([...days].map(([day, stretches]) => [day, [...stretches.values()]]))
}
