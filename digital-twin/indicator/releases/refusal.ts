import { addDays, localDayStart, type Micros } from '../../../core/time.ts'
import type { Db } from '../../../store/db.ts'
import { findRelease, listReleases, type Release, type ReleaseKind } from '../../../store/releases.ts'
import { settings } from '../../../store/settings.ts'
import { lastDayOf } from '../period.ts'

export interface PublishRequest {
  /** Null: `V` and the next number. */
  readonly id: string | null
  readonly periods: readonly string[]
  readonly kind: ReleaseKind
  readonly isFinal: boolean
  readonly reason: string
  /** Who publishes, as the audit log names them. */
  readonly by: string
  /** Only what was recorded or received by then. */
  readonly asOf: Micros
  /** When it was published in fact, before this installation knew of it; null: now. */
  readonly importedFrom: Micros | null
}

export interface PublishFault {
  readonly code:
    | 'synthetic'
    | 'as_of_in_future'
    | 'published_in_future'
    | 'as_of_after_publication'
    | 'reason_missing'
    | 'release_exists'
    | 'period_not_over'
    | 'not_newest'
    | 'as_of_too_early'
    | 'final_already'
    | 'nothing_to_correct'
  readonly detail: string
}

const fault = (code: PublishFault['code'], detail: string): PublishFault => ({ code, detail })

/** Why it cannot be published; null: it can. `newest` are the newest releases of its periods. */
export async function refusalOf(
  db: Db,
  request: PublishRequest,
  newest: ReadonlyMap<string, Release | null>,
  now: Micros,
): Promise<PublishFault | null> {
  if ((await settings(db, ['synthetic'])).get('synthetic') === true)
    return fault('synthetic', 'the data here is simulated: no release can be published from it')
  const general = refusalOfRequest(request, now)
  if (general) return general
  if (request.id !== null && (await findRelease(db, request.id)))
    return fault(
      'release_exists',
      `there is a release ${request.id}; releases are never replaced, choose another id`,
    )
  for (const period of request.periods) {
    const found = refusalOfPeriod(request, period, newest.get(period) ?? null)
    if (found) return found
  }
  return null
}

/** The newest release of each period. */
export async function newestOf(db: Db, periods: readonly string[]): Promise<Map<string, Release | null>> {
  const newest = new Map<string, Release | null>()
  for (const period of periods) newest.set(period, (await listReleases(db, period, 1))[0] ?? null)
  return newest
}

function refusalOfRequest(
  { kind, reason, asOf, importedFrom }: PublishRequest,
  now: Micros,
): PublishFault | null {
  if (asOf > now)
    return fault('as_of_in_future', 'asOf lies in the future: what will be known then is not known yet')
  if (importedFrom !== null && importedFrom > now)
    return fault('published_in_future', 'publishedAt lies in the future: announce it in the release calendar')
  if (importedFrom !== null && asOf > importedFrom)
    return fault(
      'as_of_after_publication',
      'asOf is later than publishedAt: nobody could know that when it was published',
    )
  if (kind !== 'ROUTINE' && reason.trim() === '')
    return fault('reason_missing', `a ${kind} release is published with its reason: say what changed and why`)
  return null
}

function refusalOfPeriod(
  { kind, isFinal, asOf, importedFrom }: PublishRequest,
  period: string,
  newest: Release | null,
): PublishFault | null {
  const last = lastDayOf(period)
  if (last === null || asOf < localDayStart(addDays(last, 1)))
    return fault('period_not_over', `${period} is not over at asOf: its last day is ${last}`)
  if (!newest)
    return kind === 'CORRECTION'
      ? fault('nothing_to_correct', `${period} has no release yet that could be corrected`)
      : null
  if (importedFrom !== null && importedFrom <= newest.publishedAt)
    return fault(
      'not_newest',
      `release ${newest.id} of ${period} was published later: bring in old releases in the order of their publication`,
    )
  if (importedFrom === null && asOf < newest.asOf)
    return fault('as_of_too_early', `asOf is earlier than that of release ${newest.id} of ${period}`)
  if (newest.isFinal && (kind !== 'CORRECTION' || !isFinal))
    return fault(
      'final_already',
      `${period} is final since release ${newest.id}: only a CORRECTION that is final itself, with its reason, can follow`,
    )
  return null
}
