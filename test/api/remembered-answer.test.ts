import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { RememberedAnswer } from '../../api/remembered-answer.ts'

describe('an answer that is remembered', () => {
  it('is asked for once by all who come meanwhile, and stays when asking fails or takes long', async () => {
    const asked: PromiseWithResolvers<string>[] = []
    const ask = () => {
      const one = Promise.withResolvers<string>()
      asked.push(one)
      return one.promise
    }
    const answer = new RememberedAnswer(ask, { everyMs: 0, waitMs: 20 })
    assert.equal(await answer.get(), null)
    const both = Promise.all([answer.get(), answer.get()])
    asked[0]?.resolve('first')
    assert.deepEqual(await both, ['first', 'first'])
    assert.equal(asked.length, 1)
    assert.equal(await answer.get(), 'first')
    assert.equal(asked.length, 2)
    asked[1]?.reject(new Error('away'))
    assert.equal(await answer.get(), 'first')
  })

  it('is not asked for again before its time', async () => {
    let count = 0
    const answer = new RememberedAnswer(async () => ++count, { everyMs: 3_600_000, waitMs: 1000 })
    assert.deepEqual([await answer.get(), await answer.get()], [1, 1])
  })
})
