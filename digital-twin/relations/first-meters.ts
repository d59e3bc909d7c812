import { err, ok, type Result } from '../../core/result.ts'

type Side = 'after' | 'before'

/** Something that water flows through, and what is beside it. */
interface Fed<T> {
  readonly id: string
  related(kind: 'feeds', side: Side): readonly T[]
}

interface FirstMeters<T> {
  readonly meters: readonly T[]
  /** Ends that no meter stands before. */
  readonly unmetered: readonly T[]
}

/** `shared`: this meter's water also comes from (or goes) elsewhere, so that it says nothing of the thing alone. */
export type MeterFault = { readonly code: 'shared'; readonly meter: string } | { readonly code: 'too_far' }

/** A meter is looked for so far: past pumps and valves that measure nothing. */
const LEVELS = 5

/**
 * The first meters below (or above) a thing, each once, however many ways lead to it: two pumps into one main are one flow.
 * One that lies above another of them is looked past, for the other counts the same water again.
 */
export function firstMeters<T extends Fed<T>>(
  from: T,
  side: Side,
  isMeter: (one: T) => boolean,
): Result<FirstMeters<T>, MeterFault> {
  const past = new Map([[from.id, from]])
  for (let level = 0; level < LEVELS; level++) {
    const next = beyond(past, side)
    const more = next.filter((one) => !isEnd(one, side) && (!isMeter(one) || leadsTo(one, next, side)))
    if (more.length === 0) return metersAmong(next, past, side, isMeter)
    for (const one of more) past.set(one.id, one)
  }
  return err({ code: 'too_far' })
}

/** Right behind what was looked past. */
function beyond<T extends Fed<T>>(past: ReadonlyMap<string, T>, side: Side): readonly T[] {
  const next = new Map<string, T>()
  for (const one of past.values())
    for (const other of one.related('feeds', side)) if (!past.has(other.id)) next.set(other.id, other)
  return [...next.values()]
}

const isEnd = <T extends Fed<T>>(one: T, side: Side): boolean => one.related('feeds', side).length === 0

function leadsTo<T extends Fed<T>>(one: T, others: readonly T[], side: Side): boolean {
  if (others.length === 1) return false
  const ids = new Set(others.map(({ id }) => id))
  let reached = one.related('feeds', side)
  for (let level = 0; level < LEVELS && reached.length > 0; level++) {
    if (reached.some(({ id }) => ids.has(id))) return true
    const beyond = reached.flatMap((other) => other.related('feeds', side))
    reached = [...new Map(beyond.map((other) => [other.id, other])).values()]
  }
  return false
}

function metersAmong<T extends Fed<T>>(
  found: readonly T[],
  past: ReadonlyMap<string, T>,
  side: Side,
  isMeter: (one: T) => boolean,
): Result<FirstMeters<T>, MeterFault> {
  const back = side === 'after' ? 'before' : 'after'
  const meters = found.filter(isMeter)
  const shared = meters.find((one) => one.related('feeds', back).some(({ id }) => !past.has(id)))
  if (shared) return err({ code: 'shared', meter: shared.id })
  return ok({ meters, unmetered: found.filter((one) => !isMeter(one)) })
}
