import { duplexPair } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type GuardVerdict, PacketGuard } from '../../broker/packet-guard.ts'
import { until } from '../support/until.ts'
import { brokerUnderTest } from './broker-under-test.ts'
import {
  connack,
  connect,
  connectMqtt5,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  puback,
  publish,
  pubrec,
  pubrel,
  suback,
  subscribe,
  unsubscribe,
} from './packets.ts'
import { RawClient } from './raw-client.ts'

const LIMITS = { payloadBytesMax: 256 * 1024, headBytes: 65_536 }
const READINGS = 'devices/wm-1/readings'

/** A stream cut where the numbers say (as parts of its length). */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((part) => Math.floor(part * bytes.length)))].sort((a, b) => a - b)
  return [...places, bytes.length]
    .map((end, i) => bytes.subarray(places[i - 1] ?? 0, end))
    .filter(({ length }) => length > 0)
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 40 })
const goodPacket = fc.oneof(
  fc
    .record({
      payload: fc.string({ maxLength: 300 }),
      qos: fc.constantFrom(0, 1, 2),
      id: fc.integer({ min: 1, max: 65_535 }),
    })
    .map((message) => publish({ topic: READINGS, ...message })),
  fc.constantFrom(PINGREQ, subscribe(1, 'devices/wm-1/#', 'ắ'), unsubscribe(2, 'a'), pubrel(3)),
)

describe('the guard', () => {
  it('passes on the same bytes however they are cut, and whole packets only', () =>
    fc.assert(
      fc.property(fc.array(goodPacket, { maxLength: 12 }), cuts, (packets, places) => {
        const all = [connect('wm-1'), ...packets]
        const ends = new Set(all.map((_, i) => Buffer.concat(all.slice(0, i + 1)).length))
        const guard = new PacketGuard(LIMITS)
        const passed: Buffer[] = []
        let passedBytes = 0
        for (const chunk of cut(Buffer.concat(all), places)) {
          const verdict = guard.inspect(chunk)
          if (verdict.kind !== 'pass') throw new Error(`not passed: ${verdict.kind}`)
          if (!verdict.packets) continue
          passed.push(Buffer.from(verdict.packets))
          passedBytes += verdict.packets.length
          expect(ends.has(passedBytes)).toBe(true)
        }
        expect(Buffer.concat(passed)).toEqual(Buffer.concat(all))
      }),
    ))

  it('holds nothing back longer than it must: each packet goes on with its last byte', () => {
    const all = [connect('wm-1'), publish({ topic: READINGS, payload: 'x'.repeat(200) }), PINGREQ]
    const ends = new Set(all.map((_, i) => Buffer.concat(all.slice(0, i + 1)).length))
    const guard = new PacketGuard(LIMITS)
    for (const [i, byte] of Buffer.concat(all).entries()) {
      const verdict = guard.inspect(Buffer.of(byte))
      expect(verdict.kind === 'pass' && verdict.packets !== null).toBe(ends.has(i + 1))
    }
  })

  it('comes to the same verdict on a bad packet however it is cut', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(
          publish({ topic: READINGS, id: 0 }),
          publish({ topic: 'a\u0000' }),
          subscribe(0, 'a'),
          subscribe(1, 'a', 'b\u0000'),
          unsubscribe(0, 'a'),
          pubrel(0),
          Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff),
          publish({ topic: READINGS, payload: Buffer.alloc(300 * 1024), id: 3 }),
        ),
        cuts,
        (bad, places) => {
          const verdictOn = (chunks: readonly Buffer[]): GuardVerdict | null => {
            const guard = new PacketGuard(LIMITS)
            guard.inspect(connect('wm-1'))
            for (const chunk of chunks) {
              const verdict = guard.inspect(chunk)
              if (verdict.kind !== 'pass') return verdict
            }
            return null
          }
          const whole = verdictOn([bad])
          expect(whole).not.toBeNull()
          expect(verdictOn(cut(bad, places))).toEqual(whole)
        },
      ),
    ))

  it('keeps of an oversized message its topic, its packet id and its head', () => {
    const guard = new PacketGuard(LIMITS)
    guard.inspect(connect('wm-1'))
    const payload = Buffer.alloc(300 * 1024, 'abc')
    expect(guard.inspect(publish({ topic: READINGS, payload, id: 258 }))).toEqual({
      kind: 'oversized',
      message: {
        topic: READINGS,
        packetId: 258,
        qos: 1,
        head: payload.subarray(0, 65_536),
        payloadBytes: 300 * 1024,
      },
    })
  })

  it('closes control packets that are absurdly large before they are gathered', () => {
    const guard = new PacketGuard(LIMITS)
    guard.inspect(connect('wm-1'))
    expect(guard.inspect(Buffer.of(0x82, 0xff, 0xff, 0xff, 0x7f)).kind).toBe('violation')
    expect(new PacketGuard(LIMITS).inspect(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f)).kind).toBe('violation')
  })

  it('comes to a verdict on any bytes without throwing', () =>
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), goodPacket), { maxLength: 8 }),
        (isConnected, chunks) => {
          const guard = new PacketGuard(LIMITS)
          if (isConnected) guard.inspect(connect('wm-1'))
          for (const chunk of chunks) if (guard.inspect(Buffer.from(chunk)).kind !== 'pass') return
        },
      ),
      { numRuns: 1000 },
    ))
})

