import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { atOnce, type InSteps, inTurns } from '../../core/slices.ts'

function* counting(to: number, each: () => void = () => {}): InSteps<number> {
  let sum = 0
  for (let n = 1; n <= to; n++) {
    each()
    yield
    sum += n
  }
  return sum
}

describe('work in steps', () => {
  it('comes to the same at once and in turns', async () => {
    assert.equal(atOnce(counting(4)), 10)
    assert.equal(await inTurns(counting(4), 10), 10)
    assert.equal(atOnce(counting(0)), 0)
  })

  it('lets others work between its slices', async () => {
    const seen: string[] = []
    setImmediate(() => seen.push('other'))
    await inTurns(
      counting(3, () => seen.push('step')),
      0,
    )
    assert.ok(seen.indexOf('other') < seen.lastIndexOf('step'), seen.join(' '))
  })

  it('passes on what goes wrong', async () => {
    const failing = () =>
      counting(1, () => {
        throw new RangeError('no')
      })
    assert.throws(() => atOnce(failing()), RangeError)
    await assert.rejects(inTurns(failing(), 10), RangeError)
  })
})
