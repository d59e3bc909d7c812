import { addDays, formatTime, localDayStart, type Micros } from '../../core/time.ts'
import { outageDays } from '../../store/activity.ts'
import { listAllAreas } from '../../store/areas.ts'
import { comparatorsKnownAt } from '../../store/comparators.ts'
import { crosswalksKnownAt } from '../../store/crosswalks.ts'
import type { Db } from '../../store/db.ts'
import { populationsKnownAt } from '../../store/populations.ts'
import { reportsKnownAt } from '../../store/reported-connections.ts'
import { type TallyRow, tally } from '../../store/tallies.ts'
import { targetsKnownAt } from '../../store/targets.ts'
import { MODELS } from '../models/index.ts'
import type { AccessCode, ClassCode, DomainCode } from './codes.ts'
import { areasOn, breaksOf, placed, territoriesOf, withApportioned } from './geography.ts'
import type { PeriodInputs, Tally } from './inputs.ts'
import type { Period } from './period.ts'

export interface InputsRequest extends Period {
  readonly windowDays: number
  readonly methodVersion: string
  /** Null: everything known now. */
  readonly asOf: Micros | null
  readonly isFinal: boolean
  readonly isSynthetic: boolean
  readonly province: string
}

/** Reads all that the figures of one period follow from, as known at an instant. */
export async function readInputs(db: Db, request: InputsRequest): Promise<PeriodInputs> {
  const { referenceDate, windowDays, asOf, period, province, methodVersion } = request
  const rows = await tally(db, { referenceDate, windowDays, asOf })
  const [all, known, reports, targets, comparators, crossings] = await Promise.all([
    listAllAreas(db),
    populationsKnownAt(db, asOf, null),
    reportsKnownAt(db, period, {
      from: addDays(referenceDate, 1 - windowDays),
      to: referenceDate,
      end: localDayStart(addDays(referenceDate, 1)),
      asOf,
    }),
    targetsKnownAt(db, asOf),
    comparatorsKnownAt(db, period, asOf),
    crosswalksKnownAt(db, asOf),
  ])
  const geographies = { areas: all, crossings }
  const areas = areasOn(all, referenceDate)
  const published = known.map((row) => ({ ...row, isEstimated: false }))
  const territories = territoriesOf(geographies, areas, province)
  return {
    ...request,
    asOf: asOf === null ? null : formatTime(asOf),
    areas,
    ...placed(rows.map(tallyOf), geographies, areas, published),
    outageDays: await outageDays(db, { referenceDate, windowDays, asOf }),
    populations: withApportioned(published, geographies, areas),
    reports,
    targets,
    comparators,
    territories,
    breaks: breaksOf(geographies, { period, province, methodVersion, areas, territories }, published),
  }
}

const ACCESS: Readonly<Record<string, AccessCode>> = {
  cellular: 'CELLULAR',
  lpwan: 'LPWAN',
  wired: 'WIRED',
  'short-range': 'SHORT_RANGE',
  satellite: 'SATELLITE',
}

/** With the codes that outputs have. */
function tallyOf({ type, role: _role, behindGateway, access, ...row }: TallyRow): Tally {
  const code = ACCESS[access ?? ''] ?? '_U'
  return {
    ...row,
    access: code,
    domain: (MODELS.get(type)?.domain.toUpperCase() as DomainCode | undefined) ?? '_U',
    class: row.rule === 'GATEWAY' ? 'GATEWAY' : classOf(code, behindGateway),
  }
}

/** What stands behind a gateway and has no long way of its own is a device behind a gateway, by wire or by radio
 *  (docs/methodology.md §2). */
function classOf(access: AccessCode, isBehindGateway: boolean): ClassCode {
  if (access === 'CELLULAR' || access === 'LPWAN' || access === 'SATELLITE') return access
  if (access === 'SHORT_RANGE' || isBehindGateway) return 'BEHIND_GATEWAY'
  return access === 'WIRED' ? 'FIXED' : '_U'
}
