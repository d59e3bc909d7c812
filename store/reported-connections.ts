import { codesBelow, listAreaKeys } from './areas.ts'
import { type Dated, type DatedTable, standingIn } from './dated-table.ts'
import type { Db } from './db.ts'
import { type ActiveWindow, type MatchedSims, matchedSims } from './reported-sims.ts'

/** What a network operator says of its machine-to-machine subscriptions at the end of a period. */
export interface ReportedConnection {
  readonly operator: string
  readonly area: string
  readonly geoVersion: string
  /** `2025`, `2025-Q4` or `2025-12`. */
  readonly period: string
  readonly access: '_T' | 'CELLULAR' | 'LPWAN' | 'WIRED' | 'SHORT_RANGE' | 'SATELLITE' | '_U'
  /** Subscriptions, the whole of the report. */
  readonly subscriptions: number
  /** How many of them are connected here too, as the operator declares it; null: it does not say. */
  readonly onPlatform: number | null
  readonly source: string
  readonly publishedOn: string | null
  /** Made up for a demonstration. */
  readonly isSynthetic: boolean
}

export const REPORTED_CONNECTIONS: DatedTable<ReportedConnection> = {
  name: 'reported_connection',
  key: [
    ['period', 'period', 'text'],
    ['operator', 'operator', 'text'],
    ['area', 'area', 'text'],
    ['geoVersion', 'geo_version', 'text'],
    ['access', 'access', 'text'],
  ],
  rest: [
    ['subscriptions', 'subscriptions', 'int'],
    ['onPlatform', 'on_platform', 'int'],
    ['source', 'source', 'text'],
    ['publishedOn', 'published_on', 'date'],
    ['isSynthetic', 'is_synthetic', 'boolean'],
  ],
}

/** An operator's report beside what the platform sees of it: the member names of the indicator's inputs. */
export interface OperatorReport extends Omit<ReportedConnection, 'publishedOn'> {
  /** How `onPlatform` was found: by SIMs that the operator listed, or as it declared; null: nobody can say, so the two counts
   *  are never added. */
  readonly matchedBy: 'digest' | 'declared' | null
}

/** The reports of a period that were known at an instant, each with its overlap with the platform. Listed SIMs decide where the
 *  list is whole, that is has as many as the report counts; otherwise the operator's own word does, or nothing. */
export async function reportsKnownAt(
  db: Db,
  period: string,
  window: ActiveWindow,
): Promise<OperatorReport[]> {
  const { asOf } = window
  const reports: (ReportedConnection & Dated)[] = await standingIn(db, REPORTED_CONNECTIONS, {
    asOf,
    where: { period },
  })
  const operators = [...new Set(reports.map(({ operator }) => operator))]
  const matched = new Map<string, readonly MatchedSims[]>()
  for (const operator of operators) matched.set(operator, await matchedSims(db, operator, period, window))
  const areas = await listAreaKeys(db)
  return reports.map((report) => {
    const { operator, area, geoVersion, access, subscriptions, source, isSynthetic } = report
    const geography = areas.filter((one) => one.geoVersion === geoVersion)
    const below = codesBelow(geography, area)
    const isTop = geography.some(({ code, parent }) => code === area && parent === null)
    const lists = (matched.get(operator) ?? []).filter((list) =>
      list.area === null ? isTop : below.has(list.area),
    )
    return {
      ...{ operator, area, geoVersion, period, access, subscriptions, source, isSynthetic },
      ...overlap(report, lists),
    }
  })
}

function overlap(
  { access, subscriptions, onPlatform }: ReportedConnection,
  lists: readonly MatchedSims[],
): Pick<OperatorReport, 'onPlatform' | 'matchedBy'> {
  const listed = lists.reduce((sum, list) => sum + list.listed, 0)
  // A list is of SIMs: it says nothing of what an operator connects otherwise.
  if (listed > 0 && listed >= subscriptions && (access === '_T' || access === 'CELLULAR')) {
    const found = lists.reduce((sum, list) => sum + list.matched, 0)
    return { onPlatform: Math.min(found, subscriptions), matchedBy: 'digest' }
  }
  return { onPlatform, matchedBy: onPlatform === null ? null : 'declared' }
}
