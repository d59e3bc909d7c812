import { localDate, type Micros } from '../core/time.ts'
import { areaOn } from '../store/areas.ts'
import type { Db } from '../store/db.ts'
import type { MissingPart } from './device-document.ts'

/** Why something cannot be put into an area from an instant on; null: it can, or no area is named. */
export async function missingArea(
  db: Db,
  area: string | null | undefined,
  at: Micros,
): Promise<MissingPart | null> {
  const day = localDate(at)
  if (!area || (await areaOn(db, area, day))) return null
  return { code: 'area_not_found', detail: `no area ${area} is in force on ${day}; see GET /api/v1/areas` }
}
