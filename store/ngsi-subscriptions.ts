import type { Micros } from '../core/time.ts'
import type { Db } from './db.ts'

export interface StoredSubscription {
  readonly id: string
  /** As the API took it. */
  readonly document: Readonly<Record<string, unknown>>
  readonly mayStayInside: boolean
  readonly createdAt: Micros
  readonly modifiedAt: Micros
  readonly timesSent: number
  readonly timesFailed: number
  readonly lastNotification: Micros | null
  readonly lastSuccess: Micros | null
  readonly lastFailure: Micros | null
}

const SELECT = `select id, document, may_stay_inside as "mayStayInside", created_at as "createdAt", modified_at as "modifiedAt",
  times_sent as "timesSent", times_failed as "timesFailed", last_notification as "lastNotification",
  last_success as "lastSuccess", last_failure as "lastFailure" from ngsi_subscription`

export async function listSubscriptions(db: Db): Promise<StoredSubscription[]> {
  return (await db.query<StoredSubscription>({ text: `${SELECT} order by id` })).rows
}

export async function findSubscription(db: Db, id: string): Promise<StoredSubscription | null> {
  const { rows } = await db.query<StoredSubscription>({ text: `${SELECT} where id = $1`, values: [id] })
  return rows[0] ?? null
}

type Written = Pick<StoredSubscription, 'id' | 'document' | 'mayStayInside'>

/** False: the id is in use. */
export async function insertSubscription(db: Db, { id, document, mayStayInside }: Written, now: Micros) {
  const { rowCount } = await db.query({
    text: `insert into ngsi_subscription (id, document, may_stay_inside, created_at, modified_at)
           values ($1, $2::text::jsonb, $3, from_us($4), from_us($4)) on conflict (id) do nothing`,
    values: [id, JSON.stringify(document), mayStayInside, now],
  })
  return rowCount > 0
}

export async function updateSubscription(db: Db, { id, document, mayStayInside }: Written, now: Micros) {
  await db.query({
    text: `update ngsi_subscription set document = $2::text::jsonb, may_stay_inside = $3, modified_at = from_us($4) where id = $1`,
    values: [id, JSON.stringify(document), mayStayInside, now],
  })
}

/** False: there was none. */
export async function removeSubscription(db: Db, id: string): Promise<boolean> {
  const { rowCount } = await db.query({ text: 'delete from ngsi_subscription where id = $1', values: [id] })
  return rowCount > 0
}

/** One notification that was sent, and taken or not. */
export async function recordNotification(db: Db, id: string, isTaken: boolean, now: Micros): Promise<void> {
  await db.query({
    text: `update ngsi_subscription set times_sent = times_sent + 1, last_notification = from_us($3),
             times_failed = times_failed + case when $2 then 0 else 1 end,
             last_success = case when $2 then from_us($3) else last_success end,
             last_failure = case when $2 then last_failure else from_us($3) end
           where id = $1`,
    values: [id, isTaken, now],
  })
}
