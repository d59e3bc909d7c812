import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'
import { type Resolution, ROLLUPS, type Rollup } from './rollups.ts'

/** Where TimescaleDB keeps what a rollup has materialised. */
export interface Materialisation {
  readonly rollup: Rollup
  readonly id: number
  readonly table: string
}

export async function listMaterialisations(db: Db): Promise<Materialisation[]> {
  const { rows } = await db.query<{ view: string; id: number; table: string }>({
    text: `select v.view_name as view, c.mat_hypertable_id as id,
                  format('%I.%I', v.materialization_hypertable_schema, v.materialization_hypertable_name) as table
           from timescaledb_information.continuous_aggregates v
           join _timescaledb_catalog.continuous_agg c on c.user_view_schema = v.view_schema and c.user_view_name = v.view_name
           where v.view_schema = current_schema()`,
  })
  return ROLLUPS.map((rollup) => {
    const row = rows.find(({ view }) => view === rollup.view)
    if (!row) throw new Error(`the rollup ${rollup.view} is not there`)
    return { rollup, id: row.id, table: row.table }
  })
}

/** Up to where a rollup is materialised; far in the past when nothing is. */
export async function watermarks(
  db: Queryable,
  materialisations: readonly Materialisation[],
): Promise<Map<Resolution, Micros>> {
  const { rows } = await db.query<{ id: number; at: Micros }>({
    text: 'select id, _timescaledb_functions.cagg_watermark(id) as at from unnest($1::int[]) as input (id)',
    values: [pgArray(materialisations.map(({ id }) => id))],
  })
  return new Map(
    materialisations.map(({ id, rollup }) => [
      rollup.resolution,
      rows.find((row) => row.id === id)?.at ?? -Infinity,
    ]),
  )
}
