import { expect, it } from 'vitest'
import type { Message } from '../../core/message.ts'
import { ReceiptTimes } from '../../ingest/receipt-times.ts'

type Packet = NonNullable<Message['packet']>

const message = (receivedAt: number, packet?: Partial<Packet>, more: Partial<Message> = {}): Message => ({
  device: 'wm-1',
  topic: 'devices/wm-1/readings',
  payload: Buffer.from('{"values":{"voltage":1}}'),
  receivedAt,
  via: 'mqtt',
  ...(packet ? { packet: { session: 's', id: 1, dup: false, ...packet } } : {}),
  ...more,
})

it('a redelivery of the same packet keeps its first time, however often it comes', () => {
  const times = new ReceiptTimes()
  expect(times.of(message(10, {}))).toBe(10)
  expect(times.of(message(20, { dup: true }))).toBe(10)
  expect(times.of(message(30, { dup: true }))).toBe(10)
})

it('a packet id that is used again without DUP is a new message, and its redelivery keeps the new time', () => {
  const times = new ReceiptTimes()
  times.of(message(10, {}))
  expect(times.of(message(20, {}))).toBe(20)
  expect(times.of(message(30, { dup: true }))).toBe(20)
})

it('a redelivery of something never seen has its own time', () => {
  const times = new ReceiptTimes()
  expect(times.of(message(10, { dup: true }))).toBe(10)
  expect(times.of(message(20, { dup: true }))).toBe(10)
})

it('the same packet id in another session, or another id in the same, is another message', () => {
  const times = new ReceiptTimes()
  times.of(message(10, { session: 'a', id: 1 }))
  expect(times.of(message(20, { session: 'b', id: 1, dup: true }))).toBe(20)
  expect(times.of(message(30, { session: 'a', id: 2, dup: true }))).toBe(30)
  expect(times.of(message(40, { session: 'a', id: 1, dup: true }))).toBe(10)
})

it('a payload of another size shows that the id was used again', () => {
  const times = new ReceiptTimes()
  times.of(message(10, {}))
  expect(times.of(message(20, { dup: true }, { payload: Buffer.from('{}') }))).toBe(20)
})

it('QoS 0 and HTTP have no packet: the time of receipt', () => {
  const times = new ReceiptTimes()
  expect(times.of(message(10))).toBe(10)
  expect(times.of(message(20))).toBe(20)
})

it('a replay has the time at which the message first came', () =>
  expect(new ReceiptTimes().of(message(99, {}, { firstReceivedAt: 7, via: 'replay' }))).toBe(7))

it('remembers the newest hundred thousand packets and forgets the oldest', () => {
  const times = new ReceiptTimes()
  for (let i = 0; i <= 100_000; i++) times.of(message(i, { session: String(i) }))
  expect(times.of(message(-1, { session: '1', dup: true }))).toBe(1)
  expect(times.of(message(-1, { session: '0', dup: true }))).toBe(-1)
})
