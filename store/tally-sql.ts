import { addDays, localDate, localDayStart, type Micros } from '../core/time.ts'
import { pgArray } from './db.ts'

/** What is asked of all devices at once. */
export interface Census {
  /** The last local day of all windows. */
  readonly referenceDate: string
  /** Each window ends on the reference date; the first one decides the rule. */
  readonly windows: readonly number[]
  readonly asOf: Micros
}

/** Which devices a statement is about. */
export interface Scope {
  /** Only those in these areas (null: in none); absent: in whatever area. */
  readonly areas?: readonly string[] | null
  /** Ids above the first, up to and including the second; absent: all. */
  readonly range?: readonly [after: string, upTo: string]
  /** Those that share something with another, as noted by then, or the others; null: as noted now. */
  readonly isShared: boolean
  readonly notedBy: Micros | null
  /** Of those that share something: those in these areas, and whatever decides about them. */
  readonly sharedWith?: readonly string[]
}

/** The values of a statement, each with its number, the same one to the same value. */
export class Parameters {
  readonly values: string[] = []

  of(value: string | number, type: string): string {
    const text = String(value)
    const known = this.values.indexOf(text)
    return `$${known < 0 ? this.values.push(text) : known + 1}::text::${type}`
  }
}

/** Devices counted by themselves, summed: rows of TallyRow. */
export function sumsSql(census: Census, scope: Scope, p: Parameters): string {
  return `
    select area, k.type, k.access, k.role, k.behind_gateway as "behindGateway", rule, k.owner_kind as "ownerKind",
           to_jsonb(array(select encode(o, 'hex') from unnest(persons || k.organisation_hash) o where o is not null)) as owners,
           devices, case when rule in ('ACTIVE', 'GATEWAY') then held + case when k.access = 'cellular' then of_none else 0 end else 0 end as sims
    from (
      select area, kind, rule, first_owners(person_hash) as persons, count(*)::int as devices,
             (coalesce(sum(held) filter (where heard0), 0))::int as held, (count(*) filter (where heard0 and held is null))::int as of_none
      from (select area, kind, person_hash, heard0, held, ${RULE} as rule from (${devicesSql(census, scope, p)}) device offset bigint '0') ruled
      group by 1, 2, 3) summed
    join device_kind k on k.id = summed.kind`
}

/** What decides of a device that is counted by itself, in the order in which it is asked. */
const RULE = `case when is_test then 'TEST' when is_ended then 'RETIRED' when is_infrastructure then 'GATEWAY' when heard0 then 'ACTIVE'
  when ever then 'INACTIVE' else 'NEVER_HEARD' end`

/** How many connections there are by window: `heard`, in the order of the windows. */
export function activeSql(census: Census, scope: Scope, p: Parameters): string {
  const counts = census.windows.map((_, i) => `count(*) filter (where heard${i})`)
  return `select to_jsonb(array[${counts.join(', ')}]) as heard from (${devicesSql(census, scope, p)}) device
    where not (is_test or is_ended or is_infrastructure)`
}

/** Devices that may be one with another or have its SIM, one row each: see SharedRow. */
export function sharedSql(census: Census, scope: Scope, p: Parameters): string {
  const heard = census.windows.map((_, i) => `heard${i}`)
  const { holds, asOf } = new Clauses(census, p)
  return `
    select device_id as id, area, k.type, k.access, k.role, k.behind_gateway as "behindGateway", k.owner_kind as "ownerKind",
           encode(coalesce(person_hash, k.organisation_hash), 'hex') as owner, encode(identity_hash, 'hex') as identity, valid_from as "validFrom",
           k.is_test as "isTest", is_ended as "isEnded", k.is_infrastructure as "isInfrastructure",
           to_jsonb(array[${heard.join(', ')}]) as heard, coalesce(heard0 or ever, false) as ever,
           k.access is not distinct from 'cellular' and not exists (
             select from sim_span s where s.device_id = device.device_id and s.recorded_at <= ${asOf}) as "hasImplicitSim",
           to_jsonb(array(select distinct encode(sim_hash, 'hex') from sim_span s
             where s.device_id = device.device_id and s.recorded_at <= ${asOf} and ${holds})) as sims
    from (${devicesSql(census, scope, p)}) device join device_kind k on k.id = device.kind`
}

