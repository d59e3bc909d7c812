import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BrokerLimits } from '../../broker/broker.ts'
import { certificateKey, readRevocationLists } from '../../broker/crl.ts'
import { readTlsFiles, TlsFiles, type TlsPaths } from '../../broker/tls-files.ts'
import { TestCa, type TestCertificate } from '../support/certificates.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import { type Connect, connack, connect, puback, publish } from './packets.ts'
import { RawClient } from './raw-client.ts'

/** SAN of one URI, whatever stands in it: openssl itself would take a comma for its end. */
const uriOnly = (uri: string): string =>
  `DER:${Buffer.from([0x30, uri.length + 2, 0x86, uri.length, ...Buffer.from(uri)]).toString('hex')}`

const NO_PASSWORD = { username: null, password: null } as const

/** A broker that takes client certificates of a CA made for the test. */
async function withCa(
  wanted: { clientAuth?: 'required' | 'optional'; crl?: boolean; limits?: Partial<BrokerLimits> } = {},
) {
  const { clientAuth, crl = false, limits = {} } = wanted
  const ca = new TestCa()
  const server = ca.issue({ cn: 'localhost', san: 'IP:127.0.0.1' })
  const paths: TlsPaths = {
    cert: join(ca.folder, 'server.pem'),
    key: join(ca.folder, 'server.key'),
    clientCa: join(ca.folder, 'clients.pem'),
    crl: crl ? ca.crlFile : null,
  }
  copyFileSync(server.certFile, paths.cert)
  copyFileSync(server.keyFile, paths.key)
  copyFileSync(ca.file, join(ca.folder, 'clients.pem'))
  const faults: object[] = []
  const files = new TlsFiles(paths, readTlsFiles(paths), {
    ...silent,
    error: (fields) => void faults.push(fields),
  })
  await files.watch()
  onTestFinished(() => files.stop())
  const subject = await brokerUnderTest([], 100, limits, { files, ...(clientAuth ? { clientAuth } : {}) })
  const port = subject.broker.ports.mqtts ?? 0
  const open = (certificate: TestCertificate | null) => openTls(port, ca, certificate)
  const signIn = async (certificate: TestCertificate | null, hello: Buffer) => {
    const client = await open(certificate)
    client.send(hello)
    return client
  }
  const reasons = () =>
    subject.gate.refusedConnections({ limit: 100 }).map(({ reason, device }) => [reason, device])
  return { ca, paths, files, faults, subject, port, open, signIn, reasons }
}

async function openTls(port: number, ca: TestCa, certificate: TestCertificate | null): Promise<RawClient> {
  const { cert, key } = certificate ?? {}
  const identity = cert === undefined || key === undefined ? {} : { cert, key }
  const socket = connectTls({ port, host: '127.0.0.1', ca: readFileSync(ca.file), ...identity })
  onTestFinished(() => void socket.destroy())
  const client = new RawClient(socket)
  await Promise.race([new Promise((resolve) => socket.once('secureConnect', resolve)), client.closed])
  return client
}

