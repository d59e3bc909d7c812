import { fold } from '../text/fold.ts'
import { type Alarm, SEVERITIES, type Severity } from '../wire/alarm.ts'
import { DOMAINS, type Domain } from '../wire/entity.ts'

export const STATES = ['open', 'active', 'acknowledged', 'shelved', 'cleared', 'all'] as const
type StateFilter = (typeof STATES)[number]
export const KINDS = ['process', 'security'] as const

export interface AlarmFilters {
  readonly state: StateFilter
  /** Empty: all. */
  readonly severities: ReadonlySet<Severity>
  readonly kind: Alarm['kind'] | null
  readonly domain: Domain | null
  readonly area: string | null
  readonly entity: string | null
  /** Folded. */
  readonly words: readonly string[]
  /** Whether those that follow from others are shown, too. */
  readonly members: boolean
}

/** Of the address; what it does not know it passes over. */
export function filtersOf(query: URLSearchParams): AlarmFilters {
  const known = <T extends string>(name: string, options: readonly T[]): T | null =>
    options.find((option) => option === query.get(name)) ?? null
  const severities = (query.get('severity') ?? '').split(',')
  return {
    state: known('state', STATES) ?? 'open',
    severities: new Set(SEVERITIES.filter((severity) => severities.includes(severity))),
    kind: known('kind', KINDS),
    domain: known('domain', DOMAINS),
    area: query.get('area'),
    entity: query.get('entity'),
    words: fold(query.get('q') ?? '')
      .split(/\s+/)
      .filter(Boolean),
    members: query.get('members') === '1',
  }
}

/** What of it the server can do; a filter of the page's own (text, domain, several severities) is not among it. */
export function requestOf({ state, severities, kind, area, entity, members }: AlarmFilters): string {
  const [severity] = severities
  return new URLSearchParams({
    state,
    members: String(members),
    ...(severities.size === 1 && severity !== undefined ? { severity } : {}),
    ...(kind === null ? {} : { kind }),
    ...(area === null ? {} : { area }),
    ...(entity === null ? {} : { entity }),
  }).toString()
}

/** What is known beside an alarm itself. */
export interface Around {
  readonly atMs: number
  /** Groups that have an active member: they are open for as long. */
  readonly activeGroups: ReadonlySet<number>
  textOf(alarm: Alarm): string
  domainOf(alarm: Alarm): Domain | null
  /** Whether an area is another one, or lies in it. */
  isWithin(area: string | null, other: string): boolean
}

/** As the server tells it (`GET /alarms?state=`). */
function isInState(alarm: Alarm, state: StateFilter, { atMs, activeGroups }: Around): boolean {
  const isShelved = alarm.shelvedUntil !== null && Date.parse(alarm.shelvedUntil) > atMs
  switch (state) {
    case 'open':
      return (
        !isShelved &&
        (alarm.state === 'active' || alarm.acknowledgedAt === null || activeGroups.has(alarm.id))
      )
    case 'active':
      return alarm.state === 'active'
    case 'acknowledged':
      return alarm.acknowledgedAt !== null
    case 'shelved':
      return isShelved
    case 'cleared':
      return alarm.state === 'cleared'
    case 'all':
      return true
  }
}

/** All but the severity, which is counted before it is filtered by. */
export function passes(alarm: Alarm, filters: AlarmFilters, around: Around): boolean {
  const { kind, domain, area, entity, words, members, state } = filters
  if (!members && alarm.group !== null) return false
  if (kind !== null && alarm.kind !== kind) return false
  if (entity !== null && alarm.entity !== entity) return false
  if (!isInState(alarm, state, around)) return false
  if (area !== null && !around.isWithin(alarm.area, area)) return false
  if (domain !== null && around.domainOf(alarm) !== domain) return false
  if (words.length === 0) return true
  const text = around.textOf(alarm)
  return words.every((word) => text.includes(word))
}

/** Worst first, then newest first. */
export const byUrgency = (a: Alarm, b: Alarm): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.id - a.id
