import type { Alarm } from '../wire/alarm.ts'
import type { Page } from '../wire/entity.ts'

/** What was asked of the server, page by page, newest first. */
export interface Loaded {
  readonly alarms: ReadonlyMap<number, Alarm>
  /** All from this id on are here; 0: there are no older ones. */
  readonly from: number
  /** Where older ones are had from. */
  readonly next: string | null
}

export const NOTHING_LOADED: Loaded = { alarms: new Map(), from: Number.POSITIVE_INFINITY, next: null }

/** With a page of those before an id. What the page covers and does not name is gone. */
export function withPage(
  loaded: Loaded,
  { items, next }: Page<Alarm>,
  before = Number.POSITIVE_INFINITY,
): Loaded {
  const from = next === undefined ? 0 : Math.min(...items.map(({ id }) => id))
  const others = [...loaded.alarms].filter(([id]) => id < from || id >= before)
  return {
    alarms: new Map([...others, ...items.map((alarm) => [alarm.id, alarm] as const)]),
    ...(from <= loaded.from ? { from, next: next ?? null } : { from: loaded.from, next: loaded.next }),
  }
}

/** With one that is another now, if it is among them. */
export function withAlarm(loaded: Loaded, alarm: Alarm): Loaded {
  if (!loaded.alarms.has(alarm.id)) return loaded
  return { ...loaded, alarms: new Map(loaded.alarms).set(alarm.id, alarm) }
}

export function without(loaded: Loaded, id: number): Loaded {
  const alarms = new Map(loaded.alarms)
  alarms.delete(id)
  return { ...loaded, alarms }
}

/** The stream tells of a cleared alarm for a while only: what becomes of it later, one has to ask. */
const TOLD_MS = 120_000

/**
 * Every alarm that is known, once. Active ones are those of the stream, which names them all once it is `complete`. Of a
 * cleared one the page that was asked for knows more, for it is asked anew and the stream is not told again.
 */
export function union(
  live: ReadonlyMap<number, Alarm>,
  loaded: Loaded,
  { atMs, isComplete }: { readonly atMs: number; readonly isComplete: boolean },
): Alarm[] {
  const known: Alarm[] = []
  for (const alarm of live.values()) {
    const asked = loaded.alarms.get(alarm.id)
    if (alarm.clearedAt === null || (asked !== undefined && asked.clearedAt === null)) known.push(alarm)
    else if (asked !== undefined) known.push(asked)
    else if (alarm.id < loaded.from || atMs - Date.parse(alarm.clearedAt) < TOLD_MS) known.push(alarm)
  }
  for (const alarm of loaded.alarms.values())
    if (!live.has(alarm.id) && (alarm.clearedAt !== null || !isComplete)) known.push(alarm)
  return known
}
