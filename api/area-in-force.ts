import { localDate, type Micros } from '../core/time.ts'
import { isAreaSince } from '../store/areas.ts'
import type { Db } from '../store/db.ts'
import type { MissingPart } from './device-document.ts'

/** Why something cannot be put into an area from an instant on; null: it can, or no area is named. */
export async function missingArea(
  db: Db,
  area: string | null | undefined,
  at: Micros,
): Promise<MissingPart | null> {
  const day = localDate(at)
  if (!area || (await isAreaSince(db, area, day))) return null
  return {
    code: 'area_not_found',
    detail: `no area ${area} was in force on ${day}, or has been since; see GET /api/v1/areas`,
  }
}

/** The same for the many rows of a file, which name few areas. */
export class AreasOfRows {
  readonly #db: Db
  readonly #known = new Map<string, MissingPart | null>()

  constructor(db: Db) {
    this.#db = db
  }

  async missing(area: string | null | undefined, at: Micros): Promise<MissingPart | null> {
    const key = `${area} ${localDate(at)}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const missing = await missingArea(this.#db, area, at)
    this.#known.set(key, missing)
    return missing
  }
}
