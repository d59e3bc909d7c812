import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import {
  connack,
  connect,
  PINGREQ,
  PINGRESP,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  suback,
  subscribe,
  unsuback,
  unsubscribe,
} from './packets.ts'

const READINGS = 'devices/wm-1/readings'
const VALUES = '{"values":{"water-volume":1}}'
const EVIL_TEXTS = [
  ['U+0000 [MQTT-1.5.3-2]', Buffer.from('devices/wm-1/a\u0000b')],
  [
    'an encoded surrogate [MQTT-1.5.3-1]',
    Buffer.concat([Buffer.from('devices/wm-1/'), Buffer.of(0xed, 0xa0, 0x80)]),
  ],
  ['bytes that are no UTF-8 [MQTT-1.5.3-1]', Buffer.concat([Buffer.from('devices/wm-1/ắ'), Buffer.of(0xff)])],
] as const

describe('QoS 1', () => {
  it('is acknowledged only when ingest has taken the message in', async () => {
    const { device, inlet, roundTrip, counts } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, payload: VALUES, id: 7 }))
    expect(await inlet.message(1)).toMatchObject({
      device: 'wm-1',
      topic: READINGS,
      payload: Buffer.from(VALUES),
      via: 'mqtt',
      packet: { id: 7, dup: false },
    })
    await roundTrip()
    expect(client.received).toEqual([connack(0)])
    expect(counts.acknowledged).toBe(0)
    inlet.release()
    expect(await client.next()).toEqual(puback(7))
    expect(counts.acknowledged).toBe(1)
  })

  it('is never acknowledged when ingest never answers', async () => {
    const { broker, device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, id: 7 }))
    await inlet.message(1)
    await broker.close()
    await client.closed
    expect(client.received).toEqual([connack(0)])
  })

  it('is never acknowledged when ingest fails: the connection is closed', async () => {
    const { device, inlet, counts, log } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, id: 7 }))
    await inlet.message(1)
    inlet.fail()
    await client.closed
    expect(client.received).toEqual([connack(0)])
    expect(counts.acknowledged).toBe(0)
    expect(log.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('messages of one read go to ingest together, and each has its own acknowledgement', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(...[1, 2, 3].map((id) => publish({ topic: READINGS, id })))
    await inlet.message(3)
    for (const id of [1, 2, 3]) {
      inlet.release()
      expect(await client.next()).toEqual(puback(id))
    }
  })

  it('a redelivery in the same session names the packet it repeats', async () => {
    const { device, inlet } = await brokerUnderTest()
    const first = await device('wm-1', { clean: false })
    inlet.isHolding = true
    first.send(publish({ topic: READINGS, id: 7 }))
    const before = await inlet.message(1)
    first.destroy()
    inlet.isHolding = false
    const second = await device('wm-1', { clean: false })
    second.send(publish({ topic: READINGS, id: 7, dup: true }))
    expect(await second.next()).toEqual(puback(7))
    expect(before.packet).toEqual({ session: 'wm-1', id: 7, dup: false })
    expect((await inlet.message(2)).packet).toEqual({ session: 'wm-1', id: 7, dup: true })
  })

  it('the packet ids of a clean session are not those of another', async () => {
    const { device, inlet } = await brokerUnderTest()
    for (const clientId of ['wm-1:a', 'wm-1:b']) {
      const client = await device('wm-1', { clientId })
      client.send(publish({ topic: READINGS, id: 7 }))
      expect(await client.next()).toEqual(puback(7))
    }
    const [one, other] = inlet.messages.map(({ packet }) => packet?.session)
    expect(one).not.toBe(other)
  })
})

