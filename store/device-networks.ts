import { DAY_US, type Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export interface SeenAt {
  readonly device: string
  readonly network: string
  readonly time: Micros
}

/** Remembers where devices sign in from. Gives those that came from a network they never came from, and had others before. */
export async function rememberNetworks(
  tx: Queryable,
  seen: readonly SeenAt[],
): Promise<{ readonly device: string; readonly network: string; readonly known: string[] }[]> {
  const { rows } = await tx.query<{ device: string; network: string; known: string[] }>({
    // All parts see the table as it was before: what is new is not among what is known.
    text: `with input as (
             select d, n, t from unnest($1::text[], $2::text[], $3::bigint[]) as i (d, n, t) order by d, n),
           known as (
             select device_id, to_jsonb((array_agg(network order by last_at desc))[1:5]) as networks from device_network
             where device_id in (select d from input) group by device_id),
           written as (
             insert into device_network as w (device_id, network, first_at, last_at)
             select d, n, from_us(t), from_us(t) from input
             on conflict (device_id, network) do update set last_at = excluded.last_at
               where w.last_at < excluded.last_at - $4 * interval '1 microsecond'
             returning device_id, network, first_at = last_at as is_new)
           select w.device_id as device, w.network, k.networks as known
           from written w join known k using (device_id) where w.is_new`,
    values: [
      pgArray(seen.map(({ device }) => device)),
      pgArray(seen.map(({ network }) => network)),
      pgArray(seen.map(({ time }) => time)),
      DAY_US,
    ],
  })
  return rows
}

/** Lets networks go that nobody has come from since; gives how many went. */
export async function trimNetworks(db: Db, olderThan: Micros): Promise<number> {
  const { rowCount } = await db.query({
    text: 'delete from device_network where last_at < from_us($1)',
    values: [olderThan],
  })
  return rowCount
}
