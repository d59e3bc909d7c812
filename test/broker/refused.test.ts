import { connect as connectTcp } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RefusedLog } from '../../broker/refused-log.ts'
import { REFUSALS, type RefusalReason } from '../../core/refusals.ts'
import { until } from '../support/until.ts'
import { type BrokerUnderTest, brokerUnderTest } from './broker-under-test.ts'
import {
  type Connect,
  connack,
  connect,
  connectMqtt5,
  puback,
  publish,
  suback,
  subscribe,
} from './packets.ts'
import { RawClient } from './raw-client.ts'

const READINGS = 'devices/wm-1/readings'
const listed = ({ gate }: BrokerUnderTest) => gate.refusedConnections({ limit: 1000 })
const from = (address: string, reason: RefusalReason = 'wrong_password', username = 'wm-1') =>
  ({ address, port: 'mqtt', reason, username }) as const

describe('whoever is refused is listed with the reason and what to do', () => {
  it.each<readonly [string, Connect, RefusalReason, string | null]>([
    ['a wrong password', { password: 'hunter2' }, 'wrong_password', 'wm-1'],
    ['an unknown user', { username: 'wm-9', clientId: 'wm-9' }, 'unknown_user', null],
    ['nobody at all', { username: null, password: null, clientId: 'x' }, 'no_credentials', null],
    ['a retired device', { username: 'retired-1', password: 'hunter2' }, 'device_retired', 'retired-1'],
    ['a wrong token', { username: 'token', password: 'hunter2', clientId: 'x' }, 'wrong_token', null],
    ['a foreign client id', { clientId: 'wm-2' }, 'client_id_not_allowed', 'wm-1'],
    ['a foreign will', { will: { topic: 'devices/wm-2/status' } }, 'will_not_allowed', 'wm-1'],
    ['a registry that is away', { username: 'broken', clientId: 'x' }, 'unavailable', null],
    ['a level that nobody speaks', { level: 3 }, 'bad_connect', null],
    ['an empty client id that is to be kept', { clientId: '', clean: false }, 'bad_connect', null],
  ])('%s', async (_, more, reason, device) => {
    const subject = await brokerUnderTest()
    const client = await subject.open()
    client.send(connect('wm-1', more))
    await client.closed
    const [one, ...others] = listed(subject)
    expect(others).toEqual([])
    expect(one).toMatchObject({ address: '127.0.0.1', port: 'mqtt', reason, device, count: 1 })
    expect(JSON.stringify([one, subject.log])).not.toContain('hunter2')
    expect(one?.advice).not.toContain('{name}')
  })

  it('MQTT 5, and what is no MQTT at all', async () => {
    const subject = await brokerUnderTest()
    for (const bytes of [connectMqtt5('new-1'), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const client = await subject.open()
      client.send(bytes)
      await client.closed
    }
    expect(listed(subject)).toMatchObject([{ reason: 'bad_connect' }, { reason: 'mqtt5', clientId: 'new-1' }])
  })

  it('more sessions than there may be', async () => {
    const subject = await brokerUnderTest([], 1)
    await subject.device('wm-1')
    const second = await subject.open()
    second.send(connect('wm-2'))
    await second.closed
    expect(listed(subject)).toMatchObject([{ reason: 'connections_max', device: 'wm-2' }])
  })

  it('a topic that is foreign, published or subscribed', async () => {
    const subject = await brokerUnderTest()
    const client = await subject.device('wm-1')
    client.send(publish({ topic: 'devices/wm-2/readings', id: 5 }))
    expect(await client.next()).toEqual(puback(5))
    client.send(subscribe(6, 'devices/wm-2/#'))
    expect(await client.next()).toEqual(suback(6, 0x80))
    expect(listed(subject)).toMatchObject([
      { reason: 'subscribe_not_allowed', device: 'wm-1', advice: expect.stringContaining('devices/wm-2/#') },
      {
        reason: 'publish_not_allowed',
        device: 'wm-1',
        advice: expect.stringContaining('devices/wm-2/readings'),
      },
    ])
  })
})

describe('a CONNECT that comes too slowly', () => {
  it('is cut off however steadily it trickles, and listed', async () => {
    const subject = await brokerUnderTest([], 100, { connectTimeoutMs: 300 })
    const client = await subject.open()
    const bytes = connect('wm-1')
    let sent = 0
    const trickle = setInterval(() => {
      if (sent < bytes.length - 1 && !client.isClosed) client.send(bytes.subarray(sent, ++sent))
    }, 25)
    onTestFinished(() => clearInterval(trickle))
    await client.closed
    expect(client.received).toEqual([])
    expect(sent).toBeGreaterThan(1)
    expect(listed(subject)).toMatchObject([{ reason: 'connect_timeout', address: '127.0.0.1' }])
    await subject.roundTrip()
  })
})

describe('a packet that comes too slowly', () => {
  it('is cut off however steadily it trickles, and listed', async () => {
    const subject = await brokerUnderTest([], 100, { packetMsMax: 200 })
    const client = await subject.device('wm-1')
    const bytes = publish({ topic: READINGS, payload: 'x'.repeat(100), id: 1 })
    let sent = 0
    const trickle = setInterval(() => {
      if (sent < bytes.length - 1 && !client.isClosed) client.send(bytes.subarray(sent, ++sent))
    }, 10)
    onTestFinished(() => clearInterval(trickle))
    await client.closed
    expect(subject.inlet.messages).toEqual([])
    expect(sent).toBeGreaterThan(5)
    await until('the end of its session', () => subject.sessions.some(({ kind }) => kind === 'disconnected'))
    expect(subject.sessions.at(-1)?.reason).toBe('a packet did not come to its end')
    expect(listed(subject)).toMatchObject([{ reason: 'packet_timeout', device: 'wm-1' }])
  })

  it('is waited for while we are the ones who do not read', async () => {
    const subject = await brokerUnderTest([], 100, { packetMsMax: 60 })
    const client = await subject.device('wm-1')
    subject.inlet.isHolding = true
    const half = publish({ topic: READINGS, payload: 'x'.repeat(100), id: 2 })
    client.send(publish({ topic: READINGS, payload: '{}', id: 1 }), half.subarray(0, 50))
    await subject.inlet.message(1)
    const asked = Date.now()
    await until('several times the limit', () => Date.now() - asked > 400)
    expect(client.isClosed).toBe(false)
    subject.inlet.release()
    expect(await client.next()).toEqual(puback(1))
    subject.inlet.isHolding = false
    client.send(half.subarray(50))
    expect(await client.next()).toEqual(puback(2))
  })
})

describe('a device that sends more than it may', () => {
  it.each([
    ['in readings', READINGS],
    ['in other messages', 'devices/wm-1/status'],
  ])('%s is cut off with its reason, and what was not taken is not acknowledged', async (_, topic) => {
    const subject = await brokerUnderTest([], 100, {}, { deviceMessagesPerSecondMax: 1 })
    const client = await subject.device('wm-1')
    const ids = Array.from({ length: 200 }, (_, i) => i + 1)
    client.send(...ids.map((id) => publish({ topic, payload: '{}', id })))
    await client.closed
    expect(client.received.length - 1).toBeLessThanOrEqual(subject.inlet.messages.length)
    expect(subject.inlet.messages.length).toBeLessThan(200)
    await until('the end of its session', () => subject.sessions.some(({ kind }) => kind === 'disconnected'))
    expect(subject.sessions.at(-1)?.reason).toContain('MQTT_DEVICE_MESSAGES_PER_SECOND_MAX')
    expect(listed(subject)).toMatchObject([{ reason: 'too_many_messages', device: 'wm-1', count: 1 }])
    expect(subject.log.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^refused: wm-1 sends more/),
    )
  })

  it('may send a burst of a minute’s worth, and others are not touched', async () => {
    const subject = await brokerUnderTest([], 100, {}, { deviceMessagesPerSecondMax: 1 })
    const client = await subject.device('wm-1')
    const other = await subject.device('wm-2')
    for (let id = 1; id <= 50; id++) {
      client.send(publish({ topic: READINGS, payload: '{}', id }))
      expect(await client.next()).toEqual(puback(id))
    }
    other.send(publish({ topic: 'devices/wm-2/readings', payload: '{}', id: 1 }))
    expect(await other.next()).toEqual(puback(1))
    expect(listed(subject)).toEqual([])
  })
})

