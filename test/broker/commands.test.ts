import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import { connack, connect, packet, puback, publish, suback, subscribe } from './packets.ts'
import { openRaw } from './raw-client.ts'

const TOPIC = 'devices/wm-1/commands/open'
const ORDER = Buffer.from('{"id":"c-1"}')

describe('a command', () => {
  it('goes to the sessions of its device that have subscribed to it, and to nobody else', async () => {
    const { broker, device, listening, roundTrip } = await brokerUnderTest()
    const hearing = await device('wm-1', { clientId: 'wm-1:a' })
    const deaf = await device('wm-1', { clientId: 'wm-1:b' })
    const other = await device('wm-2')
    other.send(subscribe(1, 'devices/wm-1/commands/+', 'devices/wm-2/#'))
    expect(await other.next()).toEqual(suback(1, 0x80, 1))
    expect([broker.hears('wm-1', TOPIC), broker.deliver('wm-1', TOPIC, ORDER)]).toEqual([false, false])
    hearing.send(subscribe(1, 'devices/wm-1/commands/+'))
    expect(await hearing.next()).toEqual(suback(1, 1))
    expect(listening.filter((one) => one === 'wm-1')).toEqual(['wm-1'])
    expect([broker.hears('wm-1', TOPIC), broker.deliver('wm-1', TOPIC, ORDER)]).toEqual([true, true])
    const bytes = await hearing.next()
    const id = bytes?.readUInt16BE(2 + 2 + TOPIC.length) ?? 0
    expect(bytes).toEqual(publish({ topic: TOPIC, payload: ORDER, id }))
    hearing.send(puback(id))
    await roundTrip()
    expect(deaf.received).toEqual([connack(0)])
    expect(other.received).toEqual([connack(0), suback(1, 0x80, 1)])
    expect(() => broker.deliver('wm-2', TOPIC, ORDER)).toThrow()
  })

  it('goes at QoS 0 to who asked for that, and whole when it is large', async () => {
    const { broker, device } = await brokerUnderTest()
    const client = await device()
    client.send(packet(0x82, Buffer.of(0, 1, 0, 14), Buffer.from('devices/wm-1/#'), Buffer.of(0)))
    expect(await client.next()).toEqual(suback(1, 0))
    const large = Buffer.alloc(20_000, 'x')
    broker.deliver('wm-1', TOPIC, large)
    expect(await client.next()).toEqual(publish({ topic: TOPIC, payload: large, qos: 0 }))
  })

  it('is not sent again by the broker to a session that was kept: that is the business of the queue', async () => {
    const { broker, port, device, listening, roundTrip } = await brokerUnderTest()
    const first = await device('wm-1', { clean: false })
    first.send(subscribe(1, 'devices/wm-1/commands/+'))
    await first.next()
    broker.deliver('wm-1', TOPIC, ORDER)
    await first.next()
    // Gone without a PUBACK.
    first.end()
    await first.closed
    await until('the end of the session', () => !broker.hears('wm-1', TOPIC))
    const before = listening.length
    const back = await openRaw(port)
    back.send(connect('wm-1', { clean: false }))
    expect(await back.next()).toEqual(connack(0, true))
    await until('it to be told', () => listening.length > before)
    await roundTrip()
    expect(back.received).toEqual([connack(0, true)])
    expect(broker.hears('wm-1', TOPIC)).toBe(true)
  })
})
