import { until } from '../../support/until.ts'
import type { Scene } from './scene.ts'

export interface Readiness {
  readonly status: number
  readonly warnings: readonly string[]
  readonly database?: string
  readonly spool?: { readonly messages: number; readonly bytes: number; readonly bytesMax: number } | null
}

/** What GET /readyz says. */
export async function readiness(scene: Scene): Promise<Readiness> {
  const response = await fetch(`${scene.platform.http}/readyz`, { signal: AbortSignal.timeout(10_000) })
  return { status: response.status, ...((await response.json()) as Omit<Readiness, 'status'>) }
}

/** Cuts the platform off from its database and waits until it acknowledges from its spool. */
export async function takeDatabaseAway(scene: Scene): Promise<void> {
  await scene.server.proxy.refuse()
  await until('messages in the spool', async () => (await scene.metric('spool_messages')) > 0, 30_000, 100)
}

/** With the database away and room in the spool the platform is ready, with a warning. */
export async function checkReadyWhileAway(scene: Scene): Promise<void> {
  const { status, warnings, database, spool } = await readiness(scene)
  if (status !== 200 || database !== 'away' || warnings.length === 0 || !spool)
    scene.fault(`/readyz with the database away: ${JSON.stringify({ status, database, warnings, spool })}`)
}

/** Waits until the spool is empty, under whatever load there is. */
export async function drained(scene: Scene): Promise<void> {
  const startedAt = performance.now()
  const messages = await scene.metric('spool_messages')
  await until(
    'the spool to be drained',
    async () => (await scene.metric('spool_messages')) === 0,
    120_000,
    100,
  )
  const seconds = (performance.now() - startedAt) / 1000
  scene.note(`${messages} messages drained from the spool in ${seconds.toFixed(1)} s`)
}

const ORDER_TOLERANCE = '1 second'
/** What came last may have been committed at once when the database was back, before the older ones in the spool. */
const LAST_MS = 5000

/** Oldest first: of what was received while the database was away, no transaction holds rows that are older than those of
 *  a transaction before it. */
export async function checkDrainOrder(scene: Scene, awayAtMs: number, backAtMs: number): Promise<void> {
  const { rows } = await scene.sql(
    `with batch as (
       select xmin::text::int8 as tx, min(received_at) as oldest, max(received_at) as newest
       from observation
       where received_at between to_timestamp(${awayAtMs / 1000}) and to_timestamp(${(backAtMs - LAST_MS) / 1000})
       group by 1
     ), beside as (
       select oldest, max(newest) over (order by tx rows between unbounded preceding and 1 preceding) as before
       from batch
     )
     select count(*)::int as batches,
            count(*) filter (where oldest < before - interval '${ORDER_TOLERANCE}')::int as late
     from beside`,
  )
  const { batches, late } = rows[0] as { batches: number; late: number }
  scene.note(`drained in ${batches} transactions, ${late} of them out of order`)
  if (late > 0) scene.fault(`${late} of ${batches} transactions were not drained oldest first`)
}
