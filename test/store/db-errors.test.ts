import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DbError } from '../../store/db.ts'
import { type Disposition, dispositionOf } from '../../store/db-errors.ts'
import { openServer } from '../../store/drivers/server.ts'
import { hasCommand } from '../support/command.ts'
import { freshDataFolder } from '../support/data-folder.ts'

const disposition = (code: string): Disposition => dispositionOf(new DbError(code, 'as a test has it'))

/** PostgreSQL's Appendix A, every class: what an error of it means here when its own code is not known. */
const CLASSES: Readonly<Record<string, Disposition>> = {
  '00': 'fatal', // successful completion: no error
  '01': 'fatal', // warning
  '02': 'fatal', // no data
  '03': 'fatal', // SQL statement not yet complete
  '08': 'retry', // connection exception
  '09': 'fatal', // triggered action exception
  '0A': 'fatal', // feature not supported
  '0B': 'fatal', // invalid transaction initiation
  '0F': 'fatal', // locator exception
  '0L': 'fatal', // invalid grantor
  '0P': 'fatal', // invalid role specification
  '0Z': 'fatal', // diagnostics exception
  '10': 'fatal', // XQuery error
  '20': 'fatal', // case not found
  '21': 'fatal', // cardinality violation
  '22': 'reject', // data exception
  '23': 'reject', // integrity constraint violation
  '24': 'fatal', // invalid cursor state
  '25': 'fatal', // invalid transaction state
  '26': 'fatal', // invalid SQL statement name
  '27': 'fatal', // triggered data change violation
  '28': 'retry', // invalid authorization specification
  '2B': 'fatal', // dependent privilege descriptors still exist
  '2D': 'fatal', // invalid transaction termination
  '2F': 'fatal', // SQL routine exception
  '34': 'fatal', // invalid cursor name
  '38': 'fatal', // external routine exception
  '39': 'fatal', // external routine invocation exception
  '3B': 'fatal', // savepoint exception
  '3D': 'fatal', // invalid catalog name
  '3F': 'fatal', // invalid schema name
  '40': 'retry', // transaction rollback
  '42': 'fatal', // syntax error or access rule violation
  '44': 'reject', // WITH CHECK OPTION violation
  '53': 'retry', // insufficient resources
  '54': 'fatal', // program limit exceeded
  '55': 'fatal', // object not in prerequisite state
  '57': 'retry', // operator intervention
  '58': 'retry', // system error
  '72': 'retry', // snapshot failure
  F0: 'fatal', // configuration file error
  HV: 'fatal', // foreign data wrapper error
  P0: 'fatal', // PL/pgSQL error
  XX: 'fatal', // internal error
}

/** Codes by what they ask of us: nothing may be lost, and nothing may loop that no time and nobody mends. */
const CODES: Readonly<Record<Disposition, readonly string[]>> = {
  retry: [
    ...['08000', '08001', '08003', '08004', '08006'], // the connection
    ...['25006', '25P03', '25P04'], // read-only; cut for idling; transaction timeout
    ...['28000', '28P01', '42501'], // authorisation, wrong password, no right to the table: granted by an operator
    ...['40001', '40003', '40P01'], // serialisation, outcome unknown, deadlock
    ...['53000', '53100', '53200', '53300', '53400'], // disk, memory, connections, configured limit
    ...['55000', '55006', '55P03'], // state, in use, lock
    ...['57014', '57P01', '57P02', '57P03', '57P05'], // cancelled, shutting down, crashed, starting up, idle session
    ...['58000', '58030', '58P01', '72000'], // system, I/O, a file away, snapshot too old
    ...['TS003', 'TS502', 'TS503'], // TimescaleDB: chunk gone, communication, chunk collision
  ],
  reject: [
    ...['22003', '22008', '22021', '22P02', '22P03', '22P05'], // range, time, encoding, text, binary, untranslatable
    ...['23502', '23503', '23505', '23514', '23P01', '44000'], // constraints
    ...['54000', '54001'], // one row's size; a statement too complex, of which a half is simpler
    'P0001', // a trigger says no
  ],
  fatal: [
    ...['08P01', '0A000', '21000', '26000', '42P05'], // our statements
    ...['25001', '25P01', '25P02', '27000', '39P01', 'P0002', 'P0004'],
    ...['42601', '42703', '42804', '42883', '42P01', '42P10', '3F000'], // SQL and schema
    ...['3D000', '57P04'], // the database is not there
    ...['54011', '54023', '55P02', '55P04'],
    ...['TS000', 'TS001', 'TS101', 'TS501'],
    ...['XX000', 'XX001', 'XX002'], // internal, corrupted data, corrupted index
  ],
}

