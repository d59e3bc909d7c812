import { SEVERITIES, type Severity } from '../wire/alarm.ts'
import { type Domain, domainOf, type Entity, type Freshness } from '../wire/entity.ts'
import type { Filters } from './view.ts'

export interface Counts {
  all: number
  readonly domains: Record<Domain, number>
  readonly freshnesses: Record<Freshness, number>
  readonly types: Map<string, number>
  disconnected: number
  inAlarm: number
}

type Counted = Pick<Entity, 'type' | 'domain' | 'freshness' | 'session'>

/** Adds one entity to the counts of every group of chips it passes the other groups of; true if it passes all. `worst` is
 *  the severity of its worst alarm. */
export function count(entity: Counted, wanted: Filters, worst: Severity | null, counts: Counts): boolean {
  const { type, freshness } = entity
  const domain = domainOf(entity)
  const isDisconnected = entity.session === 'disconnected'
  const passes = {
    domain: wanted.domains.size === 0 || wanted.domains.has(domain),
    freshness: wanted.freshnesses.size === 0 || wanted.freshnesses.has(freshness),
    type: wanted.types.size === 0 || wanted.types.has(type),
    session: isDisconnected || !wanted.disconnectedOnly,
    alarm: wanted.alarm === null || rank(worst) >= rank(wanted.alarm),
  }
  const fails =
    Number(!passes.domain) +
    Number(!passes.freshness) +
    Number(!passes.type) +
    Number(!passes.session) +
    Number(!passes.alarm)
  const alone = (passesGroup: boolean): boolean => fails === 0 || (fails === 1 && !passesGroup)
  if (alone(passes.domain)) counts.domains[domain]++
  if (alone(passes.freshness)) counts.freshnesses[freshness]++
  if (alone(passes.type)) counts.types.set(type, (counts.types.get(type) ?? 0) + 1)
  if (alone(passes.session) && isDisconnected) counts.disconnected++
  if (alone(passes.alarm) && worst !== null) counts.inAlarm++
  if (fails === 0) counts.all++
  return fails === 0
}

export const noCounts = (): Counts => ({
  all: 0,
  domains: { traffic: 0, water: 0, power: 0, environment: 0 },
  freshnesses: { fresh: 0, late: 0, silent: 0 },
  types: new Map(),
  disconnected: 0,
  inAlarm: 0,
})

const rank = (severity: Severity | null): number => (severity === null ? -1 : SEVERITIES.indexOf(severity))
