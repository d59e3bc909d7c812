import { describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import {
  type Connect,
  connack,
  connect,
  connectMqtt5,
  DISCONNECT,
  field,
  PINGREQ,
  PINGRESP,
  packet,
  publish,
  subscribe,
} from './packets.ts'

const SURROGATE = Buffer.of(0x61, 0xed, 0xa0, 0x80)
const NUL = Buffer.from('a\u0000b')
const EVIL_TEXTS = [
  ['U+0000 [MQTT-1.5.3-2]', NUL],
  ['an encoded surrogate [MQTT-1.5.3-1]', SURROGATE],
  ['an encoded pair of surrogates [MQTT-1.5.3-1]', Buffer.of(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
  ['an overlong form of U+0000 [MQTT-1.5.3-1]', Buffer.of(0xc0, 0x80)],
  ['a byte that is no UTF-8 [MQTT-1.5.3-1]', Buffer.of(0xff)],
  ['a character cut short [MQTT-1.5.3-1]', Buffer.of(0xe1, 0xbb)],
] as const

/** What comes back for a CONNECT that is not let in, and that the connection is closed then. */
async function answerTo(bytes: Buffer): Promise<Buffer[]> {
  const { open, sessions } = await brokerUnderTest()
  const client = await open()
  client.send(bytes)
  await client.closed
  expect(sessions).toEqual([])
  return client.received
}

const refusedSilently = async (more: Connect) => expect(await answerTo(connect('wm-1', more))).toEqual([])

describe('a CONNECT is closed without an answer', () => {
  it.each(EVIL_TEXTS)('for %s in the client id', (_, clientId) => refusedSilently({ clientId }))
  it.each(EVIL_TEXTS)('for %s in the user name', (_, username) => refusedSilently({ username }))
  it.each(EVIL_TEXTS)('for %s in the topic of the will', (_, topic) => refusedSilently({ will: { topic } }))
  it('for will QoS 3 [MQTT-3.1.2-14]', () =>
    refusedSilently({ will: { topic: 'devices/wm-1/status', qos: 3 } }))
  it('for will QoS without a will [MQTT-3.1.2-13]', () => refusedSilently({ flags: 0x08 }))
  it('for will retain without a will [MQTT-3.1.2-15]', () => refusedSilently({ flags: 0x20 }))
  it('for the reserved flag [MQTT-3.1.2-3]', () => refusedSilently({ flags: 0x01 }))
  it('for a password without a user name [MQTT-3.1.2-22]', () => refusedSilently({ username: null }))
  it('for bytes after its last field [MQTT-3.1.3]', () => refusedSilently({ after: Buffer.of(0) }))
  it('for a whole field after its last field [MQTT-3.1.3]', () => refusedSilently({ after: field('more') }))
  it('for a field that is cut short [MQTT-3.1.3]', async () =>
    expect(await answerTo(packet(0x10, field('MQTT'), Buffer.of(4, 2, 0, 60, 0, 9, 0x61)))).toEqual([]))
  it('for nothing after the fixed header [MQTT-3.1.2]', async () =>
    expect(await answerTo(packet(0x10))).toEqual([]))
  it('for a protocol name that nobody knows [MQTT-3.1.2-1]', async () =>
    expect(await answerTo(packet(0x10, field('MQTX'), Buffer.of(4, 2, 0, 60), field('wm-1')))).toEqual([]))
  it('for more than 64 KiB', async () => refusedSilently({ after: Buffer.alloc(65_536) }))
  it('for a remaining length of five bytes [MQTT-2.2.3]', async () =>
    expect(await answerTo(Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x01))).toEqual([]))
})

describe('the first packet is a CONNECT, or the connection is closed [MQTT-3.1.0-1]', () => {
  it.each([
    ['PUBLISH', publish({ topic: 'devices/wm-1/readings' })],
    ['SUBSCRIBE', subscribe(1, 'devices/wm-1/#')],
    ['PINGREQ', PINGREQ],
    ['DISCONNECT', DISCONNECT],
    ['CONNACK', connack(0)],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['zeros', Buffer.alloc(100)],
  ])('not %s', async (_, bytes) => expect(await answerTo(bytes)).toEqual([]))

  it('and it is the only one [MQTT-3.1.0-2]', async () => {
    const { device } = await brokerUnderTest()
    const client = await device()
    client.send(connect('wm-1'))
    expect(await client.next()).toBeNull()
  })
})

describe('a CONNECT is refused with its reason', () => {
  it.each([
    ['a wrong password: 4', { password: 'wrong' }, 4],
    ['an unknown user: 4', { username: 'nobody' }, 4],
    ['nobody at all: 4', { username: null, password: null }, 4],
    ['a registry that is away: 3', { username: 'broken' }, 3],
    ['the client id of another device: 2', { clientId: 'wm-2' }, 2],
    ['the client id of another device, with a suffix: 2', { clientId: 'wm-2:1' }, 2],
    ['a client id that only begins with the own: 2', { clientId: 'wm-11' }, 2],
    ['no client id and CleanSession 0 [MQTT-3.1.3-8]: 2', { clientId: '', clean: false }, 2],
    ["a will on another device's topic: 5", { will: { topic: 'devices/wm-2/status' } }, 5],
    ['a will on a command to itself: 5', { will: { topic: 'devices/wm-1/commands/open' } }, 5],
    ['protocol level 3 under the name MQTT [MQTT-3.1.2-2]: 1', { level: 3 }, 1],
    ['protocol level 0 under the name MQTT [MQTT-3.1.2-2]: 1', { level: 0 }, 1],
  ] as const)('%s', async (_, more, code) =>
    expect(await answerTo(connect('wm-1', more))).toEqual([connack(code)]),
  )

  it('a token that comes with the client id of a device: 2', async () => {
    for (const clientId of ['wm-1', 'imei-1'])
      expect(await answerTo(connect('token', { clientId }))).toEqual([connack(2)])
  })

  it('a token with a will: 5', async () =>
    expect(await answerTo(connect('token', { will: { topic: 'devices/wm-1/status' } }))).toEqual([
      connack(5),
    ]))

  it('more sessions than there may be: 3', async () => {
    const { device, open } = await brokerUnderTest([], 1)
    await device('wm-1')
    const second = await open()
    second.send(connect('wm-2'))
    await second.closed
    expect(second.received).toEqual([connack(3)])
  })

  it('and the refusal is counted, logged and listed with what to do, without the password', async () => {
    const { open, refused, log, gate } = await brokerUnderTest()
    const client = await open()
    client.send(connect('wm-1', { password: 'hunter2' }))
    await client.closed
    expect(refused).toEqual(['wrong_password'])
    const [listed, ...others] = gate.refusedConnections({ limit: 10 })
    expect(others).toEqual([])
    const facts = { address: '127.0.0.1', port: 'mqtt', username: 'wm-1', clientId: 'wm-1', device: 'wm-1' }
    expect(listed).toMatchObject({ ...facts, reason: 'wrong_password', count: 1 })
    expect(listed?.advice).toContain('POST /api/v1/devices/wm-1/credentials')
    expect(JSON.stringify([log, listed])).not.toContain('hunter2')
    expect(log).toContainEqual({
      level: 'info',
      fields: { ...facts, reason: 'wrong_password', count: 1 },
      text: `refused: ${listed?.advice}`,
    })
  })
})

describe('a client of MQTT 5', () => {
  it('is told so in its own protocol [MQTT5-3.1.2-2], and named in the log once however often it tries', async () => {
    const { open, log, refused } = await brokerUnderTest()
    for (const clientId of ['new-1', 'new-1', 'new-1', 'new-2']) {
      const client = await open()
      client.send(connectMqtt5(clientId))
      await client.closed
      expect(client.received).toEqual([Buffer.from('2003008400', 'hex')])
    }
    const named = log.filter(({ text }) => text.includes('MQTT 3.1.1')).map(({ fields }) => fields.clientId)
    expect(named).toEqual(['new-1', 'new-2'])
    expect(refused).toHaveLength(4)
  })

  it('is named with printable characters only', async () => {
    const { open, log } = await brokerUnderTest()
    const client = await open()
    client.send(connectMqtt5('new\n\u001b[31mé'))
    await client.closed
    expect(log.map(({ fields }) => fields.clientId)).toContain('new??[31m?')
  })
})

describe('a client is let in', () => {
  it.each([
    ['with the id of its device', {}],
    ['with a suffix', { clientId: 'wm-1:backup' }],
    ['with the client id that is registered for it', { clientId: 'imei-1' }],
    ['with none at all and CleanSession 1 [MQTT-3.1.3-6]', { clientId: '' }],
    ['with a will on its status', { will: { topic: 'devices/wm-1/status', qos: 1, retain: true } }],
    ['with no keep-alive', { keepaliveS: 0 }],
    ['with CleanSession 0', { clean: false }],
  ] as const)('%s', async (_, more) => {
    const { device } = await brokerUnderTest()
    const client = await device('wm-1', more)
    client.send(PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
  })

  it('over MQTT 3.1, by its own name and level', async () => {
    const { open } = await brokerUnderTest()
    const client = await open()
    const name = field('MQIsdp')
    client.send(packet(0x10, name, Buffer.of(3, 0xc2, 0, 60), field('wm-1'), field('wm-1'), field('right')))
    expect(await client.next()).toEqual(connack(0))
  })
})

describe('sessions', () => {
  it('begin with an event, and end with one that tells why', async () => {
    const { broker, device, sessions } = await brokerUnderTest()
    const client = await device('wm-1', { clientId: 'wm-1:a' })
    await until('the beginning', () => sessions.length === 1)
    expect(sessions[0]).toMatchObject({ device: 'wm-1', kind: 'connected', clientId: 'wm-1:a' })
    expect(broker.sessions()).toBe(1)
    client.send(DISCONNECT)
    await until('the end', () => sessions.length === 2)
    expect(sessions[1]).toMatchObject({
      device: 'wm-1',
      kind: 'disconnected',
      clientId: 'wm-1:a',
      reason: 'the connection was closed',
    })
    expect(broker.sessions()).toBe(0)
  })

  it('tell the rule that was broken', async () => {
    const { device, sessions } = await brokerUnderTest()
    const client = await device()
    client.send(publish({ topic: 'devices/wm-1/readings', id: 0 }))
    const end = await until('the end', () => sessions.find(({ kind }) => kind === 'disconnected'))
    expect(end.reason).toBe('MQTT-2.3.1-1: packet identifier 0')
  })

  it('tell why the platform ended them', async () => {
    const { broker, device, sessions } = await brokerUnderTest()
    const [one, other] = [
      await device('wm-1', { clientId: 'wm-1:a' }),
      await device('wm-1', { clientId: 'wm-1:b' }),
    ]
    const neighbour = await device('wm-2')
    broker.disconnect('wm-1', 'the device was retired')
    await Promise.all([one.closed, other.closed])
    const end = await until('the end', () => sessions.find(({ kind }) => kind === 'disconnected'))
    expect(end).toMatchObject({ device: 'wm-1', reason: 'the device was retired' })
    expect(neighbour.isClosed).toBe(false)
  })

  it('that are taken over by the same client id [MQTT-3.1.4-2] are no disconnection', async () => {
    const { broker, device, sessions } = await brokerUnderTest()
    const first = await device()
    const second = await device()
    await first.closed
    second.send(PINGREQ)
    expect(await second.next()).toEqual(PINGRESP)
    expect(sessions.map(({ kind }) => kind)).toEqual(['connected'])
    expect(broker.sessions()).toBe(1)
    second.destroy()
    await until('the end', () => sessions.length === 2)
    expect(sessions.map(({ kind }) => kind)).toEqual(['connected', 'disconnected'])
  })

  it('of one device count as one: the last to go is its end', async () => {
    const { device, sessions, roundTrip } = await brokerUnderTest()
    const first = await device('wm-1', { clientId: 'wm-1:a' })
    const second = await device('wm-1', { clientId: 'wm-1:b' })
    const own = () => sessions.filter((event) => event.device === 'wm-1').map(({ kind }) => kind)
    first.destroy()
    await roundTrip()
    expect(own()).toEqual(['connected'])
    second.destroy()
    await until('the end', () => own().length === 2)
    expect(own()).toEqual(['connected', 'disconnected'])
  })
})

it('a broker that is quiesced takes no new connection and reads nothing more', async () => {
  const { broker, device, inlet, open } = await brokerUnderTest()
  const client = await device()
  await broker.quiesce()
  client.send(publish({ topic: 'devices/wm-1/readings' }))
  await expect(open()).rejects.toThrow()
  await broker.close()
  await client.closed
  expect(inlet.messages).toEqual([])
  expect(client.received).toEqual([connack(0)])
})
