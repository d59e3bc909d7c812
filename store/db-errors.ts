import { DbError } from './db.ts'

/** retry: the same batch again, with backoff, nothing acknowledged · reject: the row is at fault · fatal: stop. */
export type Disposition = 'retry' | 'reject' | 'fatal'

/*
 * retry where the same statement can succeed later: time, another session or an operator mends it. Until then senders wait
 * and /readyz says so; nothing is lost, and what is away for ever is an operator's to see.
 * reject where the row itself is at fault: it is kept among the rejections, acknowledged, and can be replayed. If the
 * database refuses that record too, the fault was not the row's, and the process ends.
 * fatal where our statement, the schema or the data are not what we think: a retry would loop, a rejection would turn
 * good readings away. The process ends with nothing of it acknowledged, and the next start looks at the schema.
 */

// A full code wins over its class (the first two characters of a SQLSTATE). What is in neither is a bug: fatal.
const BY_SQLSTATE: Readonly<Record<string, Disposition>> = {
  '08': 'retry', // connection
  '08P01': 'fatal', // protocol violation: driver and server do not understand each other
  '0A': 'fatal', // not supported, e.g. by a compressed chunk; rejecting would turn every reading away
  '22': 'reject', // data: out of range, not a number, U+0000
  '23': 'reject', // integrity: a constraint, a foreign key that has gone
  '25': 'fatal', // transaction state: statements out of their order
  '25006': 'retry', // read-only: a replica that is being promoted, or a disk that an operator closed
  '25P03': 'retry', // idle in transaction for too long: the connection was cut
  '25P04': 'retry', // transaction timeout
  '26': 'fatal', // no such prepared statement: a pooler between us that changes connections, which cannot work
  '28': 'retry', // authorisation, e.g. 28P01 while a password is changed: an operator mends it
  '3D': 'fatal', // no such database: what was acknowledged is not in the one we reach
  '40': 'retry', // serialisation failure, deadlock, outcome unknown: every statement may be sent again
  '42': 'fatal', // our SQL, or a schema that was changed under us (42P01, 42703): the next start migrates or refuses
  '42501': 'retry', // no right to a table: an operator grants it, as with 28
  '44': 'reject', // the check option of a view
  '53': 'retry', // resources: disk full, out of memory, too many connections
  '54': 'fatal', // limits that only our SQL can pass: columns, arguments
  '54000': 'reject', // limits that one row can pass, such as an index entry's size. (Also 'no more transaction ids':
  // then the record of the rejection is refused too.)
  '54001': 'reject', // a statement too complex: half of the batch is simpler
  '55': 'fatal', // object state
  '55000': 'retry', // not in the state it must have: recovery, an extension that is being updated
  '55006': 'retry', // in use
  '55P03': 'retry', // lock not available
  '57': 'retry', // operator intervention: cancelled, statement timeout, shutting down, starting up
  '57P04': 'fatal', // database dropped, as 3D
  '58': 'retry', // the server's system: I/O, a file it cannot open
  '72': 'retry', // snapshot too old
  P0: 'fatal', // a function's own bug
  P0001: 'reject', // RAISE in a trigger: somebody's rule says no to the row
  TS: 'fatal', // TimescaleDB: not the hypertables that our migrations made
  TS003: 'retry', // the chunk has just gone (retention): the next attempt makes it anew
  TS502: 'retry', // communication
  TS503: 'retry', // another session made the same chunk
  XX: 'fatal', // internal error, corrupted data or index: nothing we write would be safe
}

/** Codes of Node.js: the way to the server. The network, its resolver, our own resources, the server's certificate: an
 *  operator or time mends them all. */
const RETRIED = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EADDRNOTAVAIL', // no local port left
  'EMFILE', // no file descriptor left
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EACCES', // the server's unix socket or a firewall says no, as 28
  'EPERM',
  'ENOENT', // the server's unix socket is not there yet
  'EPROTO', // TLS handshake
  'ERR_STREAM_DESTROYED', // written to a connection that had just gone
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
  // The server's certificate, as OpenSSL names its faults: replaced, expired, not trusted. Nothing is sent to such a server.
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'HOSTNAME_MISMATCH',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
const RETRIED_FAMILIES = ['EAI_', 'ERR_TLS_', 'ERR_SSL_', 'ERR_SOCKET_']

const SQLSTATE = /^[0-9A-Z]{5}$/

export function dispositionOf(error: unknown): Disposition {
  if (!(error instanceof DbError)) return 'fatal'
  const { code } = error
  if (RETRIED.has(code) || RETRIED_FAMILIES.some((family) => code.startsWith(family))) return 'retry'
  if (!SQLSTATE.test(code)) return 'fatal'
  return BY_SQLSTATE[code] ?? BY_SQLSTATE[code.slice(0, 2)] ?? 'fatal'
}
