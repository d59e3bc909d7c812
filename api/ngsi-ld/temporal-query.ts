import { err, ok, type Result } from '../../core/result.ts'
import { AHEAD_MAX_US, DAY_US, type Micros, parseRfc3339 } from '../../core/time.ts'
import { bad, type Fault, unsupported } from './faults.ts'

export interface TemporalText {
  readonly timerel?: string | undefined
  readonly timeAt?: string | undefined
  readonly endTimeAt?: string | undefined
  readonly timeproperty?: string | undefined
  readonly lastN?: number | undefined
  readonly options?: string | undefined
  readonly format?: string | undefined
  readonly aggrMethods?: string | undefined
  readonly aggrPeriodDuration?: string | undefined
}

const METHODS = ['avg', 'min', 'max', 'sum', 'totalCount'] as const
export type Method = (typeof METHODS)[number]

export interface TemporalQuery {
  /** Half-open: from ≤ time < to. */
  readonly from: Micros
  readonly to: Micros
  readonly lastN: number | null
  readonly form: 'normalized' | 'temporalValues'
  /** Null: the values themselves. Period 0: all of the time as one. */
  readonly aggregate: { readonly methods: readonly Method[]; readonly periodUs: number } | null
}

/** Reads a temporal query (4.11). What is older than what is kept is not there: `before` begins with that. */
export function readTemporalQuery(
  text: TemporalText,
  now: Micros,
  retentionDays: number,
): Result<TemporalQuery, Fault> {
  if (text.timeproperty !== undefined && text.timeproperty !== 'observedAt')
    return err(unsupported('timeproperty: only observedAt is kept for each value'))
  const span = readSpan(text, now, now - retentionDays * DAY_US)
  if (!span.ok) return span
  const asked = [...(text.options ?? '').split(','), text.format ?? ''].filter(Boolean)
  const unknown = asked.find((one) => !FORMS.has(one))
  if (unknown !== undefined) return err(unsupported(`options: ${unknown}; takes ${[...FORMS].join(', ')}`))
  const isAggregated = asked.includes('aggregatedValues')
  if (!isAggregated && (text.aggrMethods !== undefined || text.aggrPeriodDuration !== undefined))
    return err(bad('aggrMethods and aggrPeriodDuration take options=aggregatedValues'))
  const aggregate = isAggregated ? readAggregate(text) : ok(null)
  if (!aggregate.ok) return aggregate
  const form = asked.includes('temporalValues') ? 'temporalValues' : 'normalized'
  return ok({ ...span.value, lastN: text.lastN ?? null, form, aggregate: aggregate.value })
}

const FORMS = new Set(['normalized', 'temporalValues', 'aggregatedValues'])

function readSpan(
  { timerel, timeAt, endTimeAt }: TemporalText,
  now: Micros,
  oldest: Micros,
): Result<{ from: Micros; to: Micros }, Fault> {
  const newest = now + AHEAD_MAX_US
  if (timerel === undefined)
    return timeAt === undefined && endTimeAt === undefined
      ? ok({ from: oldest, to: newest })
      : err(bad('timeAt takes timerel'))
  const at = timeAt === undefined ? null : parseRfc3339(timeAt)
  if (at === null) return err(bad('timeAt: takes an instant with its zone, 2026-03-01T00:00:00Z'))
  switch (timerel) {
    case 'before':
      return ok({ from: Math.min(oldest, at), to: at })
    case 'after':
      return ok({ from: Math.max(oldest, at + 1), to: newest })
    case 'between': {
      const end = endTimeAt === undefined ? null : parseRfc3339(endTimeAt)
      if (end === null) return err(bad('timerel=between takes endTimeAt, an instant'))
      return end > at ? ok({ from: Math.max(oldest, at), to: end }) : err(bad('endTimeAt: not after timeAt'))
    }
    default:
      return err(bad('timerel takes before, after or between'))
  }
}

function readAggregate({ aggrMethods, aggrPeriodDuration = 'PT0S' }: TemporalText) {
  const methods = (aggrMethods ?? '').split(',').filter(Boolean)
  if (methods.length === 0) return err(bad('options=aggregatedValues takes aggrMethods'))
  const unknown = methods.find((one) => !METHODS.some((method) => method === one))
  if (unknown !== undefined) return err(unsupported(`aggrMethods: ${unknown}; takes ${METHODS.join(', ')}`))
  const periodUs = readDuration(aggrPeriodDuration)
  if (periodUs === null)
    return err(
      bad(
        'aggrPeriodDuration: takes whole minutes, hours, days or weeks: PT15M, PT1H, P1D, P1W; PT0S for all',
      ),
    )
  return ok({ methods: methods as Method[], periodUs })
}

/** ISO 8601; months and years are not of one length, and no rollup is finer than a minute. */
function readDuration(text: string): number | null {
  const match = /^P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/.exec(
    text,
  )
  if (!match || text === 'P' || text.endsWith('T')) return null
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((one) => Number(one ?? 0))
  const total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
  return total % 60 === 0 ? total * 1_000_000 : null
}
