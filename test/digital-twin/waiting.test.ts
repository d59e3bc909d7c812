import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { Waiting } from '../../digital-twin/alarms/waiting.ts'
import { silent } from '../support/silent-log.ts'

const SERIES = 60_000

describe('readings that wait for the rules', () => {
  it('of more series than may wait are reduced to the newest once, not with each that is taken', () => {
    const skipped: number[] = []
    const waiting = new Waiting(silent, { rulesLooked() {}, rulesSkipped: (n) => skipped.push(n) })
    const observe = (time: number) =>
      waiting.add(
        Array.from({ length: SERIES }, (_, i) => ({
          ...{ device: 'd', entity: `e${i}`, quantity: 'water-flow', channel: '' },
          ...{ time, value: 1, quality: 'good' as const },
        })),
      )
    observe(1)
    observe(2)
    const taken = Array.from({ length: 1000 }, () => waiting.take()?.time)
    assert.deepEqual(new Set(taken), new Set([2]))
    assert.deepEqual(skipped, [SERIES])
    observe(3)
    observe(4)
    waiting.take()
    assert.equal(skipped.length, 2)
    assert.equal(waiting.count, SERIES - 1)
  })
})
