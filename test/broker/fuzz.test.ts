import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PacketGuard } from '../../broker/packet-guard.ts'
import { until } from '../support/until.ts'
import { type BrokerUnderTest, brokerUnderTest } from './broker-under-test.ts'
import {
  connack,
  connect,
  connectMqtt5,
  DISCONNECT,
  field,
  PINGREQ,
  packet,
  puback,
  pubcomp,
  publish,
  pubrec,
  pubrel,
  subscribe,
  unsubscribe,
} from './packets.ts'
import { openRaw } from './raw-client.ts'

const LIMITS = { payloadBytesMax: 256 * 1024, headBytes: 65_536 }
/** What a guard may hold of one client: the largest message that is let through, with the longest topic. */
const HELD_BYTES_MAX = 5 + 2 + 65_535 + 2 + LIMITS.payloadBytesMax

/** Packets as clients send them, and the faults that brokers have been broken by. */
const CORPUS: readonly Buffer[] = [
  connect('wm-1'),
  connect('wm-1', { will: { topic: 'devices/wm-1/status', qos: 1, retain: true } }),
  connect('wm-1', { clean: false, clientId: '' }),
  connectMqtt5('wm-1'),
  publish({ topic: 'devices/wm-1/readings', payload: '{"values":{"water-volume":1}}', id: 7 }),
  publish({ topic: 'devices/wm-1/status', payload: 'on', retain: true, qos: 0 }),
  publish({ topic: 'devices/wm-1/readings', payload: 'x', id: 8, qos: 2, dup: true }),
  publish({ topic: '', payload: 'x' }),
  publish({ topic: 'a/'.repeat(300), qos: 0 }),
  publish({ topic: '$SYS/heartbeat', payload: 'x' }),
  publish({ topic: 'devices/wm-1/readings', payload: Buffer.alloc(500, 'x'), id: 9 }),
  subscribe(1, 'devices/wm-1/#', '#', '+/+', '$SYS/#', '__proto__', 'constructor'),
  subscribe(2, '##', 'a/#/b', 'a+'),
  subscribe(3),
  unsubscribe(4, 'devices/wm-1/#', '__proto__'),
  unsubscribe(5),
  puback(1),
  pubrec(2),
  pubrel(8),
  pubcomp(3),
  PINGREQ,
  DISCONNECT,
  connack(0),
  packet(0x00),
  packet(0xf0, Buffer.alloc(4)),
  packet(0x30, field('a\0b')),
  Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f),
  Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x01),
  Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  Buffer.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01),
]

type Mutation = (bytes: Buffer) => Buffer

/** Bits flipped, bytes put in, taken out or repeated, another remaining length, an end that is missing. */
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: fc.nat(), bit: fc.nat(7) }).map(
    ({ at, bit }): Mutation =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        if (changed.length > 0)
          changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ (1 << bit)
        return changed
      },
  ),
  fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 8 })).map(
    ([at, extra]): Mutation =>
      (bytes) => {
        const place = at % (bytes.length + 1)
        return Buffer.concat([bytes.subarray(0, place), extra, bytes.subarray(place)])
      },
  ),
  fc.tuple(fc.nat(), fc.nat(16)).map(
    ([at, count]): Mutation =>
      (bytes) => {
        const place = at % (bytes.length + 1)
        return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + count)])
      },
  ),
  fc.uint8Array({ minLength: 1, maxLength: 5 }).map(
    (length): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, 1), length, bytes.subarray(2)]),
  ),
  fc.nat().map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
)

const mutant = fc
  .tuple(fc.constantFrom(...CORPUS), fc.array(mutation, { maxLength: 4 }))
  .map(([bytes, mutations]) => mutations.reduce((mutated, mutate) => mutate(mutated), bytes))

