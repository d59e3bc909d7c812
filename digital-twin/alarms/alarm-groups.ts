import { type Alarm, type Finding, SEVERITIES, type Severity } from '../../core/alarm.ts'
import { formatTime, localClock } from '../../core/time.ts'
import { commonCauseKey, groupAlarms } from './grouping.ts'
import type { Surroundings } from './surroundings.ts'

const COMMON_CAUSE = 'common-cause'

/** What is to be done so that the groups are as they should be. */
export interface GroupPlan {
  readonly moves: readonly { readonly id: number; readonly group: number | null }[]
  readonly raise: readonly Finding[]
  /** Keys of groups that have no member any more. */
  readonly clear: readonly string[]
}

/**
 * From the active alarms as the database has them, to what must change. A member stays in its group when the cause is over
 * before it: the group is over when its cause is and no member is active.
 */
export function planGroups(active: readonly Alarm[], { neighbours, entity: find }: Surroundings): GroupPlan {
  const nameOf = (entity: string) => find(entity)?.name ?? entity
  const own = active.filter(({ kind, rule }) => kind === 'process' && rule !== COMMON_CAUSE)
  const groups = active.filter(({ rule }) => rule === COMMON_CAUSE)
  const { leaderOf, common } = groupAlarms(
    own.flatMap(({ key, entity, raisedAt, severity }) =>
      entity === null ? [] : [{ key, entity, raisedAt, rank: SEVERITIES.indexOf(severity) }],
    ),
    neighbours,
  )
  const wanted = wantedGroups(own, groups, leaderOf)
  const membersOf = Map.groupBy(own, ({ key }) => leaderOf.get(key))
  const raise = common.flatMap((entity) => {
    const finding = findingOf(entity, membersOf.get(commonCauseKey(entity)) ?? [], nameOf)
    return isNews(
      finding,
      groups.find(({ key }) => key === finding.key),
    )
      ? [finding]
      : []
  })
  const kept = new Set(wanted.values())
  const commonKeys = new Set(common.map(commonCauseKey))
  return {
    moves: own.flatMap(({ id, group }) => {
      const next = wanted.get(id) ?? null
      return next === group ? [] : [{ id, group: next }]
    }),
    raise,
    clear: groups.filter(({ id, key }) => !kept.has(id) && !commonKeys.has(key)).map(({ key }) => key),
  }
}

/** By id of each alarm: the id of its group. */
function wantedGroups(
  own: readonly Alarm[],
  groups: readonly Alarm[],
  leaderOf: ReadonlyMap<string, string>,
): Map<number, number | null> {
  const idOf = new Map([...own, ...groups].map(({ key, id }) => [key, id]))
  const activeOwn = new Set(own.map(({ id }) => id))
  const leaders = new Set(leaderOf.values())
  return new Map(
    own.map(({ id, key, group }) => {
      const leader = leaderOf.get(key)
      // One that is made up gets its id with the next write; until then all stays as it is.
      if (leader !== undefined) return [id, idOf.get(leader) ?? group]
      // A leader is no member. What is in a group whose cause is over stays; what is below an active cause no longer leaves.
      const isStaying = group !== null && !leaders.has(key) && !activeOwn.has(group)
      return [id, isStaying ? group : null]
    }),
  )
}

const isNews = (finding: Finding, known: Alarm | undefined): boolean =>
  known === undefined ||
  known.text !== finding.text ||
  SEVERITIES.indexOf(known.severity) < SEVERITIES.indexOf(finding.severity)

function findingOf(entity: string, members: readonly Alarm[], nameOf: (entity: string) => string): Finding {
  const since = Math.min(...members.map(({ raisedAt }) => raisedAt))
  const points = new Set(members.map((member) => member.entity)).size
  const [rule, ...others] = new Set(members.map((member) => member.rule))
  const words = others.length === 0 ? members[0]?.details : undefined
  const what = (name: unknown) => (typeof name === 'string' ? ` (${name})` : '')
  const name = nameOf(entity)
  const time = localClock(since)
  return {
    kind: 'process',
    rule: COMMON_CAUSE,
    key: commonCauseKey(entity),
    severity: worst(members),
    device: null,
    address: null,
    entity,
    text: `${points} points below ${name} are in alarm${what(words?.ruleNameEn)} since ${time}: look for the cause at ${name} or above it`,
    textVi: `${points} điểm phía sau ${name} đang có cảnh báo${what(words?.ruleNameVi)} từ ${time}: hãy tìm nguyên nhân tại ${name} hoặc phía trên`,
    details: { points, since: formatTime(since), ...(others.length === 0 ? { memberRule: rule } : {}) },
    quietS: null,
  }
}

const worst = (members: readonly Alarm[]): Severity =>
  SEVERITIES[Math.max(0, ...members.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? 'low'
