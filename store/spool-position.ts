import type { Db, Queryable } from './db.ts'

/** How far a spool was emptied: everything up to message `done` (a count) of segment `seq`. */
export interface SpoolPosition {
  readonly seq: number
  readonly done: number
}

export async function readSpoolPosition(db: Db, spoolId: string): Promise<SpoolPosition> {
  const { rows } = await db.query<SpoolPosition>({
    text: 'select seq, done from spool_position where spool_id = $1',
    values: [spoolId],
  })
  return rows[0] ?? { seq: 0, done: 0 }
}

/** Moves the position forward. False: it is there already, or further on: a transaction whose end was not heard of did it. */
export async function advanceSpoolPosition(
  tx: Queryable,
  spoolId: string,
  { seq, done }: SpoolPosition,
): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'advance_spool_position',
    text: `insert into spool_position as p (spool_id, seq, done) values ($1, $2, $3)
           on conflict (spool_id) do update set seq = excluded.seq, done = excluded.done
           where (p.seq, p.done) < (excluded.seq, excluded.done)`,
    values: [spoolId, seq, done],
  })
  return rowCount === 1
}
