import { duplexPair } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import { connack, connect, PINGREQ, PINGRESP, puback, publish, subscribe } from './packets.ts'

const READINGS = 'devices/wm-1/readings'
const STATUS = 'devices/wm-1/status'

describe('readings on their short way', () => {
  it('are acknowledged in the order in which they were sent, whatever else comes between them [MQTT-4.6.0-2]', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(
      publish({ topic: READINGS, id: 1 }),
      publish({ topic: STATUS, id: 2 }),
      publish({ topic: READINGS, id: 3 }),
      publish({ topic: 'devices/other/readings', id: 4 }),
      publish({ topic: READINGS, id: 5 }),
    )
    await inlet.message(5)
    inlet.releaseLast()
    inlet.releaseLast()
    inlet.releaseLast()
    inlet.release()
    inlet.release()
    for (const id of [1, 2, 3, 4, 5]) expect(await client.next()).toEqual(puback(id))
  })

  it('that are done before those ahead of them wait for these', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(...[1, 2, 3].map((id) => publish({ topic: READINGS, id })))
    await inlet.message(3)
    inlet.releaseLast()
    inlet.releaseLast()
    await roundTrip()
    expect(client.received).toEqual([connack(0)])
    inlet.release()
    for (const id of [1, 2, 3]) expect(await client.next()).toEqual(puback(id))
  })

  it('wait for a packet before them that goes through the broker [MQTT-4.6.0-2]', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: STATUS, id: 1 }))
    await inlet.message(1)
    client.send(publish({ topic: READINGS, id: 2 }))
    await roundTrip()
    expect(inlet.messages).toHaveLength(1)
    inlet.release()
    expect(await client.next()).toEqual(puback(1))
    await inlet.message(2)
    inlet.release()
    expect(await client.next()).toEqual(puback(2))
  })

  it('are read on only when the chunk before is answered', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, id: 1 }))
    await inlet.message(1)
    client.send(publish({ topic: READINGS, id: 2 }), PINGREQ)
    await roundTrip()
    expect(inlet.messages).toHaveLength(1)
    inlet.isHolding = false
    inlet.release()
    expect(await client.next()).toEqual(puback(1))
    const rest = [await client.next(), await client.next()]
    expect(rest).toEqual(expect.arrayContaining([puback(2), PINGRESP]))
  })

  it.each(['devices/wm-1/readings', 'devices/wm-1/#', 'devices/wm-1/+', 'devices/wm-1/readings/#'])(
    'reach a subscriber of %s',
    async (topic) => {
      const { device } = await brokerUnderTest()
      const listener = await device('wm-1', { clientId: 'wm-1:listener' })
      listener.send(subscribe(1, topic))
      await listener.next()
      const client = await device()
      client.send(publish({ topic: READINGS, payload: 'one', qos: 0 }))
      client.send(publish({ topic: READINGS, payload: 'two', id: 2 }))
      expect(await client.next()).toEqual(puback(2))
      const heard = [await listener.next(), await listener.next()].map((packet) =>
        String(packet?.subarray(-3)),
      )
      expect(heard).toEqual(['one', 'two'])
    },
  )

  it('have times of receipt that differ, so that two without a time of their own do not meet', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    client.send(...[1, 2, 3, 4].map((id) => publish({ topic: READINGS, id })))
    await inlet.message(4)
    expect(new Set(inlet.messages.map(({ receivedAt }) => receivedAt)).size).toBe(4)
  })

  it('keep their connection alive without a PINGREQ [MQTT-3.1.2-24]', async () => {
    const { device } = await brokerUnderTest()
    const client = await device('wm-1', { keepaliveS: 1 })
    const startedAt = Date.now()
    // A quick machine sends more than there are packet identifiers [MQTT-2.3.1-1].
    for (let id = 1; Date.now() - startedAt < 2500; id = (id % 65_535) + 1) {
      client.send(publish({ topic: READINGS, id }))
      expect(await client.next()).toEqual(puback(id))
    }
    expect(client.isClosed).toBe(false)
  })

  it('of a client that does not read its acknowledgements wait until it does', async () => {
    const { broker, inlet } = await brokerUnderTest()
    const [ours, theirs] = duplexPair()
    onTestFinished(() => void ours.destroy())
    broker.accept(theirs)
    ours.write(connect('wm-1'))
    await until('CONNACK', () => ours.read() !== null)
    const rounds = 40
    const ids = Array.from({ length: 2000 }, (_, i) => i + 1)
    const many = Buffer.concat(ids.map((id) => publish({ topic: READINGS, payload: '', id })))
    for (let i = 0; i < rounds; i++) ours.write(many)
    await until('the unread acknowledgements to fill their buffer', () => theirs.writableNeedDrain)
    await until('what was read to be taken in', () => inlet.messages.length > 4000)
    expect(inlet.messages.length).toBeLessThan(rounds * ids.length)
    let bytes = 0
    ours.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    const all = rounds * ids.length * puback(1).length
    await until('every acknowledgement', () => bytes === all)
  })
})
