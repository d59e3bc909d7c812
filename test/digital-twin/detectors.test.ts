import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { detect } from '../../digital-twin/alarms/detectors/detect.ts'
import { begun } from '../../digital-twin/alarms/detectors/detector.ts'
import { silenceAfterUs } from '../../digital-twin/alarms/detectors/silence.ts'
import type { Condition, NewRule } from '../../digital-twin/alarms/rule.ts'
import { ruleFault } from '../../digital-twin/alarms/rule-fault.ts'

const OF = { type: 'pressure-point', quantity: 'water-pressure' }
const quantity = 'water-pressure'
/** Verdicts of [second, value]. */
function run(condition: Condition, readings: readonly (readonly [number, number])[]) {
  let state = begun(false)
  const verdicts: string[] = []
  for (const [second, value] of readings) {
    const step = detect(condition, OF, state, { time: second * 1_000_000, value })
    state = step.state
    verdicts.push(step.verdict)
  }
  return { state, verdicts: verdicts.join(' ') }
}

describe('detectors', () => {
  it('threshold: raises after its time, holds within the hysteresis, clears beyond it', () => {
    const low: Condition = { kind: 'threshold', quantity, below: 100, hysteresis: 10, forS: 60 }
    const readings = [
      [0, 90],
      [30, 90],
      [60, 90],
      [90, 105],
      [120, 110],
    ] as const
    assert.equal(run(low, readings).verdicts, 'none none raise none clear')
    assert.equal(
      run(low, [
        [0, 90],
        [59, 101],
        [61, 90],
      ]).verdicts,
      'none none none',
    )
  })
  it('rate: looks back no further than its time', () => {
    const fall: Condition = { kind: 'rate', quantity, falls: 50, withinS: 60 }
    assert.equal(
      run(fall, [
        [0, 200],
        [30, 140],
        [100, 140],
      ]).verdicts,
      'none raise clear',
    )
    assert.equal(
      run(fall, [
        [0, 200],
        [61, 140],
      ]).verdicts,
      'none none',
    )
  })
  it('flat-line: raises when it stays, clears when it moves', () => {
    const flat: Condition = { kind: 'flat-line', quantity, forS: 60, tolerance: 1 }
    assert.equal(
      run(flat, [
        [0, 5],
        [30, 5.5],
        [60, 6],
        [70, 9],
      ]).verdicts,
      'none none raise clear',
    )
  })
  it('implausible: outside the range of the quantity', () => {
    assert.equal(
      run({ kind: 'implausible' }, [
        [0, 1e6],
        [1, 300],
      ]).verdicts,
      'raise clear',
    )
  })
  it('silence: five intervals, or as the rule says', () => {
    assert.equal(silenceAfterUs({ kind: 'silence' }, 10), 50e6)
    assert.equal(silenceAfterUs({ kind: 'silence', afterS: 5 }, 10), 5e6)
  })

  const conditions: Condition[] = [
    { kind: 'threshold', quantity, above: 50, hysteresis: 5, forS: 3 },
    { kind: 'rate', quantity, rises: 20, falls: 20, withinS: 10 },
    { kind: 'flat-line', quantity, forS: 5, tolerance: 3 },
    { kind: 'implausible' },
  ]
  const readings = fc.array(fc.tuple(fc.nat(100), fc.integer({ min: -500, max: 5000 })), { maxLength: 60 })
  it.each(conditions)('$kind: what is not newer changes nothing; raise and clear take turns', (condition) => {
    fc.assert(
      fc.property(readings, (all) => {
        let newest = -1
        const inOrder = all.filter(([second]) => {
          const isNewer = second > newest
          newest = Math.max(newest, second)
          return isNewer
        })
        assert.deepEqual(run(condition, all).state, run(condition, inOrder).state)
        const turns = run(condition, all)
          .verdicts.split(' ')
          .filter((verdict) => verdict !== 'none' && verdict)
        assert.ok(turns.every((verdict, i) => verdict === (i % 2 === 0 ? 'raise' : 'clear')))
      }),
    )
  })

  it('refuses a rule that cannot be evaluated, by its field', () => {
    const field = (condition: Condition) =>
      ruleFault({ nameVi: 'a', nameEn: 'a', severity: 'low', scope: {}, condition } satisfies NewRule)?.field
    assert.equal(field({ kind: 'threshold', quantity: 'nonsense', above: 1 }), 'condition.quantity')
    assert.equal(field({ kind: 'threshold', quantity, above: 1, below: 2 }), 'condition.above')
    assert.equal(field({ kind: 'threshold', quantity }), 'condition.above')
    assert.equal(field({ kind: 'rate', quantity, withinS: 1 }), 'condition.rises')
    assert.equal(field({ kind: 'expression', expression: '1 +' }), 'condition.expression')
    assert.equal(field({ kind: 'expression', expression: 'true' }), undefined)
    assert.equal(field({ kind: 'threshold', quantity, above: 1 }), undefined)
  })
})
