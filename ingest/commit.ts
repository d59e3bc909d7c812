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
import { SERIES_PER_DEVICE_MAX, type SeriesIndex } from '../store/series.ts'
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
  readonly verdicts: readonly Fate[]
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

/** `refused`: the observation has no series. */
type Fate = Verdict | 'refused'

class NotAllNew extends Error {}

/** Commits the messages in one transaction: observations, refusals, activity and statuses, all or nothing. */
export async function commit(works: readonly Work[], context: CommitContext): Promise<Committed[]> {
  const observations = works.flatMap((work) => work.observations)
  const ids = await context.series.resolve(
    observations.map((o) => ({ ...o, unit: QUANTITIES.get(o.quantity)?.unit ?? '' })),
  )
  const rows = observations.flatMap((o, i): ObservationRow[] => {
    const seriesId = ids[i] ?? null
    return seriesId === null ? [] : [{ ...o, seriesId }]
  })
  const activity = context.knownActivity.missing(observations.filter((_, i) => ids[i] !== null))
  const attempt = (isFast: boolean) =>
    context.db.transaction(
      async (tx) => {
        const stored = await insertObservations(tx, rows, isFast, context.lateUs)
        let next = 0
        const verdicts = ids.map((id): Fate => (id === null ? 'refused' : (stored[next++] ?? 'stored')))
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
  const verdicts = isFast ? await insertByLane(tx, rows, late, isLate) : await insertChecked(tx, rows)
  const lateStored = rows.filter((row, i) => isLate(row) && verdicts[i] === 'stored')
  if (lateStored.length > 0) await requestRollupRefresh(tx, lateStored)
  return verdicts
}

async function insertByLane(
  tx: Queryable,
  rows: readonly ObservationRow[],
  late: readonly ObservationRow[],
  isLate: (row: ObservationRow) => boolean,
): Promise<Verdict[]> {
  const recent = late.length === 0 ? rows : rows.filter((row) => !isLate(row))
  if (recent.length > 0 && (await insertFast(tx, recent)) < recent.length) throw new NotAllNew()
  const lateVerdicts = late.length > 0 ? await insertChecked(tx, late) : []
  let next = 0
  return rows.map((row) => (isLate(row) ? (lateVerdicts[next++] ?? 'stored') : 'stored'))
}

/** Gives each message its own verdicts, and turns its conflicts and what has no series into refusals. */
function share(works: readonly Work[], verdicts: readonly Fate[]): Committed[] {
  let next = 0
  return works.map((work) => {
    const own = verdicts.slice(next, next + work.observations.length)
    next += work.observations.length
    const refusals = work.observations.flatMap((o, i) => refusalOf(o, own[i]) ?? [])
    return {
      verdicts: own,
      rejections: refusals.length === 0 ? work.rejections : [...work.rejections, ...refusals],
    }
  })
}

function refusalOf({ path, time }: Observation, fate: Fate | undefined): RejectionItem | null {
  if (fate === 'conflict')
    return { path, code: 'conflicting_value', detail: `another value is stored for ${formatTime(time)}` }
  if (fate === 'refused')
    return { path, code: 'too_many_series', detail: `the device has ${SERIES_PER_DEVICE_MAX} series already` }
  return null
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