/**
 * A query that gives each device one row: its facts, its `area`, and what was known of it at `asOf`: `heard0` … by window; `ever`:
 * heard at all, told only where the first window has nothing; `is_ended`; `is_infrastructure`; `held`: SIMs that it holds at the
 * end of the reference date, null where none of it was ever known (not of shared devices). Devices commissioned later, or not known yet, have none.
 *
 * A device's year of activity is one row of bits (activity_year), which decide in nearly all cases; was_heard looks closer. What
 * was heard before a device was commissioned is no evidence. No subquery refers to a row outside of it: those are not run in
 * parallel.
 */
function devicesSql(census: Census, scope: Scope, p: Parameters): string {
  const sql = new Clauses(census, p)
  const within = (column: string): string => withinRange(column, scope, p)
  const windows = [...census.windows.keys()]
  const years = sql.years.map(
    (year, i) =>
      `left join (${sql.year(year, within('y.device_id'))}) y${i} on y${i}.device_id = d.device_id`,
  )
  // An OFFSET keeps what is computed below it from being computed again wherever it is used above.
  return `
    select d.*, case when not (heard0 or is_test or is_ended or is_infrastructure)
                  then in_years or ${sql.wasHeard(COMMISSIONED)} end as ever
    from (
      select d.device_id, d.area, d.kind, d.person_hash, d.identity_hash, d.valid_from, k.is_test, k.is_infrastructure,
             coalesce(d.retired_at < ${sql.end}, false) as is_ended,
             ${sql.inYears} as in_years,
             ${windows.map((i) => `${sql.heard(i)} as heard${i}`).join(', ')}${scope.isShared ? '' : `, ${sql.held} as held`}
      from device_standing d join device_kind k on k.id = d.kind
      ${years.join('\n      ')}
      ${scope.isShared ? '' : `left join sim_span s on s.device_id = d.device_id and s.recorded_at <= ${sql.asOf} and ${within('s.device_id')}`}
      where d.known_from <= ${sql.asOf} and d.known_until > ${sql.asOf} and d.place_from < ${sql.end} and d.place_to >= ${sql.end}
        and d.valid_from < ${sql.end} and ${within('d.device_id')} and ${areaClause(scope, p)} and ${sharedClause(scope, p)}
      offset bigint '0') d
    offset bigint '0'`
}

/** The local day on which a device was commissioned. */
const COMMISSIONED = 'local_day(d.valid_from)'

/** Devices that share something lie scattered: not all between two of them are looked at. */
function withinRange(column: string, { range, isShared, sharedWith }: Scope, p: Parameters): string {
  if (sharedWith) return `${column} = any (array(${relatedSql(pgArray(sharedWith), p)}))`
  if (!range) return 'true'
  const between = (id: string) => `${id} > ${p.of(range[0], 'text')} and ${id} <= ${p.of(range[1], 'text')}`
  return isShared
    ? `${column} = any (array(select device_id from shared_device where ${between('device_id')}))`
    : between(column)
}

/** Those that share something in some areas, who else has their SIMs, and all registrations of the same things. */
const relatedSql = (areas: string, p: Parameters): string => `
  with here as (
    select distinct d.device_id from device_standing d join shared_device using (device_id) where d.area = any (${p.of(areas, 'text[]')})),
  holder as (
    select device_id from here union
    select b.device_id from here join sim_span a using (device_id) join sim_span b on b.sim_hash = a.sim_hash)
  select device_id from holder union
  select b.device_id from holder join device_fact a using (device_id) join device_fact b on b.identity_hash = a.identity_hash`

function areaClause({ areas }: Scope, p: Parameters): string {
  if (areas === undefined) return 'true'
  return areas === null ? 'd.area is null' : `d.area = any (${p.of(pgArray(areas), 'text[]')})`
}

