import type { Alarm, Severity } from '../core/alarm.ts'
import type { Micros } from '../core/time.ts'
import { findAlarms } from './alarm-list.ts'
import { ALARM_COLUMNS, clearAlarms, noteEvents } from './alarms.ts'
import { pgArray, type Queryable, type SqlValue } from './db.ts'

/** What people do with an alarm. */
export type AlarmAction =
  | { readonly what: 'acknowledge' | 'unacknowledge' | 'unshelve' | 'clear' }
  | { readonly what: 'shelve'; readonly until: Micros }
  | { readonly what: 'edit'; readonly severity?: Severity }

interface Doing {
  readonly id: number
  readonly by: string
  readonly note: string | null
  readonly at: Micros
}

/** Does it and notes it. Gives every alarm that is another now, and the named one in any case; none: no such alarm. What is so
 *  already changes nothing: the first one to acknowledge stays. */
export async function actOnAlarm(tx: Queryable, action: AlarmAction, doing: Doing): Promise<Alarm[]> {
  const changed = await change(tx, action, doing)
  return changed.some(({ id }) => id === doing.id)
    ? changed
    : [...changed, ...(await findAlarms(tx, [doing.id]))]
}

async function change(tx: Queryable, action: AlarmAction, doing: Doing): Promise<Alarm[]> {
  const { id, by, note } = doing
  switch (action.what) {
    case 'acknowledge':
      return acknowledge(tx, doing)
    case 'unacknowledge':
      return update(tx, doing, 'unacknowledged', {
        set: 'acknowledged_at = null, acknowledged_by = null, note = coalesce($2, note)',
        where: 'id = $1 and acknowledged_at is not null',
        values: [id, note],
      })
    case 'shelve':
      return update(tx, doing, 'shelved', {
        set: 'shelved_until = from_us($2), shelved_by = $3, note = coalesce($4, note)',
        where: 'id = $1',
        values: [id, action.until, by, note],
      })
    case 'unshelve':
      // With earlier ones of the same key: the next one would take the shelf over from them.
      return update(tx, doing, 'unshelved', {
        set: 'shelved_until = null, shelved_by = null, note = coalesce($2, note)',
        where: 'key = (select key from alarm where id = $1) and shelved_until is not null',
        values: [id, note],
      })
    case 'clear':
      return clear(tx, doing)
    case 'edit':
      return edit(tx, action.severity ?? null, doing)
  }
}

const acknowledge = (tx: Queryable, doing: Doing): Promise<Alarm[]> =>
  update(tx, doing, 'acknowledged', {
    set: 'acknowledged_at = from_us($2), acknowledged_by = $3, note = coalesce($4, note)',
    where: 'id = $1 and acknowledged_at is null',
    values: [doing.id, doing.at, doing.by, doing.note],
  })

/** Who ends it has seen it: nobody needs to say so once more. */
async function clear(tx: Queryable, doing: Doing): Promise<Alarm[]> {
  const cleared = await clearAlarms(tx, [doing], doing)
  if (cleared.length === 0) return []
  const seen = await acknowledge(tx, doing)
  return seen.length > 0 ? seen : cleared
}

async function edit(tx: Queryable, severity: Severity | null, doing: Doing): Promise<Alarm[]> {
  const [before] = await findAlarms(tx, [doing.id])
  if (!before) return []
  if (severity !== null && severity !== before.severity)
    await noteEvents(tx, [doing], {
      what: 'severity-changed',
      by: doing.by,
      note: `${before.severity} → ${severity}`,
    })
  return update(tx, doing, doing.note === null ? null : 'noted', {
    set: 'set_severity = coalesce($2, set_severity), note = coalesce($3, note)',
    where: 'id = $1',
    values: [doing.id, severity, doing.note],
  })
}

async function update(
  tx: Queryable,
  { by, note, at }: Doing,
  event: string | null,
  { set, where, values }: { set: string; where: string; values: readonly SqlValue[] },
): Promise<Alarm[]> {
  const { rows } = await tx.query<Alarm>({
    text: `update alarm as a set ${set} where ${where} returning ${ALARM_COLUMNS}`,
    values,
  })
  if (event !== null)
    await noteEvents(
      tx,
      rows.map(({ id }) => ({ id, at })),
      { what: event, by, note },
    )
  return rows
}

/** Ends the shelving of those whose time is over. */
export async function endShelving(tx: Queryable, now: Micros): Promise<Alarm[]> {
  const { rows } = await tx.query<Alarm>({
    text: `update alarm as a set shelved_until = null, shelved_by = null where shelved_until <= from_us($1)
           returning ${ALARM_COLUMNS}`,
    values: [now],
  })
  await noteEvents(
    tx,
    rows.map(({ id }) => ({ id, at: now })),
    { what: 'unshelved', note: 'the time of its shelving was over' },
  )
  return rows
}

/** Deletes a cleared alarm none of whose members is active. */
export async function deleteAlarm(tx: Queryable, id: number): Promise<'deleted' | 'active' | 'missing'> {
  const { rowCount } = await tx.query({
    text: `delete from alarm as a where id = $1 and cleared_at is not null
             and not exists (select from alarm m where m.group_id = a.id and m.cleared_at is null)`,
    values: [id],
  })
  if (rowCount > 0) return 'deleted'
  return (await findAlarms(tx, [id])).length > 0 ? 'active' : 'missing'
}

/** Puts alarms into groups, or out of them (null); notes it. */
export async function putIntoGroups(
  tx: Queryable,
  moves: readonly { readonly id: number; readonly group: number | null }[],
  at: Micros,
): Promise<void> {
  await tx.query({
    text: `update alarm set group_id = m.g from unnest($1::bigint[], $2::bigint[]) as m (i, g) where alarm.id = m.i`,
    values: [pgArray(moves.map(({ id }) => id)), pgArray(moves.map(({ group }) => group))],
  })
  const events = (isIn: boolean) =>
    moves.filter(({ group }) => (group !== null) === isIn).map(({ id }) => ({ id, at }))
  await noteEvents(tx, events(true), { what: 'grouped' })
  await noteEvents(tx, events(false), { what: 'ungrouped' })
}