/** Not SQLSTATEs but Node.js's own: the network, our own resources, TLS. */
const CONNECTION_CODES = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'ENOTCONN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
  ...['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'ENOENT', 'EACCES'],
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED', 'EPROTO'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_HANDSHAKE_TIMEOUT'],
  ...['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_STREAM_DESTROYED'],
]

describe('an error of the database', () => {
  it.each(Object.entries(CLASSES))('of class %s whose code is not known is to %s', (name, expected) =>
    expect(disposition(`${name}XYZ`)).toBe(expected),
  )

  for (const [expected, codes] of Object.entries(CODES))
    it.each(codes)(`of code %s is to ${expected}`, (code) => expect(disposition(code)).toBe(expected))

  it.each(CONNECTION_CODES)('of the way to it, %s, is to retry', (code) =>
    expect(disposition(code)).toBe('retry'),
  )

  it.each(['', 'ERR_INVALID_ARG_TYPE', 'EBUSY', '22', '22P02 ', 'constructor', '__proto__', '99999'])(
    'with a code that nobody knows (%j) is a bug: fatal',
    (code) => expect(disposition(code)).toBe('fatal'),
  )

  it('that is none is a bug: fatal', () => {
    for (const error of [
      new Error('ECONNRESET'),
      new TypeError('x'),
      undefined,
      null,
      '40001',
      { code: '40001' },
    ])
      expect(dispositionOf(error)).toBe('fatal')
  })
})

/** Something that listens where a PostgreSQL server should; gives what a query to it ends with. */
async function queryTo(onConnection: (socket: Socket) => void, options = ''): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const db = await openServer(`postgres://u:p@127.0.0.1:${port}/d${options}`, () => {})
  onTestFinished(async () => {
    await db.close()
    server.close()
  })
  return db.query({ text: 'select 1' }).then(
    () => null,
    (error: unknown) => error,
  )
}

/** An ErrorResponse of the PostgreSQL protocol. */
function errorResponse(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mas a test has it\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

describe('the server driver names', () => {
  it.each(['53300', '57P03', '28P01', '3D000'])('a refusal at the door by its SQLSTATE %s', async (code) => {
    const error = await queryTo((socket) => socket.once('data', () => socket.end(errorResponse(code))))
    expect(error).toMatchObject({ name: 'DbError', code })
  })

  it('a connection that ends without a word as one to retry', async () => {
    const error = await queryTo((socket) => socket.once('data', () => socket.end()))
    expect(error).toMatchObject({ name: 'DbError', code: 'ECONNRESET' })
    expect(dispositionOf(error)).toBe('retry')
  })

  it('a connection that is reset as one to retry', async () => {
    const error = await queryTo((socket) => socket.once('data', () => socket.resetAndDestroy()))
    expect(dispositionOf(error)).toBe('retry')
  })

  it('a server that speaks no TLS where it must as one to retry', async () => {
    const error = await queryTo(
      (socket) => socket.once('data', () => socket.end('N')),
      '?sslmode=verify-full',
    )
    expect(dispositionOf(error)).toBe('retry')
  })

  it.skipIf(!hasCommand('openssl'))('a certificate that nobody vouches for as one to retry', async () => {
    const { key, cert } = await selfSigned()
    const error = await queryTo(
      (socket) =>
        socket.once('data', () => {
          socket.write('S')
          new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) }).on(
            'error',
            () => {},
          )
        }),
      '?sslmode=verify-full',
    )
    expect(error).toMatchObject({ name: 'DbError', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(dispositionOf(error)).toBe('retry')
  })
})

async function selfSigned(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = freshDataFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost']
  const files = ['-days', '2', '-keyout', key, '-out', cert]
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...files])
  return { key: readFileSync(key), cert: readFileSync(cert) }
}
