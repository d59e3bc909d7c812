import type { Micros } from '../core/time.ts'
import { pgArray, type Queryable } from './db.ts'

export async function insertMove(
  tx: Queryable,
  id: string,
  area: string | null,
  validFrom: Micros,
  now: Micros,
): Promise<void> {
  await tx.query({
    text: 'insert into device_area (device_id, area, valid_from, recorded_at) values ($1, $2, from_us($3), from_us($4))',
    values: [id, area, validFrom, now],
  })
}

/** Gives every entity the area that its device is in now; gives those that changed. */
export async function applyMoves(
  tx: Queryable,
  now: Micros,
): Promise<readonly { readonly id: string; readonly area: string | null }[]> {
  const { rows } = await tx.query<{ id: string; area: string | null }>({
    text: `update entity e set area = place.area
           from (
             select distinct on (d.entity_id) d.entity_id, a.area
             from device d join device_area a on a.device_id = d.id
             where a.valid_from <= from_us($1)
             order by d.entity_id, a.valid_from desc, a.recorded_at desc, d.id
           ) place
           where place.entity_id = e.id and e.area is distinct from place.area
           returning e.id, e.area`,
    values: [now],
  })
  return rows
}

/** The area that each of these entities was in at an instant, as was known then; those without a device of then are left out. */
export async function areasAt(
  db: Queryable,
  entities: readonly string[],
  at: Micros,
): Promise<Map<string, string | null>> {
  const { rows } = await db.query<{ entity: string; area: string | null }>({
    text: `select distinct on (d.entity_id) d.entity_id as entity, a.area
           from device d join device_area a on a.device_id = d.id
           where d.entity_id = any ($1::text[]) and a.valid_from <= from_us($2) and a.recorded_at <= from_us($2)
           order by d.entity_id, a.valid_from desc, a.recorded_at desc, d.id`,
    values: [pgArray(entities), at],
  })
  return new Map(rows.map(({ entity, area }) => [entity, area]))
}
