import { z } from 'zod'
import { lastDayOf } from '../../digital-twin/indicator/period.ts'
import { standingIn } from '../../store/dated-table.ts'
import type { Db } from '../../store/db.ts'
import { simHash } from '../../store/digests.ts'
import { REPORTED_CONNECTIONS } from '../../store/reported-connections.ts'
import { REPORTED_SIMS, type ReportedSim } from '../../store/reported-sims.ts'
import { AreaCode } from '../schemas.ts'
import { areaFound } from './area-found.ts'
import type { Column } from './column.ts'
import { AREA, DATED_MEMBERS, MARKS, PERIOD, Period } from './dated-columns.ts'
import { type DatedKind, isFault } from './dated-kind.ts'

export const Operator = z.string().min(1).max(100)
export const OPERATOR: Column = {
  name: 'operator',
  nameVi: 'Nhà mạng',
  aliases: ['doanh nghiệp', 'doanh nghiệp viễn thông'],
  type: 'text',
  isRequired: true,
  example: 'Nhà mạng A',
}

const NewSim = z.object({
  operator: Operator,
  period: Period,
  sim: z.string().min(1).max(100).describe('the ICCID, or the hex SHA-256 of its digits'),
  area: AreaCode.optional().describe('where the operator counts it'),
  ...DATED_MEMBERS,
})

const ROWS_MAX = 200_000

/** The SIMs of an operator's report, so that those on the platform are counted once. They are kept as keyed digests, and never
 *  given out again. */
export const reportedSims = (secretKey: Uint8Array): DatedKind<z.infer<typeof NewSim>, ReportedSim> => ({
  name: 'reported-sims',
  path: '/reported-connections/sims',
  words:
    'The SIMs that an operator’s report counts (operator, period, SIM), for the overlap with the platform. Kept as keyed digests only.',
  table: REPORTED_SIMS,
  given: NewSim,
  rowsMax: ROWS_MAX,
  isSliced: true,
  columns: [
    OPERATOR,
    PERIOD,
    {
      name: 'sim',
      nameVi: 'ICCID',
      aliases: ['iccid digest', 'mã băm ICCID', 'sha256'],
      type: 'text',
      isRequired: true,
      example: '8984040000000000018',
    },
    { ...AREA, isRequired: false },
    ...MARKS,
  ],
  resolve({ operator, period, sim, area }, areas) {
    const hash = simHash(secretKey, sim)
    if (!hash) return { field: 'sim', detail: 'takes an ICCID of 18 to 20 digits, or the hex SHA-256 of one' }
    const found = area === undefined ? null : areaFound(areas, { area, day: lastDayOf(period) ?? '' })
    if (found && isFault(found)) return found
    return { operator, period, simHash: hash.toString('hex'), area: found?.code ?? null }
  },
  warnings: listWarnings,
})

/** A list that is shorter than its report cannot say how many of the report are on the platform. */
async function listWarnings(db: Db, added: readonly ReportedSim[]): Promise<string[]> {
  const lists = new Map(added.map(({ operator, period }) => [`${operator} ${period}`, { operator, period }]))
  const warnings: string[] = []
  for (const where of lists.values()) {
    const [reports, known] = await Promise.all([
      standingIn(db, REPORTED_CONNECTIONS, { asOf: null, where }),
      standingIn(db, REPORTED_SIMS, { asOf: null, where }),
    ])
    const listed = new Set(known.map(({ simHash }) => simHash))
    for (const sim of added)
      if (sim.operator === where.operator && sim.period === where.period) listed.add(sim.simHash)
    const reported = Math.max(0, ...reports.map(({ subscriptions }) => subscriptions))
    const whose = `${where.operator}, ${where.period}`
    if (reports.length === 0) warnings.push(`${whose}: there is no report for these SIMs yet`)
    else if (listed.size < reported)
      warnings.push(
        `${whose}: ${listed.size} SIMs of ${reported} subscriptions; only a whole list tells the overlap`,
      )
  }
  return warnings
}