describe('one address', () => {
  const openFrom = async (port: number, localAddress: string) => {
    const socket = connectTcp({ port, host: '127.0.0.1', localAddress })
    onTestFinished(() => void socket.destroy())
    const client = new RawClient(socket)
    await new Promise((resolve) => socket.once('connect', resolve))
    return client
  }

  it('has only so many connections, and another is not touched', async () => {
    const subject = await brokerUnderTest([], 100, {}, { addressConnectionsMax: 3 })
    const mine = await Promise.all([1, 2, 3].map(() => openFrom(subject.port, '127.0.0.2')))
    const fourth = await openFrom(subject.port, '127.0.0.2')
    await fourth.closed
    expect(listed(subject)).toMatchObject([{ reason: 'address_connections_max', address: '127.0.0.2' }])
    const other = await openFrom(subject.port, '127.0.0.3')
    other.send(connect('wm-1'))
    expect(await other.next()).toEqual(connack(0))
    mine[0]?.destroy()
    await until('the place to be free', async () => {
      const again = await openFrom(subject.port, '127.0.0.2')
      again.send(connect('wm-2'))
      return (await again.next())?.equals(connack(0))
    })
  })

  it('opens only so many in a second', async () => {
    const subject = await brokerUnderTest([], 100, {}, { addressConnectsPerSecondMax: 1 })
    const clients = await Promise.all(Array.from({ length: 40 }, () => openFrom(subject.port, '127.0.0.2')))
    await until('the rest to be closed', () => clients.filter(({ isClosed }) => isClosed).length >= 20)
    expect(clients.filter(({ isClosed }) => !isClosed).length).toBeGreaterThanOrEqual(10)
    expect(listed(subject)).toMatchObject([{ reason: 'address_connects_rate', address: '127.0.0.2' }])
  })

  it('that many share is never held against any of them', async () => {
    const isShared = (address: string) => address === '127.0.0.2'
    const subject = await brokerUnderTest(
      [],
      100,
      {},
      { addressConnectionsMax: 1, addressConnectsPerSecondMax: 1, isShared },
    )
    for (let i = 0; i < 30; i++) {
      const client = await openFrom(subject.port, '127.0.0.2')
      client.send(connect('wm-1', { clientId: `wm-1:${i}` }))
      expect(await client.next()).toEqual(connack(0))
    }
    expect(listed(subject)).toEqual([])
  })
})