describe('a client certificate that names a device', () => {
  it.each([
    ['as CN', { cn: 'wm-1' }],
    ['as DNS name', { cn: 'meter 17', san: 'DNS:wm-1' }],
    ['as URN', { san: 'DNS:meters.example,URI:urn:plumbline:device:wm-1' }],
    ['as plain URI', { cn: 'meter', san: 'URI:wm-1' }],
  ])('%s signs it in without a password', async (_, wanted) => {
    const { ca, signIn, subject } = await withCa()
    const client = await signIn(ca.issue(wanted), connect('wm-1', NO_PASSWORD))
    expect(await client.next()).toEqual(connack(0))
    client.send(publish({ topic: 'devices/wm-1/readings', payload: '{}', id: 3 }))
    expect(await client.next()).toEqual(puback(3))
    expect(await subject.inlet.message(1)).toMatchObject({ device: 'wm-1' })
    expect(subject.sessions).toMatchObject([{ device: 'wm-1', kind: 'connected', address: '127.0.0.1' }])
  })

  it.each<readonly [string, Connect, number]>([
    ['with its user name alone: in', { password: null }, 0],
    ['with its user name and an empty password: in', { password: '' }, 0],
    ['with its user name and password: in', {}, 0],
    ['with its user name and a wrong password: 4', { password: 'wrong' }, 4],
    ['with the user name and password of another device: 5', { username: 'wm-2', clientId: 'wm-2' }, 5],
    ['with a token: 5', { username: 'token', clientId: 'screen' }, 5],
    ['with the client id of another device: 2', { ...NO_PASSWORD, clientId: 'wm-2' }, 2],
    [
      "with a will on another device's topic: 5",
      { ...NO_PASSWORD, will: { topic: 'devices/wm-2/status' } },
      5,
    ],
  ])('%s', async (_, more, code) => {
    const { ca, signIn } = await withCa()
    const client = await signIn(ca.issue({ cn: 'wm-1' }), connect('wm-1', more))
    expect(await client.next()).toEqual(connack(code))
  })

  it('that was retired is refused: 4', async () => {
    const { ca, signIn, reasons } = await withCa()
    const client = await signIn(ca.issue({ cn: 'retired-1' }), connect('retired-1', NO_PASSWORD))
    expect(await client.next()).toEqual(connack(4))
    expect(reasons()).toEqual([['device_retired', 'retired-1']])
  })

  it('cannot name another by what stands inside one of its names', async () => {
    const { ca, signIn, reasons } = await withCa()
    const client = await signIn(
      ca.issue({ cn: 'nobody', san: uriOnly('x, DNS:wm-1, b') }),
      connect('wm-1', NO_PASSWORD),
    )
    expect(await client.next()).toEqual(connack(5))
    expect(reasons()).toEqual([['certificate_names_no_device', 'wm-1']])
  })

  it('of two devices signs in the one that the user name names, and none without it', async () => {
    const { ca, signIn } = await withCa()
    const both = ca.issue({ cn: 'wm-1', san: 'DNS:wm-2' })
    const second = await signIn(both, connect('wm-2', { password: null }))
    expect(await second.next()).toEqual(connack(0))
    const neither = await signIn(both, connect('wm-1', NO_PASSWORD))
    expect(await neither.next()).toEqual(connack(5))
  })
})

describe('a client certificate is refused before a byte is read', () => {
  it.each<readonly [string, (ca: TestCa) => TestCertificate, string]>([
    [
      'when it ran out',
      (ca) => ca.issue({ cn: 'wm-1', until: new Date(Date.now() - 60_000) }),
      'certificate_expired',
    ],
    [
      'when it is not valid yet',
      (ca) => ca.issue({ cn: 'wm-1', from: new Date(Date.now() + 3_600_000) }),
      'certificate_expired',
    ],
    [
      'when another CA signed it',
      () => new TestCa('Other CA').issue({ cn: 'wm-1' }),
      'certificate_not_trusted',
    ],
    [
      'when a CA of the same name signed it',
      () => new TestCa().issue({ cn: 'wm-1' }),
      'certificate_not_trusted',
    ],
  ])('%s, with a right password too', async (_, issue, reason) => {
    for (const clientAuth of ['required', 'optional'] as const) {
      const { ca, signIn, subject, reasons } = await withCa({ clientAuth })
      const client = await signIn(issue(ca), connect('wm-1'))
      await client.closed
      expect(client.received).toEqual([])
      expect(reasons()).toEqual([[reason, 'wm-1']])
      expect(subject.sessions).toEqual([])
    }
  })

  it('when it is revoked, and when the list has run out', async () => {
    const { ca, signIn, files, reasons } = await withCa({ crl: true })
    const good = ca.issue({ cn: 'wm-1' })
    const stolen = ca.issue({ cn: 'wm-2' })
    ca.revoke(stolen)
    await until('the new list', () => files.material.lists?.revoked.size === 1)
    expect(await (await signIn(good, connect('wm-1', NO_PASSWORD))).next()).toEqual(connack(0))
    expect(await (await signIn(stolen, connect('wm-2', NO_PASSWORD))).next()).toBeNull()
    ca.writeCrl(new Date(Date.now() - 1000))
    await until('the old list', () => (files.material.lists?.nextUpdateMs ?? 0) < Date.now())
    expect(await (await signIn(good, connect('wm-1', NO_PASSWORD))).next()).toBeNull()
    expect(reasons()).toEqual([
      ['certificate_crl', 'wm-1'],
      ['certificate_revoked', 'wm-2'],
    ])
  })
})

