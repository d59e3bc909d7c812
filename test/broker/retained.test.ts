import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import { PINGREQ, PINGRESP, puback, publish, suback, subscribe, unsuback, unsubscribe } from './packets.ts'
import type { RawClient } from './raw-client.ts'

const STATUS = 'devices/wm-1/status'
const retainedBytes = (topic: string, payload: string) => publish({ topic, payload, qos: 0, retain: true })

describe('the status of a device', () => {
  it('is kept and offered to who subscribes later [MQTT-3.3.1-6]', async () => {
    const { device } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: STATUS, payload: 'on', retain: true, qos: 0 }), PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
    const later = await device('wm-1', { clientId: 'wm-1:later' })
    later.send(subscribe(1, 'devices/wm-1/#'))
    expect(await later.next()).toEqual(suback(1, 1))
    expect(await later.next()).toEqual(retainedBytes(STATUS, 'on'))
  })

  it('is offered from before the start too', async () => {
    const { device } = await brokerUnderTest([{ topic: STATUS, payload: Buffer.from('from before') }])
    const client = await device()
    client.send(subscribe(1, STATUS))
    expect(await client.next()).toEqual(suback(1, 1))
    expect(await client.next()).toEqual(retainedBytes(STATUS, 'from before'))
  })

  it('is all that is kept: readings live in the store', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: 'devices/wm-1/readings', payload: '{}', retain: true }))
    expect(await client.next()).toEqual(puback(1))
    await inlet.message(1)
    client.send(subscribe(2, 'devices/wm-1/#'))
    expect(await client.next()).toEqual(suback(2, 1))
    client.send(PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
    await roundTrip()
    expect(client.received).toHaveLength(4)
  })
})

/** At whatever QoS: twins are sent at QoS 0, which is within every grant. */
async function expectGranted(client: RawClient, id: number): Promise<void> {
  const answer = await client.next()
  expect(answer?.subarray(0, 4)).toEqual(suback(id, 0).subarray(0, 4))
  expect(answer?.[4]).toBeLessThan(0x80)
}

describe('twins', () => {
  it('come retained when a token subscribes, at QoS 0: one, or all', async () => {
    const { device, twins } = await brokerUnderTest()
    twins.set('house-1', '{"id":"house-1"}')
    twins.set('road-1', '{"id":"road-1"}')
    const client = await device('token', { clientId: 'reader' })
    client.send(subscribe(1, 'twins/road-1'))
    await expectGranted(client, 1)
    expect(await client.next()).toEqual(retainedBytes('twins/road-1', '{"id":"road-1"}'))
    client.send(subscribe(2, 'twins/#'))
    await expectGranted(client, 2)
    expect(await client.next()).toEqual(retainedBytes('twins/house-1', '{"id":"house-1"}'))
    expect(await client.next()).toEqual(retainedBytes('twins/road-1', '{"id":"road-1"}'))
  })

  it('come again, no longer as retained, when they change, to who asked for them', async () => {
    const { device, twins, twinChanged } = await brokerUnderTest()
    twins.set('road-1', '1')
    const client = await device('token', { clientId: 'reader' })
    client.send(subscribe(1, 'twins/road-1'))
    await client.next()
    expect(await client.next()).toEqual(retainedBytes('twins/road-1', '1'))
    twins.set('house-1', '9')
    twins.set('road-1', '2')
    twinChanged('house-1')
    twinChanged('road-1')
    expect(await client.next()).toEqual(publish({ topic: 'twins/road-1', payload: '2', qos: 0 }))
    client.send(unsubscribe(2, 'twins/road-1'))
    expect(await client.next()).toEqual(unsuback(2))
  })

  it('of entities that are not there are not made up', async () => {
    const { device, roundTrip } = await brokerUnderTest()
    const client = await device('token', { clientId: 'reader' })
    client.send(subscribe(1, 'twins/nothing'))
    await expectGranted(client, 1)
    client.send(PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
    await roundTrip()
    expect(client.received).toHaveLength(3)
  })

  it('are all that a token hears, and only where it was not refused', async () => {
    const { device, twins } = await brokerUnderTest()
    twins.set('road-1', '1')
    const client = await device('token', { clientId: 'reader' })
    client.send(subscribe(1, '#', 'devices/#', 'devices/wm-1/readings', 'twins/a/b', '$SYS/#'))
    expect(await client.next()).toEqual(suback(1, 0x80, 0x80, 0x80, 0x80, 0x80))
    client.send(PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
  })

  it('are not made while nobody listens', async () => {
    const { device, broker, twins, twinChanged } = await brokerUnderTest()
    const client = await device('token', { clientId: 'reader' })
    client.send(subscribe(1, 'twins/#'))
    await client.next()
    client.destroy()
    await until('the end of the session', () => broker.sessions() === 0)
    let made = 0
    twins.get = () => {
      made++
      return undefined
    }
    twinChanged('road-1')
    const again = await device('token', { clientId: 'reader' })
    again.send(PINGREQ)
    expect(await again.next()).toEqual(PINGRESP)
    expect(made).toBe(0)
  })
})
