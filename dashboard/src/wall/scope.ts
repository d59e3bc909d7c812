import { computed } from '@preact/signals'
import { activeAlarms, alarms, alarmsVersion, isActive, isFollower, rankOf } from '../state/alarms.ts'
import { codesBelow } from '../state/catalogue.ts'
import { entities, standingVersion } from '../state/entities.ts'
import { route } from '../state/route.ts'
import { throttled } from '../state/throttled.ts'
import type { Alarm } from '../wire/alarm.ts'
import { DOMAINS, type Domain, domainOf, type Entity } from '../wire/entity.ts'
import type { DomainCounts } from './trend.ts'

const standingTick = throttled(standingVersion, 1_000)
const alarmTick = throttled(alarmsVersion, 1_000)

const text = (name: string): string => route.value.query.get(name) ?? ''

/** Of `#/wall?domain=water,power`; null: all. */
const domains = computed<ReadonlySet<Domain> | null>(() => {
  const named = text('domain').split(',')
  const known = DOMAINS.filter((domain) => named.includes(domain))
  return known.length === 0 ? null : new Set(known)
})

/** Of `#/wall?area=24133`: with all areas below it; null: all. */
const within = computed<ReadonlySet<string> | null>(() => {
  const code = text('area')
  return code === '' ? null : codesBelow(code)
})

/** What the screen is for, to say so at its head. */
export const scope = computed(() => ({ area: text('area') || null, domains: domains.value }))

function isInScope(area: string | null, domain: Domain | null): boolean {
  const ofDomain = domains.value === null || (domain !== null && domains.value.has(domain))
  return ofDomain && (within.value === null || (area !== null && within.value.has(area)))
}

const isShown = ({ area, entity }: Alarm): boolean => {
  const known = entity === null ? undefined : entities.get(entity)
  return isInScope(area, known === undefined ? null : domainOf(known))
}

/** Those that follow from no other: what nobody attends to first, and in that the worst, and in that the newest. */
export const wallAlarms = computed<readonly Alarm[]>(() => {
  standingTick.value
  const isSeen = ({ acknowledgedAt }: Alarm): number => (acknowledgedAt === null ? 0 : 1)
  return activeAlarms.value
    .filter((alarm) => !isFollower(alarm) && isShown(alarm))
    .sort((a, b) => isSeen(a) - isSeen(b) || rankOf(b) - rankOf(a) || b.id - a.id)
})

export const wallUnattended = computed<readonly Alarm[]>(() =>
  wallAlarms.value.filter(({ acknowledgedAt }) => acknowledgedAt === null),
)

/** Entities whose active alarms follow from each alarm. */
export const followers = computed<ReadonlyMap<number, readonly string[]>>(() => {
  alarmTick.value
  const byGroup = new Map<number, Set<string>>()
  for (const alarm of alarms.values()) {
    if (alarm.group === null || alarm.entity === null || !isActive(alarm)) continue
    const known = byGroup.get(alarm.group)
    if (known === undefined) byGroup.set(alarm.group, new Set([alarm.entity]))
    else known.add(alarm.entity)
  }
  return new Map([...byGroup].map(([group, entities]) => [group, [...entities]]))
})

/** By domain, those only of which there is something. */
export const domainCounts = computed<ReadonlyMap<Domain, DomainCounts>>(() => {
  standingTick.value
  const counts = new Map<Domain, DomainCounts>()
  for (const entity of inScope()) {
    const domain = domainOf(entity)
    const known = counts.get(domain) ?? { fresh: 0, late: 0, silent: 0 }
    known[entity.freshness]++
    counts.set(domain, known)
  }
  return counts
})

/** When the last reading came, epoch ms; null: none has. */
export function lastHeardMs(): number | null {
  let newest = ''
  for (const { lastSeen } of inScope()) if (lastSeen !== null && lastSeen > newest) newest = lastSeen
  return newest === '' ? null : Date.parse(newest)
}

function* inScope(): Iterable<Entity> {
  for (const entity of entities.values()) if (isInScope(entity.area, domainOf(entity))) yield entity
}
