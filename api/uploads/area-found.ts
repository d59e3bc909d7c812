import type { AreaKey } from '../../store/areas.ts'
import type { FieldFault } from './dated-kind.ts'

interface Wanted {
  readonly area: string
  /** The one in force on the day if left out. */
  readonly geoVersion?: string | undefined
  readonly day: string
}

/** The area that a code means. A spreadsheet makes a number of a code, so that zeros in front of it may be missing. */
export function areaFound(
  areas: readonly AreaKey[],
  { area, geoVersion, day }: Wanted,
): Pick<AreaKey, 'code' | 'geoVersion'> | FieldFault {
  const ofThen = areas.filter((one) =>
    geoVersion === undefined ? isInForce(one, day) : one.geoVersion === geoVersion,
  )
  const found =
    ofThen.findLast(({ code }) => code === area) ?? ofThen.findLast(({ code }) => bare(code) === bare(area))
  if (found) return found
  const when = geoVersion === undefined ? `is in force on ${day}` : `is in geography ${geoVersion}`
  return { field: 'area', detail: `no area ${area} ${when}; see GET /api/v1/areas`, isMissingArea: true }
}

const isInForce = ({ validFrom, validTo }: AreaKey, day: string): boolean =>
  (validFrom === null || validFrom <= day) && (validTo === null || validTo >= day)

const bare = (code: string): string => (/^\d+$/.test(code) ? code.replace(/^0+/, '') : code)
