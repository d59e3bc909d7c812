import { describe, expect, it } from 'vitest'
import { brokerUnderTest } from './broker-under-test.ts'
import { connack, connect, PINGREQ, PINGRESP, packet, puback, publish, suback, subscribe } from './packets.ts'

/** Filters by which a device could hear another one, or the broker itself. */
const FOREIGN_FILTERS = [
  '#',
  '+',
  '/#',
  '+/#',
  '+/+/+',
  'devices',
  'devices/#',
  'devices/+',
  'devices/+/readings',
  'devices/+/commands/#',
  'devices/wm-2/#',
  'devices/wm-2/commands/+',
  'devices/wm-1',
  'devices/wm-1x/#',
  'devices/wm-/#',
  'Devices/wm-1/#',
  '/devices/wm-1/#',
  'devices//#',
  'twins/#',
  'twins/wm-1',
  'alarms/#',
  'alarms/1',
  '$SYS',
  '$SYS/#',
  '$SYS/+/clients',
  '$SYS/broker/new/clients',
  '$share/g/devices/wm-1/#',
  '$share/g/#',
  '$share/g/devices/wm-2/#',
  '$queue/devices/wm-2/#',
  '$delayed/1/devices/wm-2/commands/open',
  '$refused',
  '$refused/#',
]

describe('a device hears nothing foreign', () => {
  it.each(FOREIGN_FILTERS)('by %s', async (filter) => {
    const { device, gate } = await brokerUnderTest()
    const client = await device('wm-1')
    client.send(subscribe(1, filter))
    expect(await client.next()).toEqual(suback(1, 0x80))
    const other = await device('wm-2')
    for (const topic of [
      'devices/wm-2/readings',
      'devices/wm-2/status',
      'devices/wm-1/status',
      '$SYS/x',
      'x',
    ]) {
      other.send(publish({ topic, payload: 'secret', id: 7, retain: true }))
      expect(await other.next()).toEqual(puback(7))
    }
    client.send(PINGREQ)
    expect(await client.next()).toEqual(PINGRESP)
    expect(gate.refusedConnections({ limit: 10, reason: 'subscribe_not_allowed' })).toMatchObject([
      { device: 'wm-1', advice: expect.stringContaining(filter) },
    ])
  })

  it('retained, by the widest filter that it may use', async () => {
    const { device } = await brokerUnderTest([
      { topic: 'devices/wm-2/status', payload: Buffer.from('secret') },
      { topic: 'devices/wm-1/status', payload: Buffer.from('own') },
    ])
    const client = await device('wm-1')
    client.send(subscribe(1, 'devices/wm-1/#', 'devices/wm-1/+', 'devices/wm-2/status', 'devices/+/status'))
    expect(await client.next()).toEqual(suback(1, 1, 1, 0x80, 0x80))
    client.send(PINGREQ)
    const heard: (string | undefined)[] = []
    for (let one = await client.next(); one && !one.equals(PINGRESP); one = await client.next())
      heard.push(one.toString('latin1').slice(-6))
    expect(heard.join()).not.toContain('secret')
    expect(heard.length).toBeGreaterThan(0)
  })

  it('by a filter that is refused first and allowed to nobody later: SUBSCRIBE again changes nothing', async () => {
    const { device } = await brokerUnderTest()
    const client = await device('wm-1')
    for (const id of [1, 2, 3]) {
      client.send(subscribe(id, 'devices/wm-2/#'))
      expect(await client.next()).toEqual(suback(id, 0x80))
    }
  })
})

describe('a device says nothing in the name of another', () => {
  it.each([
    'devices/wm-2/status',
    'devices/wm-2/commands/open/reply',
    'devices/wm-1/commands/open',
    'devices/wm-1/readings/more',
    'devices/wm-1x/readings',
    'Devices/wm-1/readings',
    '/devices/wm-1/readings',
    'devices//readings',
    'alarms/1',
    '$SYS/broker/new/clients',
    '$share/g/devices/wm-2/readings',
    '$queue/devices/wm-2/readings',
    '$delayed/1/devices/wm-2/commands/open',
    '$refused',
  ])('to %s, whatever QoS and retained or not', async (topic) => {
    const { device, inlet } = await brokerUnderTest()
    const victim = await device('wm-2')
    victim.send(subscribe(1, 'devices/wm-2/#'))
    expect(await victim.next()).toEqual(suback(1, 1))
    const client = await device('wm-1')
    for (const qos of [0, 1]) client.send(publish({ topic, payload: 'evil', qos, id: 5, retain: true }))
    expect(await client.next()).toEqual(puback(5))
    expect(inlet.messages).toMatchObject(
      [0, 1].map(() => ({ device: 'wm-1', refusal: { code: 'topic_not_allowed' } })),
    )
    victim.send(PINGREQ)
    expect(await victim.next()).toEqual(PINGRESP)
  })

  it('by a will: on a topic of another, of the broker, or below a wildcard', async () => {
    for (const topic of [
      'devices/wm-2/status',
      '$SYS/x',
      '$share/g/devices/wm-2/status',
      'devices/+/status',
      'alarms/1',
    ]) {
      const { open, sessions } = await brokerUnderTest()
      const client = await open()
      client.send(connect('wm-1', { will: { topic, payload: 'evil', retain: true } }))
      await client.closed
      expect(client.received).toEqual([connack(5)])
      expect(sessions).toEqual([])
    }
  })
})