describe('QoS 2', () => {
  it('has its PUBREC only when ingest has taken the message in, and goes on to PUBCOMP', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, payload: VALUES, qos: 2, id: 9 }))
    await inlet.message(1)
    await roundTrip()
    expect(client.received).toEqual([connack(0)])
    inlet.release()
    expect(await client.next()).toEqual(pubrec(9))
    client.send(pubrel(9))
    expect(await client.next()).toEqual(pubcomp(9))
    expect(inlet.messages).toHaveLength(1)
  })

  it('has no PUBREC when ingest fails', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, qos: 2, id: 9 }))
    await inlet.message(1)
    inlet.fail()
    await client.closed
    expect(client.received).toEqual([connack(0)])
  })

  it('repeated with DUP is named as the same packet to ingest and given to subscribers once [MQTT-4.3.3-2]', async () => {
    const { device, inlet } = await brokerUnderTest()
    const listener = await device('wm-1', { clientId: 'wm-1:listener' })
    listener.send(subscribe(1, 'devices/wm-1/#'))
    expect(await listener.next()).toEqual(suback(1, 1))
    const client = await device()
    const message = { topic: READINGS, payload: VALUES, qos: 2, id: 9 }
    client.send(publish(message))
    expect(await client.next()).toEqual(pubrec(9))
    client.send(publish({ ...message, dup: true }))
    expect(await client.next()).toEqual(pubrec(9))
    client.send(pubrel(9), publish({ topic: READINGS, payload: 'last', qos: 0 }))
    expect(await client.next()).toEqual(pubcomp(9))
    const [first, second] = inlet.messages
    expect(first?.packet).toMatchObject({ id: 9, dup: false })
    expect(second?.packet).toEqual({ ...first?.packet, dup: true })
    const heard = [await listener.next(), await listener.next()].map(
      (bytes) => bytes?.toString('latin1') ?? '',
    )
    expect(heard[0]).toContain(VALUES)
    expect(heard[1]).toContain('last')
  })
})

it('QoS 0 goes to ingest too, and has no answer', async () => {
  const { device, inlet, counts } = await brokerUnderTest()
  const client = await device()
  client.send(publish({ topic: READINGS, payload: VALUES, qos: 0 }), PINGREQ)
  expect(await client.next()).toEqual(PINGRESP)
  expect(await inlet.message(1)).not.toHaveProperty('packet')
  expect(counts.acknowledged).toBe(0)
})

describe('the connection is closed, and nothing goes to ingest,', () => {
  it.each<readonly [string, Buffer]>([
    ...EVIL_TEXTS.map(([what, topic]) => [`for ${what} in a topic`, publish({ topic })] as const),
    ...EVIL_TEXTS.map(
      ([what, topic]) => [`for ${what} in the topic of QoS 0`, publish({ topic, qos: 0 })] as const,
    ),
    ...EVIL_TEXTS.map(([what, filter]) => [`for ${what} in a filter`, subscribe(1, filter)] as const),
    ...EVIL_TEXTS.map(
      ([what, filter]) => [`for ${what} in the second filter`, subscribe(1, 'a', filter)] as const,
    ),
    ...EVIL_TEXTS.map(
      ([what, filter]) => [`for ${what} in a filter of UNSUBSCRIBE`, unsubscribe(1, filter)] as const,
    ),
    ['for a PUBLISH of QoS 1 with packet id 0 [MQTT-2.3.1-1]', publish({ topic: READINGS, id: 0 })],
    ['for a PUBLISH of QoS 2 with packet id 0 [MQTT-2.3.1-1]', publish({ topic: READINGS, id: 0, qos: 2 })],
    ['for a SUBSCRIBE with packet id 0 [MQTT-2.3.1-1]', subscribe(0, 'devices/wm-1/#')],
    ['for an UNSUBSCRIBE with packet id 0 [MQTT-2.3.1-1]', unsubscribe(0, 'devices/wm-1/#')],
    ['for a PUBREL with packet id 0', pubrel(0)],
    ['for QoS 3 [MQTT-3.3.1-4]', publish({ topic: READINGS, qos: 3 })],
    ['for DUP with QoS 0 [MQTT-3.3.1-2]', publish({ topic: READINGS, qos: 0, dup: true })],
    ['for a wildcard in a topic [MQTT-3.3.2-2]', publish({ topic: 'devices/+/readings' })],
    ['for no topic at all [MQTT-4.7.3-1]', publish({ topic: '' })],
    ['for a SUBSCRIBE without a filter [MQTT-3.8.3-3]', subscribe(1)],
    ['for wrong flags of SUBSCRIBE [MQTT-3.8.1-1]', Buffer.from('8006000100016100', 'hex')],
    ['for a reserved packet type [MQTT-2.2.2]', Buffer.of(0xf0, 0)],
    ['for packet type 0 [MQTT-2.2.2]', Buffer.of(0, 0)],
  ])('%s', async (_, bytes) => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    client.send(bytes)
    await client.closed
    expect(client.received).toEqual([connack(0)])
    expect(inlet.messages).toEqual([])
    await roundTrip()
  })
})

