import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it, onTestFinished } from 'vitest'
import type { Message } from '../../core/message.ts'
import { LocalDb } from '../../store/local-db.ts'
import { Spool } from '../../store/spool.ts'
import { decodeMessages, encodeMessages } from '../../store/spool-format.ts'
import { StartError } from '../../store/start-error.ts'

const MEBIBYTE = 1_048_576

const anyMessage: fc.Arbitrary<Message> = fc
  .record(
    {
      device: fc.string({ minLength: 1 }),
      topic: fc.string({ unit: 'grapheme' }),
      payload: fc.uint8Array({ maxLength: 200 }),
      receivedAt: fc.integer({ min: 0, max: 2 ** 52 }),
      via: fc.constantFrom('mqtt', 'http', 'replay', 'upstream'),
      retain: fc.boolean(),
      firstReceivedAt: fc.integer({ min: 0, max: 2 ** 52 }),
      refusal: fc.record(
        { path: fc.string(), code: fc.constant('no_codec'), detail: fc.string() },
        { noNullPrototype: true },
      ),
    },
    {
      requiredKeys: ['device', 'topic', 'payload', 'receivedAt', 'via', 'retain'],
      noNullPrototype: true,
    },
  )
  .map((message) => ({ ...message }) as Message)

const message = (n: number, bytes = 10): Message => ({
  device: 'wm-1',
  topic: 'devices/wm-1/readings',
  payload: new Uint8Array(bytes).fill(n),
  receivedAt: n,
  via: 'mqtt',
  retain: false,
})

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-spool-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function openSpool(folder: string, bytesMax = 64 * MEBIBYTE) {
  const local = await LocalDb.open(folder)
  onTestFinished(() => local.close())
  return { local, spool: await Spool.open(local, bytesMax) }
}

async function allOf(spool: Spool): Promise<Message[]> {
  const all: Message[] = []
  for (let at = 0; ; ) {
    const segments = await spool.next(at)
    if (segments.length === 0) return all
    for (const { seq, messages } of segments) {
      assert.ok(seq > at)
      all.push(...messages)
      at = seq
    }
  }
}

const plain = (messages: readonly Message[]) =>
  messages.map((one) => ({ ...one, payload: Buffer.from(one.payload).toString('hex') }))

describe('the form of spooled messages', () => {
  it('gives back what was put in, whatever it is', () =>
    fc.assert(
      fc.property(fc.array(anyMessage), (messages) => {
        assert.deepEqual(plain(decodeMessages(encodeMessages(messages))), plain(messages))
      }),
    ))
})

describe('the spool', () => {
  it('gives its messages in the order in which they came, after a restart too', async () => {
    const folder = freshFolder()
    const { local, spool } = await openSpool(folder)
    for (let n = 0; n < 20; n += 2) assert.equal(await spool.append([message(n), message(n + 1)]), true)
    const before = plain(await allOf(spool))
    assert.deepEqual(
      before.map(({ receivedAt }) => receivedAt),
      Array.from({ length: 20 }, (_, n) => n),
    )
    await local.close()
    const again = await openSpool(folder)
    assert.deepEqual(plain(await allOf(again.spool)), before)
    assert.equal(again.spool.id, spool.id)
    assert.equal(again.spool.depth.messages, 20)
    assert.equal(again.spool.depth.oldestAt, 0)
  })

  it('never uses the number of a segment again, though all of them are gone', async () => {
    const folder = freshFolder()
    const { local, spool } = await openSpool(folder)
    await spool.append([message(1)])
    const [first] = await spool.next(0)
    await spool.remove(first?.seq ?? 0)
    assert.equal(spool.isEmpty, true)
    await local.close()
    const again = await openSpool(folder)
    await again.spool.append([message(2)])
    assert.ok(((await again.spool.next(0))[0]?.seq ?? 0) > (first?.seq ?? 0))
  })

  it('takes nothing past its bound, keeps nothing of what it did not take, and has room again when some is gone', async () => {
    const { spool } = await openSpool(freshFolder(), MEBIBYTE)
    assert.equal(await spool.append([message(1, 600_000)]), true)
    assert.equal(await spool.append([message(2, 600_000)]), false)
    assert.equal(spool.depth.messages, 1)
    await spool.remove((await spool.next(0)).at(-1)?.seq ?? 0)
    assert.equal(spool.depth.bytes, 0)
    assert.equal(await spool.append([message(3, 600_000)]), true)
    assert.deepEqual(
      (await allOf(spool)).map(({ receivedAt }) => receivedAt),
      [3],
    )
  })

  it('gives parts that are small enough for one transaction, of what was large and of what was small', async () => {
    const { spool } = await openSpool(freshFolder())
    await spool.append(Array.from({ length: 30 }, (_, n) => message(n, 100_000)))
    const first = await spool.next(0)
    assert.equal(first.length, 1)
    assert.ok((first[0]?.messages.length ?? 0) < 15)
    for (let n = 30; n < 40; n++) await spool.append([message(n)])
    assert.equal((await allOf(spool)).length, 40)
    // Two parts of large ones, and one of the rest of these with all the small ones.
    for (const length of [1, 1, 11]) {
      const part = await spool.next(0)
      assert.equal(part.length, length)
      await spool.remove(part.at(-1)?.seq ?? 0)
    }
  })

  it('is for the eyes of the platform alone, and for one platform at a time', async () => {
    const folder = freshFolder()
    await openSpool(folder)
    assert.equal(statSync(join(folder, 'local.sqlite')).mode & 0o077, 0)
    await assert.rejects(LocalDb.open(folder), StartError)
  })

  it('that cannot be read stops the start, for it may hold acknowledged messages', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'local.sqlite'), 'no database at all, but long enough to look at twice')
    await assert.rejects(LocalDb.open(folder), /may hold acknowledged messages/)
  })
})
