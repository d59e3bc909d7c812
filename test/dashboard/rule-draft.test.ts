import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { RuleBody } from '../../api/alarm-rule-document.ts'
import { bodyOf, faultsOf } from '../../dashboard/src/rules/body.ts'
import { type Draft, draftOf, idFor, NEW_DRAFT } from '../../dashboard/src/rules/draft.ts'
import type { Condition, Rule } from '../../dashboard/src/rules/wire.ts'
import { MODELS } from '../../digital-twin/models/index.ts'

const rule = (condition: Condition): Rule => ({
  ...{ id: 'r', nameVi: 'Quy tắc', nameEn: 'Rule', severity: 'low', isEnabled: false },
  scope: { types: ['tank'], domain: 'water', area: '24133', entities: ['a', 'b'] },
  ...{ adviceVi: 'Xem', condition, origin: 'user', revision: 3 },
})

const CONDITIONS: readonly Condition[] = [
  { kind: 'threshold', quantity: 'voltage/L1', above: 242.5, below: 0, hysteresis: 0.25, forS: 90 },
  { kind: 'rate', quantity: 'water-flow', falls: 7, withinS: 300 },
  { kind: 'silence' },
  { kind: 'silence', afterS: 86_400 },
  { kind: 'flat-line', quantity: 'water-level', forS: 7200, tolerance: 0.001 },
  { kind: 'implausible' },
  { kind: 'pattern', quantity: 'water-flow', deviations: 5, weeks: 6, forS: 600 },
  { kind: 'expression', expression: 'value("water-flow") > 3', forS: 1 },
]

const written = (change: Partial<Draft>, fields: Readonly<Record<string, string>>) =>
  bodyOf({
    ...{ ...NEW_DRAFT, nameVi: 'a', nameEn: 'b' },
    ...{ ...change, fields: { ...NEW_DRAFT.fields, ...fields } },
  })

describe('the form of a rule', () => {
  it('gives back every kind of rule as it was, and every one that comes with a type', () => {
    for (const condition of CONDITIONS) {
      const { id: _id, origin: _origin, revision: _revision, ...body } = rule(condition)
      assert.deepEqual(bodyOf(draftOf(rule(condition))), { body })
      assert.ok(RuleBody.safeParse(body).success, condition.kind)
    }
    for (const { type, rules = [] } of MODELS.values())
      for (const { id, ...given } of rules) {
        const body = { ...given, scope: { types: [type] }, isEnabled: true }
        const shown = { ...body, id, origin: 'model', revision: 0 } as Rule
        assert.deepEqual(bodyOf(draftOf(shown)), { body })
      }
  })

  it('takes a decimal comma, and durations in the unit that is chosen', () => {
    const made = written(
      { kind: 'rate' },
      { quantity: 'water-flow', rises: '-0,5', withinS: '1,5', 'withinS.unit': '3600' },
    )
    assert.ok('body' in made)
    assert.deepEqual(made.body.condition, {
      kind: 'rate',
      quantity: 'water-flow',
      rises: -0.5,
      withinS: 5400,
    })
  })

  it('says at which field something is wrong', () => {
    const faults = (kind: Draft['kind'], fields: Readonly<Record<string, string>>) => {
      const made = written({ kind }, fields)
      return 'faults' in made ? made.faults : null
    }
    const quantity = 'water-flow'
    assert.deepEqual(faults('threshold', {}), { 'condition.quantity': 'fault.required' })
    assert.deepEqual(faults('threshold', { quantity }), { 'condition.above': 'fault.aboveOrBelow' })
    assert.deepEqual(faults('threshold', { quantity, above: '1 000' }), { 'condition.above': 'fault.number' })
    assert.deepEqual(faults('threshold', { quantity, above: '5', below: '4', hysteresis: '1' }), {
      'condition.above': 'fault.inside',
    })
    assert.deepEqual(faults('rate', { quantity, withinS: '5' }), { 'condition.rises': 'fault.risesOrFalls' })
    assert.deepEqual(bodyOf(NEW_DRAFT), {
      faults: {
        nameVi: 'fault.required',
        nameEn: 'fault.required',
        'condition.quantity': 'fault.required',
      },
    })
  })

  it('finds the field that the server names', () => {
    assert.deepEqual(faultsOf('condition.above: takes above, below or both'), {
      'condition.above': 'takes above, below or both',
    })
    assert.deepEqual(faultsOf('body/rule/condition/forS: Too big; body/id: Invalid string'), {
      'condition.forS': 'Too big',
      id: 'Invalid string',
    })
    assert.deepEqual(faultsOf('there is a rule x'), {})
  })

  it('proposes an id by the name', () => {
    assert.equal(idFor('  Áp lực Đầu vùng, 24/7! '), 'ap-luc-dau-vung-24-7')
  })
})
