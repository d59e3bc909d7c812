import type { Micros } from '../core/time.ts'
import { type Db, pgArray } from './db.ts'
import type { NotificationChannel } from './notification-channels.ts'

type NotificationEvent = 'raised' | 'cleared' | 'reminder'

export interface Notification {
  readonly channel: string
  readonly alarm: number
  readonly event: NotificationEvent
  readonly attempts: number
}

/** What a channel is for, as the rows have it. */
export interface Audience {
  readonly channel: NotificationChannel
  /** Null: all. */
  readonly areas: readonly string[] | null
  readonly types: readonly string[] | null
}

/** So many wait for one channel at most; what is to be told beyond that is made when there is room. */
const WAITING_MAX = 1000
/** Of what is older nobody needs to hear any more: the platform stood still, or the channel was off. */
const OLD_US = 86_400_000_000

/** Makes what is to be told through a channel and was not yet, of alarms raised by an instant; one of each alarm and event. */
export async function makeNotifications(
  db: Db,
  { channel, areas, types }: Audience,
  now: Micros,
  raisedBefore: Micros,
): Promise<void> {
  const { id, severity, kinds, remindMinutes, createdAt } = channel
  const events = `
    select a.id, 'raised' as event from alarm a left join entity e on e.id = a.entity_id
    where a.raised_at >= from_us($7) and a.raised_at <= from_us($8) and a.cleared_at is null and a.group_id is null
      and (a.shelved_until is null or a.shelved_until <= from_us($2))
      and array_position($3::text[], coalesce(a.set_severity, a.severity)) is not null and a.kind = any($4::text[])
      and ($5::text[] is null or a.area = any($5)) and ($6::text[] is null or e.type = any($6))
    union all
    select a.id, 'cleared' from notification n join alarm a on a.id = n.alarm_id
    where n.channel_id = $1 and n.event = 'raised' and a.cleared_at >= from_us($7)
    union all
    select a.id, 'reminder' from notification n join alarm a on a.id = n.alarm_id
    where n.channel_id = $1 and n.event = 'raised' and a.cleared_at is null and a.acknowledged_at is null
      and a.group_id is null and (a.shelved_until is null or a.shelved_until <= from_us($2)) and a.raised_at <= from_us($9)`
  await db.query({
    text: `insert into notification (channel_id, alarm_id, event, made_at, next_try_at)
           select $1, w.id, w.event, from_us($2), from_us($2) from (${events}) w
           where not exists (select from notification n where n.alarm_id = w.id and n.channel_id = $1 and n.event = w.event)
           order by w.id
           limit greatest(0, ${WAITING_MAX} - (select count(*) from notification
                                               where channel_id = $1 and sent_at is null and given_up_at is null))
           on conflict do nothing`,
    values: [
      id,
      now,
      pgArray(atLeast(severity)),
      pgArray(kinds),
      areas === null ? null : pgArray(areas),
      types === null ? null : pgArray(types),
      Math.max(createdAt, now - OLD_US),
      raisedBefore,
      remindMinutes === null ? null : now - remindMinutes * 60_000_000,
    ],
  })
}

const RANKS = ['low', 'medium', 'high', 'critical'] as const
const atLeast = (severity: (typeof RANKS)[number]) => RANKS.slice(RANKS.indexOf(severity))

/** Those whose turn it is, through channels of a kind that are on. */
export async function dueNotifications(
  db: Db,
  kind: NotificationChannel['kind'],
  now: Micros,
  limit: number,
): Promise<Notification[]> {
  const { rows } = await db.query<Notification>({
    text: `select channel_id as channel, alarm_id as alarm, event, attempts from notification n
           join notification_channel c on c.id = n.channel_id and c.is_enabled and c.kind = $3
           where sent_at is null and given_up_at is null and next_try_at <= from_us($1)
           order by next_try_at, alarm_id limit $2`,
    values: [now, limit, kind],
  })
  return rows
}

/** How one attempt went. `nextTryAt` null, with a fault: it is given up. */
export async function noteAttempt(
  db: Db,
  { channel, alarm, event }: Notification,
  { at, fault, nextTryAt }: { at: Micros; fault: string | null; nextTryAt: Micros | null },
): Promise<void> {
  await db.query({
    text: `update notification set attempts = attempts + 1, fault = $5, next_try_at = coalesce(from_us($6), next_try_at),
             sent_at = case when $5::text is null then from_us($4) end,
             given_up_at = case when $5::text is not null and $6::bigint is null then from_us($4) end
           where channel_id = $1 and alarm_id = $2 and event = $3`,
    values: [channel, alarm, event, at, fault, nextTryAt],
  })
}

export interface ChannelRecord {
  readonly channel: string
  readonly waiting: number
  readonly sent: number
  readonly givenUp: number
  readonly lastSentAt: Micros | null
  readonly lastFault: string | null
}

/** What became of what the channels had to tell. */
export async function channelRecords(db: Db): Promise<Map<string, ChannelRecord>> {
  const { rows } = await db.query<ChannelRecord>({
    text: `select channel_id as channel, count(*) filter (where sent_at is null and given_up_at is null) as waiting,
             count(sent_at) as sent, count(given_up_at) as "givenUp", max(sent_at) as "lastSentAt",
             (array_agg(fault order by made_at desc) filter (where fault is not null))[1] as "lastFault"
           from notification group by channel_id`,
  })
  return new Map(rows.map((row) => [row.channel, row]))
}

export interface ChannelTrouble {
  readonly id: string
  readonly name: string
  readonly kind: NotificationChannel['kind']
  readonly isEnabled: boolean
  /** Of those that wait: what was tried and not taken. */
  readonly failing: number
  readonly waiting: number
  /** Given up since then. */
  readonly givenUp: number
  readonly lastFault: string | null
}

/** How each channel does. */
export async function channelTroubles(db: Db, since: Micros): Promise<ChannelTrouble[]> {
  const { rows } = await db.query<ChannelTrouble>({
    text: `select c.id, c.name, c.kind, c.is_enabled as "isEnabled",
             count(*) filter (where w.waits) as waiting, count(*) filter (where w.waits and w.attempts > 0) as failing,
             count(*) filter (where w.given_up_at is not null) as "givenUp",
             (array_agg(w.fault order by w.next_try_at desc) filter (where w.fault is not null))[1] as "lastFault"
           from notification_channel c left join (
             select *, sent_at is null and given_up_at is null as waits from notification
             where sent_at is null and (given_up_at is null or given_up_at >= from_us($1))) w on w.channel_id = c.id
           group by c.id order by c.id`,
    values: [since],
  })
  return rows
}