describe('a stream of packets', () => {
  const payloads = ['', '{"values":{"voltage":1}}', 'x'.repeat(130), 'ắ'.repeat(20), 'y'.repeat(20_000)]
  const packets = payloads.map((payload, i) =>
    publish({ topic: READINGS, payload, id: i + 1, qos: (i % 2) + 1 }),
  )
  const stream = Buffer.concat([connect('wm-1'), ...packets, PINGREQ])
  const ANSWERS = [
    connack(0),
    ...payloads.map((_, i) => (i % 2 === 0 ? puback(i + 1) : pubrec(i + 1))),
    PINGRESP,
  ]

  it('gives the same messages however it is cut', async () => {
    const { broker, inlet } = await brokerUnderTest()
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        inlet.messages.length = 0
        const [here, there] = duplexPair()
        const client = new RawClient(here)
        broker.accept(there)
        for (const chunk of cut(stream, places)) {
          client.send(chunk)
          // One turn of the event loop, so that the chunks are read one by one.
          await new Promise((resolve) => setImmediate(resolve))
        }
        const answers = []
        for (let i = 0; i < packets.length + 2; i++) answers.push(await client.next())
        // The order stands among acknowledgements of one kind [MQTT-4.6.0-2, -3].
        for (const first of [0x20, 0x40, 0x50, 0xd0])
          expect(answers.filter((answer) => answer?.[0] === first)).toEqual(
            ANSWERS.filter(([is]) => is === first),
          )
        expect(inlet.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(payloads)
        client.destroy()
        await until('the end of the session', () => broker.sessions() === 0)
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same messages when it is cut before every single byte', async () => {
    const { open, inlet } = await brokerUnderTest()
    const client = await open()
    const short = Buffer.concat([connect('wm-1'), ...packets.slice(0, 4), PINGREQ])
    for (const byte of short) {
      client.send(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await inlet.message(4)
    expect(inlet.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(payloads.slice(0, 4))
  })

  it('may begin before the client knows that it is let in [MQTT-3.1.4-5]', async () => {
    const { open, inlet } = await brokerUnderTest()
    const client = await open()
    client.send(stream)
    expect(await client.next()).toEqual(connack(0))
    await inlet.message(payloads.length)
    expect(inlet.messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(payloads)
  })

  it('may follow its CONNECT in the next read, before the answer to that', async () => {
    const { broker, inlet } = await brokerUnderTest()
    const [here, there] = duplexPair()
    const client = new RawClient(here)
    broker.accept(there)
    client.send(connect('wm-1'))
    await new Promise((resolve) => setImmediate(resolve))
    client.send(publish({ topic: READINGS, payload: 'early' }), subscribe(2, 'devices/wm-1/#'))
    expect(await client.next()).toEqual(connack(0))
    expect((await inlet.message(1)).payload).toEqual(Buffer.from('early'))
    const answers = [await client.next(), await client.next()]
    expect(answers).toContainEqual(puback(1))
    expect(answers).toContainEqual(suback(2, 1))
  })

  it('is worth nothing behind a CONNECT that is refused [MQTT-3.1.4-5]', async () => {
    const { open, inlet, roundTrip } = await brokerUnderTest()
    const client = await open()
    client.send(connect('wm-1', { password: 'wrong' }), ...packets)
    await client.closed
    await roundTrip()
    expect(client.received).toEqual([connack(4)])
    expect(inlet.messages).toEqual([])
  })
})

it('no bytes at all harm the broker: it serves a good client afterwards', async () => {
  const { open, roundTrip, inlet, device, log } = await brokerUnderTest()
  const hello = connect('wm-2', { clientId: 'wm-2:fuzz' })
  const stems = fc.constantFrom(
    hello,
    connectMqtt5('x'),
    publish({ topic: READINGS }),
    subscribe(1, 'devices/wm-2/#'),
    DISCONNECT,
  )
  const bent = fc.tuple(stems, fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const copy = Buffer.from(bytes)
    copy[at % copy.length] = byte
    return copy
  })
  const junk = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      bent,
      stems,
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.boolean(), junk, async (isSignedIn, bytes) => {
      const client = await open()
      if (isSignedIn) {
        client.send(hello)
        expect(await client.next()).toEqual(connack(0))
      }
      client.send(...bytes)
      client.end()
      await client.closed
    }),
    { numRuns: 150 },
  )
  await roundTrip()
  const before = inlet.messages.length
  const good = await device()
  good.send(publish({ topic: READINGS, payload: 'good', id: 77 }))
  expect((await good.next())?.toString('hex')).toBe('4002004d')
  expect(Buffer.from((await inlet.message(before + 1)).payload).toString()).toBe('good')
  expect(log.filter(({ level }) => level === 'error')).toEqual([])
})