describe('what a device may not do', () => {
  it.each([
    'devices/wm-2/readings',
    'devices/wm-1/commands/open',
    'twins/wm-1',
    'readings',
    '$SYS/anything',
    'devices/wm-1/other',
  ])('a message to %s is recorded as refused, then acknowledged [MQTT-3.3.5-2]', async (topic) => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic, payload: VALUES, id: 5 }))
    expect(await inlet.message(1)).toMatchObject({
      device: 'wm-1',
      topic,
      refusal: { code: 'topic_not_allowed', path: '' },
    })
    await roundTrip()
    expect(client.received).toEqual([connack(0)])
    inlet.release()
    expect(await client.next()).toEqual(puback(5))
  })

  it('hear another device: SUBACK 0x80 for that filter alone [MQTT-3.9.3]', async () => {
    const { device } = await brokerUnderTest()
    const client = await device()
    client.send(subscribe(3, 'devices/wm-2/#', 'devices/wm-1/#', '#', 'twins/+', '$SYS/#', '+/wm-1/#'))
    expect(await client.next()).toEqual(suback(3, 0x80, 1, 0x80, 0x80, 0x80, 0x80))
  })

  it('hear another device by a refused filter beside an allowed one, when it comes back to its session', async () => {
    const { device, open } = await brokerUnderTest()
    const first = await device('wm-2', { clean: false })
    first.send(subscribe(1, 'devices/wm-2/#', 'devices/wm-1/#'))
    expect(await first.next()).toEqual(suback(1, 1, 0x80))
    first.destroy()
    await first.closed
    const other = await device('wm-1')
    other.send(publish({ topic: READINGS, payload: VALUES, id: 5 }))
    expect(await other.next()).toEqual(puback(5))
    const own = await device('wm-2', { clientId: 'wm-2:own' })
    own.send(publish({ topic: 'devices/wm-2/readings', payload: 'own', id: 6 }))
    expect(await own.next()).toEqual(puback(6))
    const again = await open()
    again.send(connect('wm-2', { clean: false }))
    expect(await again.next()).toEqual(connack(0, true))
    expect((await again.next())?.toString('latin1')).toContain('own')
  })

  it('hold everybody up with a SUBSCRIBE of very many filters', async () => {
    const { device } = await brokerUnderTest()
    const client = await device()
    client.send(subscribe(1, ...Array.from({ length: 65 }, (_, i) => `devices/wm-1/f${i}`)))
    await client.closed
  })

  it('let the queue of its own session that is away grow past a mebibyte', async () => {
    const { device, open } = await brokerUnderTest()
    const away = await device('wm-1', { clean: false })
    away.send(subscribe(1, 'devices/wm-1/#'))
    expect(await away.next()).toEqual(suback(1, 1))
    away.destroy()
    await away.closed
    const other = await device('wm-1', { clientId: 'wm-1:other' })
    const payload = 'x'.repeat(200_000)
    for (let id = 1; id <= 10; id++) {
      other.send(publish({ topic: READINGS, payload, id }))
      expect(await other.next()).toEqual(puback(id))
    }
    const back = await open()
    back.send(connect('wm-1', { clean: false }))
    expect(await back.next()).toEqual(connack(0, true))
    // Five of 200 kB fit; a ping's answer comes after all that was queued.
    for (let i = 0; i < 5; i++) expect((await back.next())?.length).toBeGreaterThan(200_000)
    back.send(PINGREQ)
    expect(await back.next()).toEqual(PINGRESP)
  })

  it('a foreign message reaches no subscriber', async () => {
    const { device, inlet } = await brokerUnderTest()
    const victim = await device('wm-2')
    victim.send(subscribe(1, 'devices/wm-2/#'))
    expect(await victim.next()).toEqual(suback(1, 1))
    const client = await device()
    client.send(publish({ topic: 'devices/wm-2/commands/open', payload: 'evil', id: 5 }))
    expect(await client.next()).toEqual(puback(5))
    await inlet.message(1)
    victim.send(publish({ topic: 'devices/wm-2/readings', payload: 'own', qos: 0 }))
    expect((await victim.next())?.toString('latin1')).toContain('own')
  })

  it('a retained foreign message is not kept', async () => {
    const { device, roundTrip } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: 'devices/wm-2/status', payload: 'evil', id: 5, retain: true }))
    expect(await client.next()).toEqual(puback(5))
    const victim = await device('wm-2')
    victim.send(subscribe(1, 'devices/wm-2/#'))
    expect(await victim.next()).toEqual(suback(1, 1))
    victim.send(PINGREQ)
    expect(await victim.next()).toEqual(PINGRESP)
    await roundTrip()
    expect(victim.received).toHaveLength(3)
  })

  it('a token publishes nothing: the connection is closed', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device('token', { clientId: 'reader' })
    client.send(publish({ topic: 'devices/wm-1/readings' }))
    await client.closed
    expect(client.received).toEqual([connack(0)])
    expect(inlet.messages).toEqual([])
  })
})

