import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'
import { listMaterialisations, watermarks } from './materialisations.ts'
import type { Resolution } from './rollups.ts'
import type { Store } from './store.ts'

export async function databaseBytes(db: Db): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>({
    text: 'select pg_database_size(current_database()) as bytes',
  })
  return rows[0]?.bytes ?? 0
}

export interface RollupEnd {
  readonly resolution: Resolution
  /** Up to where it is materialised; null: nothing is yet. */
  readonly until: Micros | null
  /** It is usually no further behind than this. */
  readonly behindSMax: number
}

/** Empty where rollups are plain views, which are never behind. */
export async function rollupEnds({ db, flavour }: Store): Promise<RollupEnd[]> {
  if (flavour === 'plain') return []
  const materialisations = await listMaterialisations(db)
  const ends = await watermarks(db, materialisations)
  return materialisations.map(({ rollup: { resolution, behindUs, widthUs, passEveryMs } }) => {
    const until = ends.get(resolution) ?? 0
    return {
      resolution,
      until: Number.isFinite(until) && until > 0 ? until : null,
      // One pass may just be due, and the next bucket not be whole.
      behindSMax: Math.round((behindUs + 2 * widthUs) / 1_000_000 + (2 * passEveryMs) / 1000),
    }
  })
}
