import type { Db } from '../../store/db.ts'
import type { Resolution } from '../../store/rollups.ts'

const BIN: Readonly<Record<Resolution, string>> = {
  '1m': `date_bin('1 minute', time, timestamptz '2000-01-01 00:00Z')`,
  '1h': `date_bin('1 hour', time, timestamptz '2000-01-01 00:00Z')`,
  '1d': `date_bin('1 day', time, timestamptz '2000-01-01 17:00Z')`,
}

const COLUMNS = 'series_id, time, avg, min, max, first, last, count'

/** The rollup as a fresh GROUP BY over the raw rows gives it, written apart from the platform's own SQL. */
export async function freshRollup(db: Db, resolution: Resolution): Promise<object[]> {
  const { rows } = await db.query({
    text: `select distinct series_id, bin as time, avg(value) over bucket as avg, min(value) over bucket as min, max(value) over bucket as max,
                  first_value(value) over in_order as first, last_value(value) over in_order as last, count(*) over bucket as count
           from (select *, ${BIN[resolution]} as bin from observation) binned
           window bucket as (partition by series_id, bin),
                  in_order as (partition by series_id, bin order by time rows between unbounded preceding and unbounded following)
           order by series_id, time`,
  })
  return rows.map((row) => ({ ...row }))
}

/** The rollup as its SQL view has it. */
export async function viewedRollup(db: Db, resolution: Resolution): Promise<object[]> {
  const { rows } = await db.query({
    text: `select ${COLUMNS} from observation_${resolution} order by series_id, time`,
  })
  return rows.map((row) => ({ ...row }))
}