it('an UNSUBSCRIBE is answered [MQTT-3.10.4-4]', async () => {
  const { device } = await brokerUnderTest()
  const client = await device()
  client.send(subscribe(3, 'devices/wm-1/#'))
  expect(await client.next()).toEqual(suback(3, 1))
  client.send(unsubscribe(4, 'devices/wm-1/#', 'never/subscribed'))
  expect(await client.next()).toEqual(unsuback(4))
})

describe('a message that is too large', () => {
  const HEAD_BYTES = 65_536
  const payload = Buffer.alloc(300 * 1024, 'x')

  it.each([
    [1, puback(6)],
    [2, pubrec(6)],
  ])(
    'of QoS %i is recorded with its head, then answered, then the connection is closed',
    async (qos, answer) => {
      const { device, inlet, roundTrip, sessions } = await brokerUnderTest()
      const client = await device()
      inlet.isHolding = true
      client.send(publish({ topic: READINGS, payload, id: 6, qos }))
      const { payload: head, ...message } = await inlet.message(1)
      expect(head.length).toBe(HEAD_BYTES)
      expect(message).toMatchObject({
        device: 'wm-1',
        topic: READINGS,
        via: 'mqtt',
        refusal: { path: '', code: 'payload_too_large' },
      })
      expect(message.refusal?.detail).toContain(String(payload.length))
      await roundTrip()
      expect(client.received).toEqual([connack(0)])
      inlet.release()
      expect(await client.next()).toEqual(answer)
      expect(await client.next()).toBeNull()
      const end = await until('the end', () =>
        sessions.find((event) => event.device === 'wm-1' && event.kind === 'disconnected'),
      )
      expect(end.reason).toContain(String(payload.length))
    },
  )

  it('of QoS 0 is recorded, and the connection is closed', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: READINGS, payload, qos: 0 }))
    expect((await inlet.message(1)).refusal?.code).toBe('payload_too_large')
    await client.closed
  })

  it('is not answered when the record could not be committed', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isHolding = true
    client.send(publish({ topic: READINGS, payload, id: 6 }))
    await inlet.message(1)
    inlet.fail()
    await client.closed
    expect(client.received).toEqual([connack(0)])
  })

  it('is recorded from its first bytes: the rest need not come', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    client.send(
      publish({ topic: READINGS, payload: Buffer.alloc(200 * 1024 * 1024), id: 6 }).subarray(0, 140_000),
    )
    expect((await inlet.message(1)).refusal?.code).toBe('payload_too_large')
    expect(await client.next()).toEqual(puback(6))
  })

  it('is one byte more than 256 KiB; a message of exactly that is taken', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: READINGS, payload: Buffer.alloc(256 * 1024, 'x'), id: 6 }))
    expect(await client.next()).toEqual(puback(6))
    client.send(publish({ topic: READINGS, payload: Buffer.alloc(256 * 1024 + 1, 'x'), id: 7 }))
    expect(await client.next()).toEqual(puback(7))
    await client.closed
    expect(inlet.messages.map(({ refusal, payload: { length } }) => [refusal?.code, length])).toEqual([
      [undefined, 256 * 1024],
      ['payload_too_large', HEAD_BYTES],
    ])
  })

  it('does not take with it what was sent before', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: READINGS, payload: VALUES, id: 5 }))
    expect(await client.next()).toEqual(puback(5))
    client.send(publish({ topic: READINGS, payload, id: 6 }))
    expect(await client.next()).toEqual(puback(6))
    expect(inlet.messages).toHaveLength(2)
  })
})