describe('a session is taken over by its own device only', () => {
  it.each([
    ['by its id', { clientId: 'wm-1' }],
    ['by its id and a suffix', { clientId: 'wm-1:main' }],
    ['by the client id that is registered for it', { clientId: 'imei-1' }],
  ])('%s', async (_, more) => {
    const { device, open } = await brokerUnderTest()
    const victim = await device('wm-1', { ...more, clean: false })
    victim.send(subscribe(1, 'devices/wm-1/#'))
    expect(await victim.next()).toEqual(suback(1, 1))
    for (const who of ['wm-2', 'token']) {
      const thief = await open()
      thief.send(connect(who, { ...more, clean: false }))
      await thief.closed
      expect(thief.received).toEqual([connack(2)])
    }
    victim.send(PINGREQ)
    expect(await victim.next()).toEqual(PINGRESP)
  })
})

describe('nobody is anonymous', () => {
  it.each([
    ['no user name', { username: null, password: null }],
    ['an empty user name', { username: '', password: '' }],
    ['a user name alone', { password: null }],
    ['an empty password', { password: '' }],
    ['a token that is empty', { username: 'token', password: '', clientId: 'x' }],
  ])('with %s', async (_, more) => {
    const { open, sessions } = await brokerUnderTest()
    const client = await open()
    client.send(connect('wm-1', more))
    await client.closed
    expect(client.received).toEqual([connack(4)])
    expect(sessions).toEqual([])
  })

  it('nor without a CONNECT, by any packet that would do something', async () => {
    for (const bytes of [
      subscribe(1, '#'),
      publish({ topic: 'devices/wm-1/readings' }),
      packet(0x62, Buffer.of(0, 1)),
    ]) {
      const { open, inlet } = await brokerUnderTest()
      const client = await open()
      client.send(bytes)
      await client.closed
      expect(client.received).toEqual([])
      expect(inlet.messages).toEqual([])
    }
  })
})

describe('the alarms over MQTT', () => {
  it('come retained to a token that subscribes, and again when they change', async () => {
    const { device, alarms, alarmChanged } = await brokerUnderTest()
    alarms.set('7', ['{"id":7}'])
    alarms.set('8', ['{"id":8,"state":"cleared"}', ''])
    const reader = await device('token', { clientId: 'screen' })
    reader.send(subscribe(1, 'alarms/#'))
    expect(await reader.next()).toEqual(suback(1, 1))
    expect(await reader.next()).toEqual(
      publish({ topic: 'alarms/7', payload: '{"id":7}', qos: 0, retain: true }),
    )
    alarms.set('7', ['{"id":7,"count":2}'])
    alarmChanged('7')
    expect(await reader.next()).toEqual(publish({ topic: 'alarms/7', payload: '{"id":7,"count":2}', qos: 0 }))
  })

  it('are sent a last time when they clear, and then taken away by an empty message [MQTT-3.3.1-10]', async () => {
    const { device, alarms, alarmChanged } = await brokerUnderTest()
    alarms.set('7', ['{"id":7}'])
    const reader = await device('token', { clientId: 'screen' })
    reader.send(subscribe(1, 'alarms/7', 'twins/#'))
    expect(await reader.next()).toEqual(suback(1, 1, 1))
    await reader.next()
    alarms.set('7', ['{"id":7,"state":"cleared"}', ''])
    alarmChanged('7')
    expect((await reader.next())?.toString()).toContain('cleared')
    expect(await reader.next()).toEqual(publish({ topic: 'alarms/7', qos: 0 }))
  })
})
