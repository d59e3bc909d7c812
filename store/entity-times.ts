import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'

/** When each of these entities was made. */
export async function createdAtOf(db: Db, ids: readonly string[]): Promise<Map<string, Micros>> {
  const { rows } = await db.query<{ id: string; createdAt: Micros }>({
    text: 'select id, created_at as "createdAt" from entity where id = any ($1::text[])',
    values: [pgArray(ids)],
  })
  return new Map(rows.map(({ id, createdAt }) => [id, createdAt]))
}
