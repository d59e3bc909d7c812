import type { CommandReply } from '../core/command.ts'
import { firstReceiptOf, type Message, type Observation } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'
import { formatTime } from '../core/time.ts'
import { type Activity, insertActivity } from '../store/activity.ts'
import { applyReplies } from '../store/commands.ts'
import type { Db, Queryable, TransactionOptions } from '../store/db.ts'
import { insertChecked, insertFast, type ObservationRow, type Verdict } from '../store/observations.ts'
import { insertRejections, type RejectedMessage } from '../store/rejections.ts'
import { putRemembered } from '../store/remembered.ts'
import { isLateForRollups, requestRollupRefresh } from '../store/rollup-refresh.ts'
import { SERIES_PER_DEVICE_MAX, type SeriesIndex } from '../store/series.ts'
import { putDeviceStatuses } from '../store/sessions.ts'
import type { KnownActivity } from './known-activity.ts'
import type { Sources } from './sources.ts'

/** One message on its way to the database. */
export interface Work {
  readonly message: Message
  readonly observations: readonly Observation[]
  readonly rejections: readonly RejectionItem[]
  /** The message is the device's word on itself. */
  readonly isStatus: boolean
  /** Later messages can only be read with this one. */
  readonly isRemembered: boolean
  /** The message is the device's answer to a command. */
  readonly reply: CommandReply | null
}

/** What became of one message: its observations, and every refusal, conflicts included. */
export interface Committed {
  readonly stored: readonly Observation[]
  /** Those that were there already, with the same value. */
  readonly duplicates: readonly Observation[]
  readonly rejections: readonly RejectionItem[]
  /** The command that it answered. */
  readonly answered?: string
}

export interface CommitContext {
  readonly db: Db
  readonly series: SeriesIndex
  readonly sources: Sources
  /** Readings older than this go by the backfill lane. */
  readonly lateUs: number
  /** Device and local day for which evidence of activity is stored already; saves the statement on the hot path. */
  readonly knownActivity: KnownActivity
}

export interface CommitOptions {
  /** Looks what is there already before it inserts; for what is likely to be a repetition, or late. */
  readonly isCareful?: boolean
  /** Before waiting reads (embedded). */
  readonly ahead?: boolean
  /** Given up after this long; see Db.transaction. */
  readonly timeoutMs?: number
  /** What else must happen in the same transaction, before all else. */
  readonly within?: (tx: Queryable) => Promise<void>
}

const NONE: readonly Observation[] = []

/** Null: the series of the observation could not be had. */
type Fate = Verdict | null

/** Thrown to leave the transaction that COPY has failed in. */
class NotAllNew extends Error {}

interface Batch {
  readonly works: readonly Work[]
  /** Of all works, in order. */
  readonly observations: readonly Observation[]
  /** Of each observation; undefined where its device may not have one more. */
  readonly ids: readonly (number | undefined)[]
  /** Of the observations that have an id, in the same order. */
  readonly rows: readonly ObservationRow[]
  readonly context: CommitContext
  readonly options: CommitOptions
}

/** Commits the messages in one transaction: observations, refusals, activity and statuses, all or nothing. `wasCareful`:
 *  some readings were there already. */
export async function commit(
  works: readonly Work[],
  context: CommitContext,
  options: CommitOptions,
): Promise<{ committed: readonly Committed[]; wasCareful: boolean }> {
  const observations = allOf(works)
  await context.sources.ensure(observations, options.timeoutMs)
  const ids = await seriesIds(observations, context.series, options.timeoutMs)
  const rows: ObservationRow[] = []
  for (let i = 0; i < observations.length; i++) {
    const id = ids[i]
    if (id !== undefined) rows.push(rowOf(observations[i] as Observation, id))
  }
  const batch = { works, observations, ids, rows, context, options }
  // Late readings may meet a compressed chunk, where COPY has no business.
  const isCareful = options.isCareful === true || rows.some((row) => isLate(row, context.lateUs))
  if (isCareful) return { committed: await commitCarefully(batch), wasCareful: true }
  try {
    return { committed: await commitFast(batch), wasCareful: false }
  } catch (error) {
    if (!(error instanceof NotAllNew)) throw error
    return { committed: await commitCarefully(batch), wasCareful: true }
  }
}

function allOf(works: readonly Work[]): Observation[] {
  const all: Observation[] = []
  for (const { observations } of works) for (const observation of observations) all.push(observation)
  return all
}

const rowOf = (o: Observation, seriesId: number): ObservationRow => ({
  seriesId,
  time: o.time,
  value: o.value,
  label: o.label,
  quality: o.quality,
  receivedAt: o.receivedAt,
})

/** Asked once: what is remembered may change while a batch is under way. */
async function seriesIds(
  observations: readonly Observation[],
  series: SeriesIndex,
  timeoutMs: number | undefined,
): Promise<(number | undefined)[]> {
  const ids = observations.map((o) => series.find(o))
  const unknown: number[] = []
  for (let i = 0; i < ids.length; i++) if (ids[i] === undefined) unknown.push(i)
  if (unknown.length === 0) return ids
  const keys = unknown.map((i) => {
    const o = observations[i] as Observation
    return { ...o, unit: QUANTITIES.get(o.quantity)?.unit ?? '' }
  })
  const found = await series.resolve(keys, timeoutMs)
  for (const [n, i] of unknown.entries()) ids[i] = found[n]
  return ids
}

