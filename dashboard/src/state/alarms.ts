import { computed, signal } from '@preact/signals'
import { type Alarm, SEVERITIES, type Severity } from '../wire/alarm.ts'
import { nowMs } from './clock.ts'
import { throttled } from './throttled.ts'

/** What the stream tells: every active alarm, and those that ended a short while ago. Read it together with `alarmsVersion`. */
export const alarms: ReadonlyMap<number, Alarm> = new Map()
/** Rises with each change of an alarm. */
export const alarmsVersion = signal(0)

const held = alarms as Map<number, Alarm>
let named: Set<number> | null = null

// A flood of alarms changes hundreds of times a second; an eye follows twice.
const tick = throttled(alarmsVersion, 500)
/** Shelving ends by the clock, without an event. */
const minute = computed(() => Math.floor(nowMs.value / 10_000))

export function receiveAlarm(alarm: Alarm): void {
  held.set(alarm.id, alarm)
  named?.add(alarm.id)
  alarmsVersion.value++
}

/** One that was deleted: the stream does not tell of it. */
export function forgetAlarm(id: number): void {
  held.delete(id)
  alarmsVersion.value++
}

/** From here to `endAlarms` it is noted which are named: the stream names all that are active at each opening. */
export function beginAlarms(): void {
  named = new Set()
}

export function endAlarms(): void {
  if (named === null) return
  for (const id of [...held.keys()]) if (!named.has(id)) held.delete(id)
  named = null
  alarmsVersion.value++
}

export function forgetAlarms(): void {
  named = null
  held.clear()
  alarmsVersion.value++
}

export const isActive = (alarm: Alarm): boolean => alarm.state === 'active'
export const isShelved = (alarm: Alarm, atMs: number): boolean =>
  alarm.shelvedUntil !== null && Date.parse(alarm.shelvedUntil) > atMs
/** It follows from one that is still active; once that is over, it stands for itself. */
export function isFollower({ group }: Alarm): boolean {
  const cause = group === null ? undefined : held.get(group)
  return cause !== undefined && isActive(cause)
}
export const rankOf = ({ severity }: { readonly severity: Severity }): number => SEVERITIES.indexOf(severity)

/** Active and not shelved, worst first, then newest first. Those that follow from another are among them. */
export const activeAlarms = computed<readonly Alarm[]>(() => {
  tick.value
  minute.value
  const atMs = nowMs.peek()
  return [...held.values()]
    .filter((alarm) => isActive(alarm) && !isShelved(alarm, atMs))
    .sort((a, b) => rankOf(b) - rankOf(a) || b.id - a.id)
})

/** What somebody must look at: active, shelved by nobody, acknowledged by nobody, following from no other. */
export const unattended = computed<readonly Alarm[]>(() =>
  activeAlarms.value.filter((alarm) => alarm.acknowledgedAt === null && !isFollower(alarm)),
)

/** The active alarms of each entity, worst first. */
export const alarmsByEntity = computed<ReadonlyMap<string, readonly Alarm[]>>(() => {
  const byEntity = new Map<string, Alarm[]>()
  for (const alarm of activeAlarms.value) {
    if (alarm.entity === null) continue
    const known = byEntity.get(alarm.entity)
    if (known === undefined) byEntity.set(alarm.entity, [alarm])
    else known.push(alarm)
  }
  return byEntity
})

let lastRanks: ReadonlyMap<string, number> = new Map()

/** How bad the worst alarm of each entity is that nobody has acknowledged. The same map while nothing of that changes, for
 *  the order of the whole table hangs on it. */
export const alarmRanks = computed<ReadonlyMap<string, number>>((): ReadonlyMap<string, number> => {
  const ranks = new Map<string, number>()
  for (const [entity, its] of alarmsByEntity.value) {
    const worst = its.find(({ acknowledgedAt }) => acknowledgedAt === null)
    if (worst !== undefined) ranks.set(entity, rankOf(worst))
  }
  const isSame = ranks.size === lastRanks.size && [...ranks].every(([id, rank]) => lastRanks.get(id) === rank)
  if (!isSame) lastRanks = ranks
  return lastRanks
})
