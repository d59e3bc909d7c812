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

/** That a device is in an area from an instant on, as became known at another. */
export interface DeviceMove {
  readonly device: string
  /** Null: none is known. */
  readonly area: string | null
  readonly validFrom: Micros
  readonly recordedAt: Micros
}

/** All there ever were of these devices, in the order in which they became known. */
export async function listMoves(db: Queryable, devices: readonly string[]): Promise<DeviceMove[]> {
  const { rows } = await db.query<DeviceMove>({
    text: `select device_id as device, area, valid_from as "validFrom", recorded_at as "recordedAt" from device_area
           where device_id = any ($1::text[]) order by recorded_at`,
    values: [pgArray(devices)],
  })
  return rows
}

export async function insertMoves(tx: Queryable, moves: readonly DeviceMove[]): Promise<void> {
  await tx.query({
    text: `insert into device_area (device_id, area, valid_from, recorded_at)
           select d, a, from_us(v), from_us(r) from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as input (d, a, v, r)
           on conflict do nothing`,
    values: [
      pgArray(moves.map(({ device }) => device)),
      pgArray(moves.map(({ area }) => area)),
      pgArray(moves.map(({ validFrom }) => validFrom)),
      pgArray(moves.map(({ recordedAt }) => recordedAt)),
    ],
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