/** All is new, or nothing is stored. */
async function commitFast(batch: Batch): Promise<Committed[]> {
  const { rows, observations, context, options, works } = batch
  const committed =
    rows.length === observations.length
      ? works.map(({ observations, rejections }) => ({
          stored: observations,
          duplicates: NONE,
          rejections,
        }))
      : withVerdicts(batch, () => 'stored')
  if (hasRowsOnly(batch, committed)) {
    // Nearly always: then COPY is the whole transaction.
    const limits = limitsOf(options)
    const copy = {
      copy: (target: string, bytes: Uint8Array<ArrayBuffer>) => context.db.copy(target, bytes, limits),
    }
    if (!(await insertFast(copy, rows))) throw new NotAllNew()
    return committed
  }
  return transact(batch, async (tx) => {
    if (rows.length > 0 && !(await insertFast(tx, rows))) throw new NotAllNew()
    await requestRollupRefresh(tx, rows)
    return committed
  })
}

/** Nothing must be written but observations. */
function hasRowsOnly(
  { works, rows, observations, context, options }: Batch,
  committed: readonly Committed[],
): boolean {
  if (options.within || rows.length === 0 || rows.length < observations.length) return false
  if (works.some(({ isStatus, isRemembered, reply }) => isStatus || isRemembered || reply)) return false
  if (committed.some(({ rejections }) => rejections.length > 0)) return false
  return !isLateForRollups(rows) && context.knownActivity.hasAll(observations)
}

const limitsOf = ({ ahead = false, timeoutMs }: CommitOptions): TransactionOptions => ({
  ahead,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
})

/** Looks what is there first; gives each reading its verdict. */
function commitCarefully(batch: Batch): Promise<Committed[]> {
  const { rows } = batch
  return transact(batch, async (tx) => {
    const verdicts = rows.length > 0 ? await insertChecked(tx, rows) : []
    await requestRollupRefresh(
      tx,
      rows.filter((_, i) => verdicts[i] === 'stored'),
    )
    return withVerdicts(batch, (row) => {
      const verdict = verdicts[row]
      if (verdict === undefined) throw new RangeError(`no verdict on row ${row} of ${verdicts.length}`)
      return verdict
    })
  })
}

/** Past the lateness window: what the backfill lane is for. */
export const isLate = (
  { time, receivedAt }: Pick<Observation, 'time' | 'receivedAt'>,
  lateUs: number,
): boolean => time < receivedAt - lateUs

async function transact(batch: Batch, insert: (tx: Queryable) => Promise<Committed[]>): Promise<Committed[]> {
  const { works, context, options } = batch
  const { committed, activity } = await context.db.transaction(async (tx) => {
    await options.within?.(tx)
    const committed = await withReplies(tx, works, await insert(tx))
    // A repetition or a conflict is no evidence, nor of the gateway that brought it.
    const activity = context.knownActivity.missing(committed.flatMap(({ stored }) => stored))
    await insertRest(tx, works, committed, activity)
    return { committed, activity }
  }, limitsOf(options))
  context.knownActivity.add(activity)
  return committed
}

/** Gives each message its own verdicts, by the number of the row; turns conflicts and what has no series into refusals. */
function withVerdicts({ works, ids }: Batch, verdictOf: (row: number) => Verdict): Committed[] {
  let at = 0
  let row = 0
  return works.map((work) => {
    const stored: Observation[] = []
    const rejections = [...work.rejections]
    const duplicates: Observation[] = []
    for (const observation of work.observations) {
      const fate: Fate = ids[at++] === undefined ? null : verdictOf(row++)
      if (fate === 'stored') stored.push(observation)
      else if (fate === 'duplicate') duplicates.push(observation)
      else rejections.push(refusalOf(observation, fate))
    }
    return { stored, duplicates, rejections }
  })
}

const refusalOf = ({ path, time }: Observation, fate: 'conflict' | null): RejectionItem =>
  fate === 'conflict'
    ? { path, code: 'conflicting_value', detail: `another value is stored for ${formatTime(time)}` }
    : { path, code: 'too_many_series', detail: `the device has ${SERIES_PER_DEVICE_MAX} series already` }

/** An answer to a command that its sender never got is refused. */
async function withReplies(
  tx: Queryable,
  works: readonly Work[],
  committed: Committed[],
): Promise<Committed[]> {
  const replies = works.flatMap(({ reply }) => reply ?? [])
  if (replies.length === 0) return committed
  const verdicts = await applyReplies(tx, replies)
  let at = 0
  return committed.map((one, i) => {
    const reply = works[i]?.reply
    if (!reply) return one
    return verdicts[at++]
      ? { ...one, answered: reply.id }
      : { ...one, rejections: [...one.rejections, unknownCommand(reply)] }
  })
}

const unknownCommand = ({ id, name }: CommandReply): RejectionItem => ({
  path: '/id',
  code: 'unknown_command',
  detail: `no command ${name} with the id ${id} was sent to this device`,
})

async function insertRest(
  tx: Queryable,
  works: readonly Work[],
  committed: readonly Committed[],
  activity: readonly Activity[],
): Promise<void> {
  const rejected: RejectedMessage[] = []
  const statuses: Message[] = []
  const remembered: Message[] = []
  for (let i = 0; i < works.length; i++) {
    const { message, isStatus, isRemembered } = works[i] as Work
    const { rejections } = committed[i] as Committed
    if (rejections.length > 0) rejected.push({ message, items: rejections })
    if (isStatus) statuses.push(message)
    if (isRemembered) remembered.push({ ...message, receivedAt: firstReceiptOf(message) })
  }
  if (rejected.length > 0) await insertRejections(tx, rejected)
  if (activity.length > 0) await insertActivity(tx, activity)
  if (statuses.length > 0) await putDeviceStatuses(tx, statuses)
  if (remembered.length > 0) await putRemembered(tx, remembered)
}
