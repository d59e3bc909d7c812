import { DbError } from './db.ts'

/** retry: the same batch again, with backoff, nothing acknowledged · reject: the row is at fault · fatal: stop. */
export type Disposition = 'retry' | 'reject' | 'fatal'

// A full code wins over its class (the first two characters). What is in neither is a bug: fatal.
const DISPOSITION: Readonly<Record<string, Disposition>> = {
  ECONNREFUSED: 'retry',
  ECONNRESET: 'retry',
  ETIMEDOUT: 'retry',
  EPIPE: 'retry',
  ENOTFOUND: 'retry',
  EAI_AGAIN: 'retry',
  EHOSTUNREACH: 'retry',
  ENETUNREACH: 'retry',
  ENOENT: 'retry', // the server's unix socket is not there yet
  '08': 'retry', // connection
  '25': 'retry', // transaction state, e.g. read-only while a replica is being promoted
  '28': 'retry', // authorisation: an operator mends it, and meanwhile nothing is acknowledged
  '40': 'retry', // serialisation failure, deadlock
  '53': 'retry', // resources: disk full, too many connections
  '55P03': 'retry', // lock not available
  '57': 'retry', // operator intervention, statement timeout, starting up
  '58': 'retry', // system error, I/O
  '22': 'reject', // data
  '23': 'reject', // integrity
  '08P01': 'fatal', // protocol violation
  '57P04': 'fatal', // database dropped
}

export function dispositionOf(error: unknown): Disposition {
  if (!(error instanceof DbError)) return 'fatal'
  return DISPOSITION[error.code] ?? DISPOSITION[error.code.slice(0, 2)] ?? 'fatal'
}
