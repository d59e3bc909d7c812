import type { Message, Observation } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { formatTime, LOCAL_OFFSET_MS, localDate, type Micros } from '../core/time.ts'
import type { Db, Queryable } from '../store/db.ts'
import {
  type Activity,
  insertActivity,
  insertChecked,
  insertFast,
  type ObservationRow,
  requestRollupRefresh,
  type Verdict,
} from '../store/observations.ts'
import { insertRejections, type RejectedMessage } from '../store/rejections.ts'
import type { SeriesIndex } from '../store/series.ts'
import { putDeviceStatuses } from '../store/sessions.ts'

/** One message on its way to the database. */
export interface Work {
  readonly message: Message
  readonly observations: readonly Observation[]
  readonly rejections: readonly RejectionItem[]
  /** The message is the device's word on itself. */
  readonly isStatus: boolean
}

/** What became of one message: a verdict for each observation, and every refusal, conflicts included. */
export interface Committed {
  readonly verdicts: readonly Verdict[]
  readonly rejections: readonly RejectionItem[]
}

export interface CommitContext {
  readonly db: Db
  readonly series: SeriesIndex
  /** Readings older than this go by the backfill lane. */
  readonly lateUs: number
  /** Device and local day for which evidence of activity is stored already; saves the statement on the hot path. */
  readonly knownActivity: KnownActivity
}

class NotAllNew extends Error {}

/** Commits the messages in one transaction: observations, refusals, activity and statuses, all or nothing. */
export async function commit(works: readonly Work[], context: CommitContext): Promise<Committed[]> {
  const observations = works.flatMap((work) => work.observations)
  const ids = await context.series.resolve(
    observations.map((o) => ({ ...o, unit: QUANTITIES.get(o.quantity)?.unit ?? '' })),
  )
  const rows = observations.map((o, i): ObservationRow => ({ ...o, seriesId: ids[i] ?? 0 }))
  const activity = context.knownActivity.missing(observations)
  const attempt = (isFast: boolean) =>
    context.db.transaction(
      async (tx) => {
        const verdicts = await insertObservations(tx, rows, isFast, context.lateUs)
        const committed = share(works, verdicts)
        await insertRest(tx, works, committed, activity)
        return committed
      },
      { ahead: true },
    )
  const committed = await attempt(true).catch((error: unknown) => {
    if (error instanceof NotAllNew) return attempt(false)
    throw error
  })
  context.knownActivity.add(activity)
  return committed
}

async function insertObservations(
  tx: Queryable,
  rows: readonly ObservationRow[],
  isFast: boolean,
  lateUs: number,
): Promise<Verdict[]> {
  if (rows.length === 0) return []
  const isLate = (row: ObservationRow) => row.time < row.receivedAt - lateUs
  const late = rows.filter(isLate)
  const recent = late.length === 0 ? rows : rows.filter((row) => !isLate(row))
  if (late.length > 0) await requestRollupRefresh(tx, least(late), greatest(late))
  if (!isFast) return insertChecked(tx, rows)
  if (recent.length > 0 && (await insertFast(tx, recent)) < recent.length) throw new NotAllNew()
  const lateVerdicts = late.length > 0 ? await insertChecked(tx, late) : []
  let next = 0
  return rows.map((row) => (isLate(row) ? (lateVerdicts[next++] ?? 'stored') : 'stored'))
}

const least = (rows: readonly ObservationRow[]): Micros =>
  rows.reduce((min, { time }) => Math.min(min, time), Infinity)
const greatest = (rows: readonly ObservationRow[]): Micros =>
  rows.reduce((max, { time }) => Math.max(max, time), -Infinity)

/** Gives each message its own verdicts, and turns its conflicts into refusals. */
function share(works: readonly Work[], verdicts: readonly Verdict[]): Committed[] {
  let next = 0
  return works.map((work) => {
    const own = verdicts.slice(next, next + work.observations.length)
    next += work.observations.length
    const conflicts = work.observations
      .filter((_, i) => own[i] === 'conflict')
      .map(
        (o): RejectionItem => ({
          path: o.path,
          code: 'conflicting_value',
          detail: `another value is stored for ${formatTime(o.time)}`,
        }),
      )
    return {
      verdicts: own,
      rejections: conflicts.length === 0 ? work.rejections : [...work.rejections, ...conflicts],
    }
  })
}

async function insertRest(
  tx: Queryable,
  works: readonly Work[],
  committed: readonly Committed[],
  activity: readonly Activity[],
): Promise<void> {
  const rejected: RejectedMessage[] = []
  for (const [i, { rejections }] of committed.entries()) {
    const message = works[i]?.message
    if (message && rejections.length > 0) rejected.push({ message, items: rejections })
  }
  if (rejected.length > 0) await insertRejections(tx, rejected)
  if (activity.length > 0) await insertActivity(tx, activity)
  const statuses = works.filter((work) => work.isStatus).map(({ message }) => message)
  if (statuses.length > 0) await putDeviceStatuses(tx, statuses)
}

/** The newest local day known to be stored for each device: one small number a device. Other days are written again,
 *  which changes nothing. */
export class KnownActivity {
  readonly #newest = new Map<string, number>()

  missing(observations: readonly Observation[]): Activity[] {
    const found = new Map<string, Activity>()
    for (const { device, time, receivedAt } of observations) {
      const day = dayNumber(time)
      if (this.#newest.get(device) === day) continue
      const key = `${device} ${day}`
      if (!found.has(key)) found.set(key, { device, localDate: localDate(time), receivedAt })
    }
    return [...found.values()]
  }

  add(activity: readonly Activity[]): void {
    for (const { device, localDate: date } of activity) {
      const day = Date.parse(date) / DAY_MS
      if (day > (this.#newest.get(device) ?? -Infinity)) this.#newest.set(device, day)
    }
  }
}

const DAY_MS = 86_400_000
const dayNumber = (time: Micros): number => Math.floor((time / 1000 + LOCAL_OFFSET_MS) / DAY_MS)
