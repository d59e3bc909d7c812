import { addDays, formatTime, localDayStart, type Micros } from '../../core/time.ts'
import { type AreaRow, codesBelow, listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import {
  countConnections,
  type Population,
  populationsKnownAt,
  targetsKnownAt,
} from '../../store/indicator-inputs.ts'
import { type Judged, judge, populationFor } from './calculate.ts'
import { METHOD_VERSION, WINDOW_DAYS } from './method.ts'

export interface FigureRequest {
  /** Area codes; null: every area of the level, and the line of devices without an area. */
  readonly area: string | null
  readonly level: AreaRow['level'] | null
  readonly period: string
  /** The last local day of the period. */
  readonly referenceDate: string
  readonly asOf: Micros
}

export interface Figure extends Judged {
  readonly indicator: 'IOT_CONN_PC'
  readonly area: string
  readonly areaName: { readonly vi: string; readonly en: string }
  readonly geoVersion: string
  readonly period: string
  readonly referenceDate: string
  readonly connections: number
  readonly population: number | null
  readonly populationYear: number | null
  readonly populationBasis: Population['basis'] | null
  readonly populationSource: string | null
  /** The population is made up for a demonstration. */
  readonly synthetic: boolean
  readonly window: { readonly days: number; readonly from: string; readonly to: string }
  /** The platform sees its own devices only: a lower bound. */
  readonly coverage: 'PLATFORM'
  readonly methodVersion: string
  readonly asOf: string
}

/** Null: no such area in force on the reference date. */
export async function figures(db: Db, request: FigureRequest): Promise<Figure[] | null> {
  const { referenceDate, asOf } = request
  const areas = await listAreas(db, referenceDate, null)
  const chosen =
    request.area === null
      ? areas.filter(({ level }) => level === (request.level ?? lowestLevel(areas)))
      : areas.filter(({ code }) => code === request.area)
  const unlocated = unlocatedArea(areas)
  if (request.area === null && unlocated) chosen.push(unlocated)
  if (request.area !== null && request.area === unlocated?.code) chosen.push(unlocated)
  if (chosen.length === 0) return null
  const from = addDays(referenceDate, 1 - WINDOW_DAYS)
  const end = localDayStart(addDays(referenceDate, 1))
  const [counts, populations, targets] = await Promise.all([
    countConnections(db, { from, to: referenceDate, end, asOf }),
    populationsKnownAt(db, asOf, null),
    targetsKnownAt(db, asOf),
  ])
  const codes = new Set(areas.map(({ code }) => code))
  return chosen.map((area): Figure => {
    const connections =
      area === unlocated ? unlocatedCount(counts, codes) : countBelow(areas, area, counts, codes)
    const known = populations.filter((row) => row.area === area.code && row.geoVersion === area.geoVersion)
    const population = area === unlocated ? null : populationFor(known, Number(referenceDate.slice(0, 4)))
    return {
      ...describe(area, request, population),
      connections,
      ...judge(connections, population?.value ?? null, targets, referenceDate),
      window: { days: WINDOW_DAYS, from, to: referenceDate },
    }
  })
}

function describe(
  area: AreaRow,
  { period, referenceDate, asOf }: FigureRequest,
  population: Population | null,
) {
  return {
    indicator: 'IOT_CONN_PC' as const,
    area: area.code,
    areaName: { vi: area.nameVi, en: area.nameEn },
    geoVersion: area.geoVersion,
    period,
    referenceDate,
    population: population?.value ?? null,
    populationYear: population?.year ?? null,
    populationBasis: population?.basis ?? null,
    populationSource: population?.source ?? null,
    synthetic: population?.isSynthetic ?? false,
    coverage: 'PLATFORM' as const,
    methodVersion: METHOD_VERSION,
    asOf: formatTime(asOf),
  }
}

const lowestLevel = (areas: readonly AreaRow[]): AreaRow['level'] =>
  areas.some(({ level }) => level === 'commune') ? 'commune' : 'district'

/** Devices whose area is not known, or not of the geography in force, stand on a line of their own, `<province>_U`; the
 *  total of Đắk Lắk includes them, so that the lines always add up. */
function unlocatedArea(areas: readonly AreaRow[]): AreaRow | null {
  const home = areas.find(({ code, level }) => level === 'province' && code === HOME_PROVINCE)
  return home
    ? {
        ...home,
        code: `${home.code}_U`,
        nameVi: 'Không rõ địa bàn',
        nameEn: 'Area unknown',
        parent: home.code,
      }
    : null
}

/** The province this installation serves. */
const HOME_PROVINCE = '66'

function unlocatedCount(counts: ReadonlyMap<string | null, number>, codes: ReadonlySet<string>): number {
  let sum = 0
  for (const [area, count] of counts) if (area === null || !codes.has(area)) sum += count
  return sum
}

function countBelow(
  areas: readonly AreaRow[],
  area: AreaRow,
  counts: ReadonlyMap<string | null, number>,
  codes: ReadonlySet<string>,
): number {
  let located = 0
  for (const code of codesBelow(areas, area.code)) located += counts.get(code) ?? 0
  return area.code === HOME_PROVINCE ? located + unlocatedCount(counts, codes) : located
}