describe('while ingest is full', () => {
  it('nothing is read, and after it everything arrives in order', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device()
    inlet.isFull = true
    const asked = inlet.asked
    client.send(...[1, 2, 3, 4, 5].map((id) => publish({ topic: READINGS, payload: String(id), id })))
    await until('the broker to look for room a few times', () => inlet.asked > asked + 5)
    expect(inlet.messages).toEqual([])
    expect(client.received).toEqual([connack(0)])
    inlet.isFull = false
    for (const id of [1, 2, 3, 4, 5]) expect(await client.next()).toEqual(puback(id))
    expect(inlet.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ])
  })

  it('no new client is let in, and after it every one that waits is', async () => {
    const { open, inlet } = await brokerUnderTest()
    inlet.isFull = true
    const clients = await Promise.all(
      ['wm-1', 'wm-2', 'wm-3'].map(async (id) => ({ id, client: await open() })),
    )
    for (const { id, client } of clients) client.send(connect(id))
    const asked = inlet.asked
    await until('the broker to look for room a few times', () => inlet.asked > asked + 5)
    expect(clients.flatMap(({ client }) => client.received)).toEqual([])
    inlet.isFull = false
    for (const { client } of clients) expect(await client.next()).toEqual(connack(0))
  })
})

describe('the will', () => {
  it('of a client that breaks off goes to ingest; of one that signs off it does not [MQTT-3.14.4-3]', async () => {
    const { device, inlet, roundTrip } = await brokerUnderTest()
    const will = { topic: 'devices/wm-1/status', payload: 'offline', qos: 1, retain: true }
    const polite = await device('wm-1', { will })
    polite.send(Buffer.of(0xe0, 0))
    await polite.closed
    await roundTrip()
    expect(inlet.messages).toEqual([])
    const rude = await device('wm-1', { will })
    rude.destroy()
    expect(await inlet.message(1)).toMatchObject({ device: 'wm-1', topic: 'devices/wm-1/status' })
  })

  it('of a client that is closed because it broke the protocol goes to ingest [MQTT-3.1.2-8]', async () => {
    const { device, inlet } = await brokerUnderTest()
    const client = await device('wm-1', {
      will: { topic: 'devices/wm-1/status', payload: 'offline', qos: 1 },
    })
    client.send(publish({ topic: READINGS, qos: 3 }))
    await client.closed
    expect(await inlet.message(1)).toMatchObject({
      topic: 'devices/wm-1/status',
      payload: Buffer.from('offline'),
    })
  })

  it('is no acknowledged message, for nobody is there to acknowledge it to', async () => {
    const { device, inlet, counts, roundTrip } = await brokerUnderTest()
    const client = await device('wm-1', { will: { topic: 'devices/wm-1/status', qos: 1 } })
    client.destroy()
    await inlet.message(1)
    await roundTrip()
    expect(counts.acknowledged).toBe(0)
  })
})