/** Whole packets, mutated ones and plain noise, one after another. */
const hostileStream = fc
  .array(fc.oneof(fc.constantFrom(...CORPUS), mutant, fc.uint8Array({ maxLength: 64 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => Buffer.concat(parts))

describe('the guard', () => {
  const afterConnect = () => {
    const guard = new PacketGuard(LIMITS)
    guard.inspect(connect('wm-1'))
    return guard
  }

  it('comes to the same end on any stream, whole or byte by byte, before and after CONNECT', () =>
    fc.assert(
      fc.property(hostileStream, fc.boolean(), (stream, isConnected) => {
        const endOn = (chunks: readonly Buffer[]) => {
          const guard = isConnected ? afterConnect() : new PacketGuard(LIMITS)
          const passed: Buffer[] = []
          for (const chunk of chunks) {
            const verdict = guard.inspect(chunk)
            if (verdict.kind !== 'pass') return { kind: verdict.kind }
            if (verdict.packets) passed.push(Buffer.from(verdict.packets))
          }
          return { kind: 'pass', passed: Buffer.concat(passed).toString('hex') }
        }
        const bytes = [...stream].map((byte) => Buffer.of(byte))
        expect(endOn(bytes)).toEqual(endOn([stream]))
      }),
      { numRuns: 2000 },
    ))

  it('never passes on what it was not given, and never holds back more than one packet may have', () =>
    fc.assert(
      fc.property(fc.array(hostileStream, { minLength: 1, maxLength: 20 }), (chunks) => {
        const guard = afterConnect()
        let given = 0
        let passed = 0
        for (const chunk of chunks) {
          const verdict = guard.inspect(chunk)
          if (verdict.kind !== 'pass') return
          given += chunk.length
          passed += verdict.packets?.length ?? 0
          expect(passed).toBeLessThanOrEqual(given)
          expect(given - passed).toBeLessThanOrEqual(HELD_BYTES_MAX + chunk.length)
        }
      }),
      { numRuns: 1000 },
    ))

  it('lets go of an endless packet of any kind', () => {
    for (let first = 0; first < 256; first++) {
      const guard = afterConnect()
      let verdict = guard.inspect(Buffer.of(first, 0xff, 0xff, 0xff, 0x7f))
      let held = 0
      while (verdict.kind === 'pass') {
        held += 16_384
        expect(held).toBeLessThanOrEqual(HELD_BYTES_MAX + 16_384)
        verdict = guard.inspect(Buffer.alloc(16_384, 'a'))
      }
    }
  })
})

describe('the broker', () => {
  /** What ends the process when nobody handles it. */
  function unhandled(): unknown[] {
    const faults: unknown[] = []
    const note = (fault: unknown) => faults.push(fault)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    return faults
  }

  /** Sends the stream in two parts over a connection of its own, which is then ended. */
  async function send({ port }: BrokerUnderTest, stream: Buffer, cutAt: number, hello: Buffer | null) {
    const client = await openRaw(port)
    if (hello) client.send(hello)
    client.send(stream.subarray(0, cutAt % (stream.length + 1)))
    client.send(stream.subarray(cutAt % (stream.length + 1)))
    client.end()
    await client.closed
  }

  it.each([
    ['before a CONNECT', null],
    ['after a good CONNECT', connect('wm-1')],
    ['after one of a session that is kept', connect('wm-1', { clean: false })],
  ])(
    'outlives any stream %s, forgets who sent it, and serves a good client beside it',
    async (_when, hello) => {
      const faults = unhandled()
      const subject = await brokerUnderTest()
      const good = await subject.device('wm-2')
      let id = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(hostileStream, fc.nat()), { minLength: 1, maxLength: 8 }),
          async (streams) => {
            await Promise.all(streams.map(([stream, cutAt]) => send(subject, stream, cutAt, hello)))
            good.send(publish({ topic: 'devices/wm-2/readings', id: ++id }))
            expect(await good.next()).toEqual(puback(id))
          },
        ),
        { numRuns: 60 },
      )
      await until('all other sessions to end', () => subject.broker.sessions() === 1)
      expect(faults).toEqual([])
      expect(subject.log.filter(({ level }) => level === 'error')).toEqual([])
    },
  )

  it('closes a connection on which no CONNECT comes, or none that ends', async () => {
    const subject = await brokerUnderTest([], 100, { connectTimeoutMs: 50 })
    const mute = await subject.open()
    const slow = await subject.open()
    slow.send(connect('wm-1').subarray(0, 10))
    await Promise.all([mute.closed, slow.closed])
    expect([...mute.received, ...slow.received]).toEqual([])
    await subject.roundTrip()
  })
})