describe('the list', () => {
  it('merges what is the same, and gives the newest first', () => {
    let now = 0
    const log = new RefusedLog(
      (id) => id === 'wm-1',
      () => ++now,
    )
    log.add(from('10.0.0.1'))
    log.add(from('10.0.0.2'))
    log.add(from('10.0.0.1'))
    expect(log.list({ limit: 10 })).toMatchObject([
      { address: '10.0.0.1', count: 2, firstAt: 1, lastAt: 3 },
      { address: '10.0.0.2', count: 1, firstAt: 2, lastAt: 2 },
    ])
  })

  it('finds by device, address, reason and time', () => {
    let now = 0
    const log = new RefusedLog(
      (id) => id.startsWith('wm-'),
      () => ++now,
    )
    log.add(from('10.0.0.1', 'wrong_password', 'wm-1'))
    log.add(from('10.0.0.1', 'unknown_user', 'x'))
    log.add({ ...from('10.0.0.2', 'bad_connect', ''), clientId: 'wm-2:a' })
    const addresses = (filter: object) => log.list({ limit: 10, ...filter }).map(({ address }) => address)
    expect(addresses({ device: 'wm-2' })).toEqual(['10.0.0.2'])
    expect(addresses({ address: '10.0.0.1' })).toHaveLength(2)
    expect(addresses({ reason: 'unknown_user' })).toEqual(['10.0.0.1'])
    expect(addresses({ since: 3 })).toEqual(['10.0.0.2'])
    expect(addresses({ limit: 1 })).toHaveLength(1)
  })

  it('is bounded, and one address cannot push the others out', () => {
    const log = new RefusedLog(() => false)
    log.add(from('10.0.0.1'))
    for (let i = 0; i < 5000; i++) log.add(from('10.6.6.6', 'unknown_user', `guess-${i}`))
    const all = log.list({ limit: 5000 })
    expect(all.length).toBeLessThan(110)
    expect(all.at(-1)?.address).toBe('10.0.0.1')
    expect(all[0]).toMatchObject({ username: '(many)', count: 4900 })
    for (let i = 0; i < 5000; i++) log.add(from(`10.1.${i >> 8}.${i & 255}`))
    expect(log.list({ limit: 5000 })).toHaveLength(1000)
  })

  it('shows names as far as they are printable, and no token', () => {
    const log = new RefusedLog(() => false)
    const { username, clientId } = log.add({
      ...from('10.0.0.1', 'unknown_user', 'đồng hồ\n\u001b[31m\u202e'),
      clientId: `plb_abcdefghijkl_${'x'.repeat(32)}`,
    })
    expect(username).toBe('đồng hồ??[31m?')
    expect(clientId).toBe('plb_…')
    expect(log.add(from('10.0.0.1', 'unknown_user', 'x'.repeat(100_000))).username).toHaveLength(64)
  })

  it('names the user name that is no device, also where the client id is one', () => {
    const log = new RefusedLog((id) => id === 'wm-1')
    const { device, advice } = log.add({ ...from('10.0.0.1', 'unknown_user', 'WM-1'), clientId: 'wm-1' })
    expect(device).toBe('wm-1')
    expect(advice).toContain('"WM-1" is no device')
  })

  it('shows no secret that came as the user name', () => {
    const log = new RefusedLog((id) => id.startsWith('Meter'))
    const secret = 'FwqWDbP5iXCM4rLymsJB5ZpkgzKjo0nU'
    const added = log.add(from('10.0.0.1', 'unknown_user', `${secret}x`))
    expect(added.username).toBe('FwqW…')
    expect(JSON.stringify(added)).not.toContain(secret.slice(4))
    const id = 'Meter-70B3D57ED0001234-Nha-May-1'
    expect(log.add(from('10.0.0.1', 'wrong_password', id)).username).toBe(id)
  })

  it('has a sentence for every reason that says what to do', () => {
    for (const [reason, advice] of Object.entries(REFUSALS)) expect(advice, reason).toMatch(/[:?]/)
  })
})
