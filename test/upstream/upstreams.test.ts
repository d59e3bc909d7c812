import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { startForeignBroker } from './foreign-broker.ts'
import { PAYLOAD_BYTES_MAX, upstreamsUnderTest, upstreamTo } from './upstreams-under-test.ts'

const connected = (upstreams: ReturnType<typeof upstreamsUnderTest>['upstreams']) =>
  until('the upstream is connected', () => upstreams.state('up-1')?.state === 'connected')

describe('an upstream', () => {
  it('takes messages as they come, in the name of its gateway', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    await broker.publish('plant/3/meters', { litres: 7 })
    await broker.publish('elsewhere', {})
    await broker.publish('plant/4/meters', Buffer.from([0, 255]), { qos: 0 })
    await until('two messages', () => inlet.messages.length === 2)
    assert.deepEqual(
      inlet.messages.map(({ device, topic, payload, via }) => [
        device,
        topic,
        Buffer.from(payload).toString('hex'),
        via,
      ]),
      [
        ['gw-1', 'plant/3/meters', Buffer.from('{"litres":7}').toString('hex'), 'upstream'],
        ['gw-1', 'plant/4/meters', '00ff', 'upstream'],
      ],
    )
    assert.equal(upstreams.state('up-1')?.messages, 2)
  })

  it.each([1, 2] as const)(
    'acknowledges QoS %d only after the commit, in the order of the messages',
    async (qos) => {
      const broker = await startForeignBroker()
      const { upstreams, inlet } = upstreamsUnderTest()
      inlet.isHolding = true
      await upstreams.put(upstreamTo(broker.url, { topics: [{ filter: 'plant/#', qos }] }))
      await connected(upstreams)
      const ids: number[] = []
      for (const n of [1, 2, 3]) await broker.publish(`plant/${n}`, n, { qos })
      await until('all three are under way at once', () => inlet.messages.length === 3)
      ids.push(...inlet.messages.map(({ packet }) => packet?.id ?? 0))
      inlet.release(1)
      // A later message that is committed first waits for those before it: the round trip shows that nothing has left.
      await broker.publish('plant/4', 4, { qos: 0 })
      await until('the fourth', () => inlet.messages.length === 4)
      assert.deepEqual(broker.acknowledged, [])
      inlet.release(0)
      await until('two are acknowledged', () => broker.acknowledged.length >= 2)
      assert.deepEqual(broker.acknowledged.slice(0, 2), ids.slice(0, 2))
      inlet.releaseAll()
      await until('all are acknowledged', () => new Set(broker.acknowledged).size === 3)
    },
  )

  it('gets again what it had not acknowledged, and that marked as the same packet', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    inlet.isHolding = true
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    await broker.publish('plant/1', 1)
    await until('the message', () => inlet.messages.length === 1)
    cut(broker)
    await until('it came again', () => inlet.messages.length === 2)
    assert.equal(inlet.messages[1]?.topic, 'plant/1')
    assert.equal(inlet.messages[1]?.packet?.session, inlet.messages[0]?.packet?.session)
    // The commit of the first is too late for its connection: it acknowledges nothing on the new one.
    inlet.release()
    await broker.publish('plant/2', 2, { qos: 0 })
    await until('the next', () => inlet.messages.length === 3)
    assert.deepEqual(broker.acknowledged, [])
    inlet.releaseAll()
    await until('acknowledged', () => broker.acknowledged.length === 1)
  })

  it('finds its broker again, which kept what came meanwhile', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    await upstreams.close()
    await until('it is gone', () => broker.clients().length === 0)
    await broker.publish('plant/1', 'while away')
    const again = upstreamsUnderTest()
    await again.upstreams.put(upstreamTo(broker.url))
    await until('the message', () => again.inlet.messages.length === 1)
    assert.equal(inlet.messages.length, 0)
  })

  it('says that the broker is away, and connects when it is back', async () => {
    const port = await freePort()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(`mqtt://127.0.0.1:${port}`))
    await until('it is failing', () => upstreams.state('up-1')?.state === 'failing')
    assert.equal(upstreams.state('up-1')?.fault?.code, 'nothing_listens')
    const first = await startForeignBroker({ port })
    await connected(upstreams)
    await first.stop()
    await until('it is failing', () => upstreams.state('up-1')?.state === 'failing')
    const second = await startForeignBroker({ port })
    await connected(upstreams)
    await second.publish('plant/1', 1)
    await until('the message', () => inlet.messages.length === 1)
  })

  it('reads no more while the pipeline is full, stays connected, and loses nothing', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    inlet.isFull = true
    for (let n = 0; n < 50; n++) await broker.publish(`plant/${n}`, n)
    await until('the first', () => inlet.messages.length === 1)
    await until('its acknowledgement', () => broker.acknowledged.length === 1)
    assert.equal(inlet.messages.length, 1)
    inlet.isFull = false
    await until('the rest', () => broker.acknowledged.length === 50)
    assert.deepEqual(
      inlet.messages.map(({ topic }) => topic),
      Array.from({ length: 50 }, (_, n) => `plant/${n}`),
    )
  })

  it('stays alive while it reads nothing, though no answer to a ping is read either', async () => {
    const broker = await startForeignBroker()
    let pings = 0
    let connects = 0
    broker.aedes.on('ping', () => pings++)
    broker.aedes.on('clientReady', () => connects++)
    const { upstreams, inlet } = upstreamsUnderTest(1)
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    inlet.isFull = true
    await broker.publish('plant/1', 1)
    await until('the first', () => inlet.messages.length === 1)
    const before = pings
    await until('pings for more than two keep-alives', () => pings >= before + 8)
    assert.equal(connects, 1)
    assert.equal(upstreams.state('up-1')?.state, 'connected')
    inlet.isFull = false
    await broker.publish('plant/2', 2)
    await until('the next', () => inlet.messages.length === 2)
  })

  it('refuses what its gateway may not publish, and what is too large, and acknowledges it', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(
      upstreamTo(broker.url, { topics: ['plant/#', 'forbidden/#'].map((filter) => ({ filter, qos: 1 })) }),
    )
    await connected(upstreams)
    await broker.publish('forbidden/x', 1)
    await broker.publish('plant/large', Buffer.alloc(PAYLOAD_BYTES_MAX + 1))
    await until('both are acknowledged', () => broker.acknowledged.length === 2)
    assert.deepEqual(
      inlet.messages.map(({ refusal }) => refusal?.code),
      ['topic_not_allowed', 'payload_too_large'],
    )
  })

  it('leaves out what the broker had kept from before, unless it is told to take it', async () => {
    const broker = await startForeignBroker()
    await broker.publish('plant/old', 1, { retain: true })
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await until('it was ignored', () => upstreams.state('up-1')?.retainedIgnored === 1)
    await connected(upstreams)
    await broker.publish('plant/new', 2, { retain: true })
    await until('the new one', () => inlet.messages.length === 1)
    assert.deepEqual([inlet.messages[0]?.topic, inlet.messages[0]?.retain], ['plant/new', false])
    const other = upstreamsUnderTest()
    await other.upstreams.put(upstreamTo(broker.url, { clientId: 'other', retained: 'take' }))
    await until('both', () => other.inlet.messages.length === 2)
    assert.ok(other.inlet.messages.every(({ retain }) => retain))
  })

  it('starts anew with another password and the same session', async () => {
    const broker = await startForeignBroker()
    const { upstreams, inlet } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    inlet.isHolding = true
    await broker.publish('plant/1', 1)
    await until('the message', () => inlet.messages.length === 1)
    const putting = upstreams.put(upstreamTo(broker.url, { username: 'u', password: 'new' }))
    inlet.releaseAll()
    await putting
    await connected(upstreams)
    await broker.publish('plant/2', 2)
    await until('the next', () => inlet.messages.length === 2)
    // What was under way was waited for: it was acknowledged on its own connection, and did not come twice.
    assert.equal(inlet.messages[1]?.topic, 'plant/2')
  })

  it('leaves no session behind when it is removed', async () => {
    const broker = await startForeignBroker()
    const { upstreams } = upstreamsUnderTest()
    await upstreams.put(upstreamTo(broker.url))
    await connected(upstreams)
    assert.equal(await broker.subscriptions('plumbline-up-1'), 1)
    await upstreams.remove('up-1')
    assert.equal(upstreams.state('up-1'), undefined)
    const again = upstreamsUnderTest()
    await until('its session is gone', async () => (await broker.subscriptions('plumbline-up-1')) === 0)
    await broker.publish('plant/1', 1)
    await again.upstreams.put(upstreamTo(broker.url))
    await connected(again.upstreams)
    assert.equal(again.inlet.messages.length, 0)
  })
})

/** Ends all connections of the broker, not the broker. */
function cut(broker: Awaited<ReturnType<typeof startForeignBroker>>): void {
  const clients = (broker.aedes as unknown as { clients: Record<string, { conn: { destroy(): void } }> })
    .clients
  for (const client of Object.values(clients)) client.conn.destroy()
}
