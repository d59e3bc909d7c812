import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Upstream } from '../../core/upstream.ts'
import { isAllowedAddress } from '../../upstream/dial.ts'
import { hasCommand } from '../support/command.ts'
import { until } from '../support/until.ts'
import { selfSigned } from './certificate.ts'
import { startForeignBroker } from './foreign-broker.ts'
import { upstreamsUnderTest, upstreamTo } from './upstreams-under-test.ts'

/** What is said of an upstream that does not work. */
async function faultOf(upstream: Upstream): Promise<string> {
  const { upstreams } = upstreamsUnderTest()
  await upstreams.put(upstream)
  const fault = await until('a fault', () => upstreams.state('up-1')?.fault)
  assert.notEqual(fault.detail, '')
  return fault.code
}

describe('an upstream that does not work says why', () => {
  it.each([
    [4, 'wrong_password'],
    [5, 'not_authorized'],
    [2, 'client_id_refused'],
    [3, 'broker_refused'],
  ])('CONNACK %d', async (returnCode, code) => {
    const broker = await startForeignBroker({
      authenticate: (_client, _name, _password, done) =>
        done(Object.assign(new Error('no'), { returnCode }) as never, false),
    })
    assert.equal(await faultOf(upstreamTo(broker.url, { username: 'u', password: 'wrong' })), code)
  })

  it('unknown host', async () =>
    assert.equal(await faultOf(upstreamTo('mqtt://no-such-host.invalid')), 'host_unknown'))

  it('a host that says nothing of MQTT', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n').resume())
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    expect(['closed', 'protocol_error']).toContain(await faultOf(upstreamTo(`mqtt://127.0.0.1:${port}`)))
    expect(['tls_failed', 'closed']).toContain(await faultOf(upstreamTo(`mqtts://127.0.0.1:${port}`)))
  })

  it('no WebSocket', async () => {
    const server = createHttpServer((_request, response) => response.writeHead(404).end())
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    assert.equal(await faultOf(upstreamTo(`ws://127.0.0.1:${port}/mqtt`)), 'websocket_refused')
  })

  it.skipIf(!hasCommand('openssl'))(
    'a certificate that nobody vouches for, until its own is trusted',
    async () => {
      const tls = selfSigned()
      const broker = await startForeignBroker({ tls })
      const url = broker.url.replace('127.0.0.1', 'localhost')
      assert.equal(await faultOf(upstreamTo(url)), 'certificate_not_trusted')
      const { upstreams } = upstreamsUnderTest()
      await upstreams.put(upstreamTo(url, { ca: tls.cert }))
      await until('connected', () => upstreams.state('up-1')?.state === 'connected')
      // The name is checked, too.
      assert.equal(await faultOf(upstreamTo(broker.url, { ca: tls.cert })), 'certificate_not_trusted')
    },
  )

  it('a refused subscription, while the others go on', async () => {
    const broker = await startForeignBroker({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic.startsWith('secret/') ? null : subscription),
    })
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(
      upstreamTo(broker.url, { topics: ['plant/#', 'secret/#'].map((filter) => ({ filter, qos: 1 })) }),
    )
    const fault = await until('a fault', () => upstreams.state('up-1')?.fault)
    assert.equal(fault.code, 'subscription_refused')
    assert.match(fault.detail, /secret\/#/)
    assert.doesNotMatch(fault.detail, /plant/)
    await broker.publish('plant/1', 1)
    await until('the message', () => inlet.messages.length === 1)
    assert.equal(
      await faultOf(upstreamTo(broker.url, { topics: [{ filter: 'secret/#', qos: 1 }] })),
      'subscription_refused',
    )
  })

  it('a message that is too large to be gathered', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await until('connected', () => upstreams.state('up-1')?.state === 'connected')
    await broker.publish('plant/huge', Buffer.alloc(9 * 1_048_576), { qos: 0 })
    // It is told until the next try, which may come at once.
    const fault = await until('a fault', () => upstreams.state('up-1')?.fault, 20_000, 1)
    assert.equal(fault.code, 'message_too_large')
    await until('connected again', () => upstreams.state('up-1')?.state === 'connected')
    assert.equal(inlet.messages.length, 0)
  })

  it('secrets of another key', async () =>
    assert.equal(
      await faultOf(upstreamTo('mqtt://127.0.0.1:1', { isUnreadable: true })),
      'secret_unreadable',
    ))

  it('an address that is link-local, multicast, a metadata service or none', async () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fe80::1',
      'fd00:ec2::254',
      '100.100.100.200',
      '0.0.0.0',
      '::',
      '239.1.1.1',
      '255.255.255.255',
    ])
      assert.equal(isAllowedAddress(address), false, address)
    for (const address of ['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', 'fd12::1', '8.8.8.8'])
      assert.equal(isAllowedAddress(address), true, address)
    assert.equal(await faultOf(upstreamTo('mqtt://169.254.169.254:80')), 'address_not_allowed')
    assert.equal(await faultOf(upstreamTo('ws://[::ffff:a9fe:a9fe]/latest')), 'address_not_allowed')
    // Written so that only the lookup makes an address of it.
    assert.equal(await faultOf(upstreamTo('mqtt://0xa9fea9fe')), 'address_not_allowed')
  })
})
