import { within } from '../core/within.ts'
import type { SpoolState } from '../ingest/spooling.ts'
import type { ApiParts } from './parts.ts'

const DATABASE_WAIT_MS = 2000
/** A batch that does not fit any more may leave a little room. */
const NEARLY_FULL = 0.95

export interface Readiness {
  /** Why nothing is taken; empty: readings are taken. */
  readonly reasons: readonly string[]
  readonly warnings: readonly string[]
  readonly isDatabaseThere: boolean
  /** How long it took to say something; null: too long. */
  readonly databaseMs: number | null
  readonly spool: SpoolState | null
}

type Parts = Pick<ApiParts, 'store' | 'spool' | 'isFull'>

/** Whether readings can be taken and committed. Asks the database. */
export async function readinessOf(parts: Parts): Promise<Readiness> {
  const spool = parts.spool()
  const databaseMs = await answerMs(parts)
  const isDatabaseThere = databaseMs !== null && spool?.isDatabaseAway !== true
  return { ...judge(parts, isDatabaseThere, spool), isDatabaseThere, databaseMs, spool }
}

/** With the database away, readings are taken as long as the spool has room. */
function judge(
  { store, isFull }: Parts,
  isThere: boolean,
  spool: SpoolState | null,
): Pick<Readiness, 'reasons' | 'warnings'> {
  const reasons: string[] = []
  const warnings: string[] = []
  if (store.flavour === 'plain')
    warnings.push('STORE_PLAIN=1: plain PostgreSQL without TimescaleDB; for benches and drills only')
  if (isFull()) reasons.push('too much is waiting for the database')
  if (isThere) return { reasons, warnings }
  if (!spool) reasons.push(`the database has not answered in ${DATABASE_WAIT_MS} ms`)
  else if (spool.bytes < spool.bytesMax * NEARLY_FULL)
    warnings.push('the database is away: messages are acknowledged from the spool')
  else reasons.push('the database is away, and the spool is full (SPOOL_MEGABYTES_MAX)')
  return { reasons, warnings }
}

async function answerMs({ store }: Parts): Promise<number | null> {
  const askedAt = performance.now()
  const answered = store.db.query({ text: 'select 1' }).then(
    () => performance.now() - askedAt,
    () => null,
  )
  return within(answered, DATABASE_WAIT_MS)
}
