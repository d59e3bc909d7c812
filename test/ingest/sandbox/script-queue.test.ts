import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'vitest'
import { LIMITS } from '../../../ingest/sandbox/limits.ts'
import { ScriptQueue } from '../../../ingest/sandbox/script-queue.ts'
import { until } from '../../support/until.ts'

const ADD = 'function Decoder(bytes) { return bytes[0] + 1 }'
const inputOf = (byte: number) => JSON.stringify({ bytes: [byte], fPort: 1, recvTime: 0 })

describe('the queue of scripts', () => {
  let queue = new ScriptQueue()
  afterEach(async () => {
    await queue.close()
    queue = new ScriptQueue()
  })
  const add = (byte: number) => queue.ask({ kind: 'decoder', source: ADD, input: inputOf(byte) })

  it('answers in the order of asking', async () => {
    const order: number[] = []
    await Promise.all(Array.from({ length: 100 }, (_, n) => add(n).then(() => order.push(n))))
    assert.deepEqual(
      order,
      Array.from({ length: 100 }, (_, n) => n),
    )
  })

  it('holds so many and answers busy beyond', async () => {
    const answers = await Promise.all(Array.from({ length: LIMITS.pending + 5 }, () => add(1)))
    const busy = answers.map((answer) => !answer.ok && answer.error.code === 'busy')
    assert.deepEqual([busy.indexOf(true), busy.filter(Boolean).length], [LIMITS.pending, 5])
    assert.ok((await add(1)).ok)
  })

  it('blames the one that hung the worker, by the clock, and runs the others', async () => {
    const hang = 'function Decoder() { [].concat(Array(1e9)).sort() }'
    const answers = await Promise.all([
      add(1),
      queue.ask({ kind: 'decoder', source: hang, input: inputOf(0) }),
      add(2),
      queue.ask({ kind: 'decoder', source: hang, input: inputOf(0) }),
      ...Array.from({ length: 40 }, () => add(3)),
    ])
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))
    assert.deepEqual(codes, ['ok', 'timeout', 'ok', 'timeout', ...Array(40).fill('ok')])
  })

  it('counts the clock from the start of a run, not from the last answer', async () => {
    await add(1)
    const answeredAt = Date.now()
    await until('a worker that has been idle for a while', () => Date.now() - answeredAt > LIMITS.wallMs - 40)
    const slow = 'function Decoder() { const end = Date.now() + 80; while (Date.now() < end); return 1 }'
    assert.deepEqual(await queue.ask({ kind: 'decoder', source: slow, input: inputOf(0) }), {
      ok: true,
      value: '{"data":1}',
    })
  })

  it('starts another worker after one that crashed', async () => {
    const [crashed, good] = await Promise.all([
      queue.ask({ kind: 'no such engine' as 'decoder', source: '', input: '' }),
      add(4),
    ])
    assert.equal(!crashed.ok && crashed.error.code, 'crashed')
    assert.deepEqual(good, { ok: true, value: '{"data":5}' })
  })

  it('answers all that is outstanding when it is closed, and whatever comes later', async () => {
    const outstanding = Array.from({ length: 50 }, () => add(1))
    await queue.close()
    for (const answer of [...(await Promise.all(outstanding)), await add(1)])
      assert.ok(!answer.ok && answer.error.code === 'busy')
  })
})