describe('without a client certificate', () => {
  it('nobody gets in where it is required', async () => {
    const { signIn, reasons } = await withCa()
    expect(await (await signIn(null, connect('wm-1'))).next()).toBeNull()
    expect(reasons()).toEqual([['certificate_missing', null]])
  })

  it('a password will do where it is optional', async () => {
    const { signIn } = await withCa({ clientAuth: 'optional' })
    expect(await (await signIn(null, connect('wm-1'))).next()).toEqual(connack(0))
    expect(await (await signIn(null, connect('wm-1', NO_PASSWORD))).next()).toEqual(connack(4))
  })

  it('a certificate that names no device is a key to the port only: the password decides', async () => {
    const { ca, signIn } = await withCa()
    const fleet = ca.issue({ cn: 'fleet of 2026' })
    expect(await (await signIn(fleet, connect('wm-1'))).next()).toEqual(connack(0))
    expect(await (await signIn(fleet, connect('wm-1', { password: 'wrong' }))).next()).toEqual(connack(4))
    expect(await (await signIn(fleet, connect('wm-1', NO_PASSWORD))).next()).toEqual(connack(5))
  })
})

describe('a TLS handshake that fails is listed with its reason', () => {
  const openTcp = async (port: number) => {
    const socket = connectTcp(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await new Promise((resolve) => socket.once('connect', resolve))
    return new RawClient(socket)
  }

  it('when it comes too slowly, however steadily it trickles', async () => {
    const { port, subject } = await withCa({ limits: { connectTimeoutMs: 300 } })
    const client = await openTcp(port)
    const trickle = setInterval(() => client.isClosed || client.send(Buffer.of(0x16)), 40)
    onTestFinished(() => clearInterval(trickle))
    client.send(Buffer.of(0x16, 0x03, 0x01, 0x02, 0x00))
    await client.closed
    expect(subject.gate.refusedConnections({ limit: 10 })).toMatchObject([
      {
        reason: 'tls_handshake',
        address: '127.0.0.1',
        port: 'mqtts',
        advice: expect.stringContaining('TIMEOUT'),
      },
    ])
  })

  it('when it is none: MQTT without TLS', async () => {
    const { port, subject } = await withCa()
    const client = await openTcp(port)
    client.send(connect('wm-1'))
    await client.closed
    expect(subject.gate.refusedConnections({ limit: 10 })).toMatchObject([{ reason: 'tls_handshake' }])
    expect(subject.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('but no port that is only knocked at', async () => {
    const { ca, port, subject, signIn } = await withCa()
    const client = await openTcp(port)
    client.destroy()
    await client.closed
    expect(await (await signIn(ca.issue({ cn: 'wm-1' }), connect('wm-1', NO_PASSWORD))).next()).toEqual(
      connack(0),
    )
    expect(subject.gate.refusedConnections({ limit: 10 })).toEqual([])
  })
})

it('a device with its certificate comes in from an address that is closed for guessing', async () => {
  const { ca, signIn, subject } = await withCa({ clientAuth: 'optional' })
  for (let i = 0; i < 20; i++) subject.gate.failed('127.0.0.1', `guess-${i}`)
  expect(await (await signIn(null, connect('wm-2'))).next()).toEqual(connack(3))
  const fleet = ca.issue({ cn: 'fleet' })
  expect(await (await signIn(fleet, connect('wm-2'))).next()).toEqual(connack(3))
  const own = ca.issue({ cn: 'wm-1' })
  expect(await (await signIn(own, connect('wm-1', NO_PASSWORD))).next()).toEqual(connack(0))
})

describe('the TLS files are read again when they change', () => {
  it('a certificate that is revoked ends its session, and only that', async () => {
    const { ca, signIn, subject } = await withCa({ crl: true })
    const stolen = ca.issue({ cn: 'wm-1' })
    const victim = await signIn(stolen, connect('wm-1', NO_PASSWORD))
    const other = await signIn(ca.issue({ cn: 'wm-2' }), connect('wm-2', NO_PASSWORD))
    expect([await victim.next(), await other.next()]).toEqual([connack(0), connack(0)])
    ca.revoke(stolen)
    await victim.closed
    await until('its end', () => subject.sessions.some(({ kind }) => kind === 'disconnected'))
    expect(subject.sessions.at(-1)).toMatchObject({ device: 'wm-1', reason: 'its certificate was revoked' })
    other.send(publish({ topic: 'devices/wm-2/readings', payload: '{}', id: 3 }))
    expect(await other.next()).toEqual(puback(3))
  })

  it('another server certificate and another CA are in force without a restart', async () => {
    const { ca, paths, signIn, files } = await withCa()
    const next = ca.issue({ cn: 'renewed', san: 'IP:127.0.0.1' })
    const otherCa = new TestCa('Next CA')
    copyFileSync(next.certFile, paths.cert)
    copyFileSync(next.keyFile, paths.key)
    copyFileSync(otherCa.file, paths.clientCa ?? '')
    await until('the new files', () => files.material.cert === next.cert)
    expect(await (await signIn(otherCa.issue({ cn: 'wm-1' }), connect('wm-1', NO_PASSWORD))).next()).toEqual(
      connack(0),
    )
    expect(await (await signIn(ca.issue({ cn: 'wm-1' }), connect('wm-1', NO_PASSWORD))).next()).toBeNull()
  })

  it('broken ones are reported, and the old stay in force', async () => {
    const { ca, paths, signIn, faults, files } = await withCa({ crl: true })
    const before = files.material
    writeFileSync(paths.cert, 'this is no certificate')
    await until('the report', () => faults.length === 1)
    expect(JSON.stringify(faults)).toContain('TLS_CERT_FILE')
    expect(files.material).toBe(before)
    expect(await (await signIn(ca.issue({ cn: 'wm-1' }), connect('wm-1', NO_PASSWORD))).next()).toEqual(
      connack(0),
    )
    writeFileSync(paths.cert, before.cert)
    await until('the right one again', () => files.material !== before)
    writeFileSync(paths.crl ?? '', '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n')
    await until('the second report', () => faults.length === 2)
    expect(JSON.stringify(faults[1])).toContain('TLS_CLIENT_CRL_FILE')
  })

  it('SIGHUP reads them at once', async () => {
    const { files } = await withCa()
    const before = files.material
    process.emit('SIGHUP', 'SIGHUP')
    expect(files.material).not.toBe(before)
  })
})

it('a session that is resumed does not get around the look at its certificate: there is none to resume', async () => {
  const { ca, port } = await withCa({ crl: true })
  const { cert, key } = ca.issue({ cn: 'wm-1' })
  const open = (session?: Buffer) => {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ca: readFileSync(ca.file),
      cert,
      key,
      ...(session ? { session } : {}),
    })
    onTestFinished(() => void socket.destroy())
    return socket
  }
  const first = open()
  let session: Buffer | undefined
  first.on('session', (ticket) => {
    session = ticket
  })
  first.write(connect('wm-1', NO_PASSWORD))
  await new Promise((resolve) => first.once('data', resolve))
  const second = open(session ?? first.getSession())
  await new Promise((resolve) => second.once('secureConnect', resolve))
  expect(second.isSessionReused()).toBe(false)
})

it('revocation lists are read as openssl writes them, and tell issuers apart', () => {
  const [ca, other] = [new TestCa('One'), new TestCa('Two')]
  const [mine, theirs, kept] = [ca.issue({ cn: 'a' }), other.issue({ cn: 'a' }), ca.issue({ cn: 'b' })]
  ca.revoke(mine)
  const lists = readRevocationLists(readFileSync(ca.crlFile, 'utf8') + readFileSync(other.crlFile, 'utf8'))
  const isRevoked = ({ cert }: TestCertificate) =>
    lists.revoked.has(certificateKey(Buffer.from(cert.replace(/-----[^-]+-----|\s/g, ''), 'base64')))
  expect([mine, theirs, kept].map(isRevoked)).toEqual([true, false, false])
  expect(lists.pems).toHaveLength(2)
  expect(lists.nextUpdateMs).toBeGreaterThan(Date.now())
  expect(() => readRevocationLists('nothing')).toThrow(/X509 CRL/)
})
