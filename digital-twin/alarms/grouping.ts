import type { Neighbours, RelationKind } from '../../core/relation.ts'
import type { Micros } from '../../core/time.ts'

export interface GroupableAlarm {
  readonly key: string
  readonly entity: string
  readonly raisedAt: Micros
  /** Place in SEVERITIES. */
  readonly rank: number
}

export interface Grouping {
  /** By key of a member: the key of the alarm that it follows from. None of those is a member itself. */
  readonly leaderOf: ReadonlyMap<string, string>
  /** Entities whose own alarm is missing: enough of what is right below them is in alarm. */
  readonly common: readonly string[]
}

export const commonCauseKey = (entity: string): string => `common-cause/${entity}`

/** What is the matter with the one is felt by the other only within this time. */
const WINDOW_US = 10 * 60 * 1_000_000
const SIBLINGS_MIN = 5
/** A chain of supply is not deeper; relations that run in a circle must not hold us up. */
const LEVELS_MAX = 16

/**
 * Which alarms follow from which. An alarm on something that is fed by, measures or is part of another thing in alarm, both
 * raised within ten minutes, is a member of that one's, if it is no worse than that: what is bad must not be hidden behind what is
 * not; where five siblings are in alarm and nothing above them is, their common
 * cause is made up above them. A function of the set of alarms: neither their order nor what was grouped before counts.
 */
export function groupAlarms(alarms: readonly GroupableAlarm[], neighbours: Neighbours): Grouping {
  const upstream = upstreamBy(neighbours)
  const common = new Map<string, GroupableAlarm>()
  for (let level = 0; ; level += 1) {
    const all = [...alarms, ...common.values()].sort(earlierFirst)
    const parents = rootsOf(all, upstream)
    const roots = all.filter(({ key }) => !parents.has(key))
    const ranks = new Map<string, number>()
    for (const { entity, rank } of all) ranks.set(entity, Math.max(rank, ranks.get(entity) ?? rank))
    const made = level < LEVELS_MAX ? commonCauses(roots, ranks, neighbours) : []
    for (const alarm of made) common.set(alarm.key, alarm)
    if (made.length > 0) continue
    // One that is made up and follows from another is not needed: its members follow from that one.
    const leaderOf = new Map([...parents].filter(([key]) => !common.has(key)))
    const leaders = new Set(leaderOf.values())
    const used = [...common.values()].filter(({ key }) => leaders.has(key))
    return { leaderOf, common: used.map(({ entity }) => entity) }
  }
}

const earlierFirst = (a: GroupableAlarm, b: GroupableAlarm): number =>
  a.raisedAt - b.raisedAt || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

const isNear = (a: GroupableAlarm, b: GroupableAlarm): boolean =>
  Math.abs(a.raisedAt - b.raisedAt) <= WINDOW_US

/** What stands right above: that which feeds it, and that which it measures or is part of. */
export function above(entity: string, neighbours: Neighbours): string[] {
  const whole: readonly RelationKind[] = ['measures', 'part-of']
  return [
    ...neighbours.before(entity, 'feeds'),
    ...whole.flatMap((kind) => neighbours.after(entity, kind)),
  ].filter((other) => other !== entity)
}

/** All that stands above an entity; each is looked for once. */
function upstreamBy(neighbours: Neighbours): (entity: string) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  return (entity) => {
    const before = known.get(entity)
    if (before) return before
    const found = new Set<string>()
    // What is added while it is walked is walked, too.
    const waiting = [entity]
    for (const next of waiting)
      for (const other of above(next, neighbours))
        if (other !== entity && !found.has(other)) {
          found.add(other)
          waiting.push(other)
        }
    known.set(entity, found)
    return found
  }
}

/** By key of each alarm that has a cause: the one at the end of its causes. Two that stand above each other, in a circle, are
 *  no cause of each other, so the search ends. */
function rootsOf(
  all: readonly GroupableAlarm[],
  upstream: (entity: string) => ReadonlySet<string>,
): Map<string, string> {
  const byEntity = Map.groupBy(all, ({ entity }) => entity)
  const byKey = new Map(all.map((alarm) => [alarm.key, alarm]))
  const roots = new Map<string, GroupableAlarm>()
  const rootOf = (alarm: GroupableAlarm): GroupableAlarm => {
    const known = roots.get(alarm.key)
    if (known) return known
    const causes = [...upstream(alarm.entity)]
      .filter((other) => !upstream(other).has(alarm.entity))
      .flatMap((other) => byEntity.get(other) ?? [])
      .filter((cause) => isNear(alarm, cause) && cause.rank >= alarm.rank)
    const [root = alarm] = causes.map(rootOf).sort(earlierFirst)
    roots.set(alarm.key, root)
    return root
  }
  const parents = new Map<string, string>()
  for (const { key } of all) {
    const alarm = byKey.get(key)
    const root = alarm && rootOf(alarm)
    if (root && root.key !== key) parents.set(key, root.key)
  }
  return parents
}

/** The alarms to make up: on entities with enough siblings in alarm right below them and none as bad of their own; those with the most
 *  first, and no alarm counts for two. */
function commonCauses(
  roots: readonly GroupableAlarm[],
  ranks: ReadonlyMap<string, number>,
  neighbours: Neighbours,
): GroupableAlarm[] {
  const below = new Map<string, GroupableAlarm[]>()
  for (const alarm of roots)
    for (const entity of new Set(above(alarm.entity, neighbours)))
      if ((ranks.get(entity) ?? -1) < alarm.rank) {
        const siblings = below.get(entity)
        if (siblings) siblings.push(alarm)
        else below.set(entity, [alarm])
      }
  const candidates = [...below]
    .map(([entity, alarms]) => ({ entity, alarms, count: entitiesOf(largestBurst(alarms)) }))
    .filter(({ count }) => count >= SIBLINGS_MIN)
    .sort((a, b) => b.count - a.count || (a.entity < b.entity ? -1 : 1))
  const taken = new Set<string>()
  return candidates.flatMap(({ entity, alarms }) => {
    const siblings = largestBurst(alarms.filter(({ key }) => !taken.has(key)))
    const [first] = siblings
    if (!first || entitiesOf(siblings) < SIBLINGS_MIN) return []
    for (const { key } of siblings) taken.add(key)
    const rank = Math.max(...siblings.map((one) => one.rank))
    return [{ key: commonCauseKey(entity), entity, raisedAt: first.raisedAt, rank }]
  })
}

const entitiesOf = (alarms: readonly GroupableAlarm[]): number =>
  new Set(alarms.map(({ entity }) => entity)).size

/** Of alarms in the order of their times: the most that were raised within one window from the first of them on. */
function largestBurst(alarms: readonly GroupableAlarm[]): readonly GroupableAlarm[] {
  let best: readonly GroupableAlarm[] = []
  let end = 0
  for (let start = 0; start < alarms.length; start += 1) {
    const first = alarms[start]
    for (let next = alarms[end]; first && next && isNear(first, next); next = alarms[end]) end += 1
    if (end - start > best.length) best = alarms.slice(start, end)
  }
  return best
}
