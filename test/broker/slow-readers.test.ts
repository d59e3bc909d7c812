import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { type BrokerUnderTest, brokerUnderTest } from './broker-under-test.ts'
import { puback, publish, pubrec, suback, subscribe } from './packets.ts'
import type { RawClient } from './raw-client.ts'

const READINGS = 'devices/wm-1/readings'
// The kernel's buffers on loopback take some megabytes before anything stays in ours.
const LARGE = Buffer.alloc(200 * 1024, 'x')
const LARGE_MESSAGES_UNTIL_STUCK = 100

/** A client that hears its own folder and has stopped reading. */
async function readerOfItsFolder({ device }: BrokerUnderTest): Promise<RawClient> {
  const reader = await device('wm-1', { clientId: 'wm-1:reader' })
  reader.send(subscribe(1, 'devices/wm-1/#'))
  expect(await reader.next()).toEqual(suback(1, 1))
  reader.stopReading()
  return reader
}

const largeMessages = (count: number) =>
  Array.from({ length: count }, (_, i) => publish({ topic: READINGS, payload: LARGE, id: i + 1 }))

describe('a device that hears its own folder and does not read', () => {
  it('holds no other device up', async () => {
    const subject = await brokerUnderTest([], 100, { unreadBytesMax: Infinity })
    await readerOfItsFolder(subject)
    const publisher = await subject.device('wm-1')
    publisher.send(...largeMessages(LARGE_MESSAGES_UNTIL_STUCK))
    for (let id = 1; id <= LARGE_MESSAGES_UNTIL_STUCK; id++)
      expect(await publisher.next()).toEqual(puback(id))
    for (let n = 0; n < 2; n++) {
      const chatty = await subject.device('wm-1', { clientId: `wm-1:chatty-${n}` })
      chatty.send(...Array.from({ length: 300 }, () => publish({ topic: READINGS, payload: 'x', qos: 0 })))
    }
    await until('the messages of the chatty ones', () => subject.inlet.messages.length >= 600)
    const other = await subject.device('wm-2')
    for (const id of [1, 2, 3]) {
      // At QoS 2 the answer follows only when the message was handed on.
      other.send(publish({ topic: 'devices/wm-2/readings', id, qos: 2 }))
      expect(await other.next()).toEqual(pubrec(id))
    }
  })

  it('is cut off once too much is written that it has not taken', async () => {
    const subject = await brokerUnderTest([], 100, { unreadBytesMax: LARGE.length / 2 })
    await readerOfItsFolder(subject)
    const publishers = await Promise.all(
      [1, 2, 3].map((n) => subject.device('wm-1', { clientId: `wm-1:${n}` })),
    )
    for (const publisher of publishers) publisher.send(...largeMessages(LARGE_MESSAGES_UNTIL_STUCK))
    for (const publisher of publishers) {
      let answer: Buffer | null = null
      for (let id = 1; id <= LARGE_MESSAGES_UNTIL_STUCK; id++) answer = await publisher.next()
      expect(answer).toEqual(puback(LARGE_MESSAGES_UNTIL_STUCK))
    }
    await until('the end of the reader', () => subject.broker.sessions() === publishers.length)
  })

  it('is cut off after a while when it takes nothing at all', async () => {
    const subject = await brokerUnderTest([], 100, { stuckMsMax: 50 })
    await readerOfItsFolder(subject)
    const publisher = await subject.device('wm-1')
    publisher.send(...largeMessages(LARGE_MESSAGES_UNTIL_STUCK))
    await until('the end of the reader', () => subject.broker.sessions() === 1)
    for (let id = 1; id <= LARGE_MESSAGES_UNTIL_STUCK; id++) await publisher.next()
    expect(publisher.received.at(-1)).toEqual(puback(LARGE_MESSAGES_UNTIL_STUCK))
  })
})

describe('a reader of the twins that does not read', () => {
  const ENTITIES = 400
  const document = 'x'.repeat(100 * 1024)

  async function stuckReader(subject: BrokerUnderTest) {
    let made = 0
    for (let i = 0; i < ENTITIES; i++) subject.twins.set(`road-${i}`, document)
    const { get } = Map.prototype
    subject.twins.get = (entity) => {
      made++
      return get.call(subject.twins, entity)
    }
    const reader = await subject.device('token', { clientId: 'reader' })
    reader.stopReading()
    reader.send(subscribe(1, 'twins/#'))
    await until('the first twins', () => made > 10)
    return { reader, made: () => made }
  }

  it('has little more made for it than it takes, however much changes, and is cut off after a while', async () => {
    const subject = await brokerUnderTest([], 100, { stuckMsMax: 300 })
    const { made } = await stuckReader(subject)
    for (let change = 0; change < 20; change++)
      for (let i = 0; i < ENTITIES; i++) subject.twinChanged(`road-${i}`)
    await until('its end', () => subject.broker.sessions() === 0)
    expect(made()).toBeLessThan(ENTITIES)
  })

  it('holds no other reader and no device up', async () => {
    const subject = await brokerUnderTest()
    await stuckReader(subject)
    const other = await subject.device('token', { clientId: 'other' })
    other.send(subscribe(1, 'twins/small'))
    await other.next()
    const device = await subject.device('wm-2')
    // More than as many changes as any queue of the broker's may hold.
    for (let i = 0; i < ENTITIES; i++) subject.twinChanged(`road-${i}`)
    subject.twins.set('small', '1')
    subject.twinChanged('small')
    expect(await other.next()).toEqual(publish({ topic: 'twins/small', payload: '1', qos: 0 }))
    for (const id of [1, 2, 3]) {
      device.send(publish({ topic: 'devices/wm-2/readings', id }))
      expect(await device.next()).toEqual(puback(id))
    }
  })
})