function sharedClause({ isShared, notedBy }: Scope, p: Parameters): string {
  const noted = notedBy === null ? 'true' : `x.noted_at <= from_us(${p.of(notedBy, 'bigint')})`
  return `${isShared ? '' : 'not '}exists (select from shared_device x where x.device_id = d.device_id and ${noted})`
}

class Clauses {
  readonly end: string
  readonly asOf: string
  /** The calendar years that the windows lie in, the reference date's first. */
  readonly years: readonly number[]
  readonly #to: string
  readonly #starts: readonly string[]
  readonly #timelyUntil: string
  readonly #lastTimely: string

  constructor({ referenceDate, windows, asOf }: Census, p: Parameters) {
    this.end = `from_us(${p.of(localDayStart(addDays(referenceDate, 1)), 'bigint')})`
    this.asOf = `from_us(${p.of(asOf, 'bigint')})`
    this.#to = constant(referenceDate)
    const starts = windows.map((days) => addDays(referenceDate, 1 - days))
    this.#starts = starts.map(constant)
    // Days whose first reading came in before two days after their beginning are not among the late ones.
    const timelyUntil = addDays(localDate(asOf), -2)
    this.#timelyUntil = constant(timelyUntil)
    this.#lastTimely = constant(timelyUntil < referenceDate ? timelyUntil : referenceDate)
    const [first = referenceDate] = starts.toSorted()
    const last = Number(referenceDate.slice(0, 4))
    this.years = Array.from({ length: last - Number(first.slice(0, 4)) + 1 }, (_, i) => last - i)
  }

  /** Whether a device was heard within a window: by the joined years, and by a closer look where their bits alone do not tell,
   *  or where some lie before the device was commissioned. */
  heard(window: number): string {
    const state = this.years.map((_, i) => `y${i}.state${window}`)
    return `case when coalesce(greatest(${state.join(', ')}), 0) = 0 then false
      when greatest(${state.join(', ')}) = 2 and ${this.#sinceCommissioned} then true
      else ${this.wasHeard(`greatest(${this.#starts[window]}, ${COMMISSIONED})`)} end`
  }

  /** Whether a device was surely heard in one of the joined years. */
  get inYears(): string {
    const state = this.years.map((_, i) => `y${i}.in_year`)
    return `coalesce(greatest(${state.join(', ')}) = 2 and ${this.#sinceCommissioned}, false)`
  }

  get #sinceCommissioned(): string {
    return `least(${this.years.map((_, i) => `y${i}.first_day`).join(', ')}) >= ${COMMISSIONED}`
  }

  wasHeard = (from: string): string => `was_heard(d.device_id, ${from}, ${this.#to}, ${this.asOf})`

  /** Of each device a row of one year: its states by window and for all days, and the first day on which it was heard. */
  year(year: number, within: string): string {
    const state = (
      from: string,
    ) => `case when y.last_timely between ${from} and ${this.#lastTimely} then 2 else activity_state(y.days, y.late, y.late_received_at, year_bits(${year}, ${from}, ${this.#to}),
          year_bits(${year}, make_date(${year}, 1, 1), ${this.#timelyUntil}), ${this.asOf}) end`
    const states = this.#starts.map((from, i) => `${state(from)} as state${i}`)
    return `
        select y.device_id, ${states.join(', ')}, ${state(`make_date(${year}, 1, 1)`)} as in_year,
          make_date(${year}, 1, 1) - 1 + position(B'1' in y.days) as first_day
        from activity_year y where y.year = ${year} and ${within}`
  }

  /** SIMs held at the end of the reference date by a device of which no more than one was ever known; null: none. */
  get held(): string {
    return `case when s.id is not null then case when ${this.holds} then 1 else 0 end end`
  }

  /** Whether a SIM is in its device at the end of the reference date. */
  get holds(): string {
    return `s.valid_from < ${this.end} and (s.valid_to is null or s.valid_to >= ${this.end})
      and (s.superseded_at is null or s.superseded_at > ${this.asOf})`
  }
}

/** A constant to the planner, which a parameter that must be read as a date is not. Dates come out of addDays. */
const constant = (date: string): string => `date '${addDays(date, 0)}'`
