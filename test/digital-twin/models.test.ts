import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { UNITS } from '../../core/units.ts'
import { ruleFault } from '../../digital-twin/alarms/rule-fault.ts'
import type { CommandModel, EntityModel } from '../../digital-twin/model.ts'
import { MODELS } from '../../digital-twin/models/index.ts'

const models = [...MODELS.values()]
const units = new Set(['1', ...Object.values(UNITS).flatMap((accepts) => Object.keys(accepts))])

const areUnique = (ids: readonly string[]): void => assert.equal(new Set(ids).size, ids.length, ids.join())
const isNamed = (named: { nameVi: string; nameEn: string }, what: string): void => {
  assert.ok(named.nameVi.trim() !== '' && named.nameEn.trim() !== '', what)
  assert.notEqual(named.nameVi, named.nameEn, what)
}
const quantityOf = (key: string) => {
  const quantity = QUANTITIES.get(key.split('/')[0] ?? '')
  assert.ok(quantity, `there is no quantity ${key}`)
  return quantity
}

describe('the entity types', () => {
  it('are each in the registry, once', () => {
    const files = readdirSync(new URL('../../digital-twin/models/', import.meta.url))
    const types = files.filter((file) => file !== 'index.ts').map((file) => file.replace(/\.ts$/, ''))
    assert.deepEqual([...MODELS.keys()].sort(), types.sort())
    areUnique(models.map(({ nameVi }) => nameVi))
    areUnique(models.map(({ nameEn }) => nameEn))
  })
})

describe.each(models)('$type', (model) => {
  it('has names, an interval, and quantities of the catalogue', () => {
    isNamed(model, model.type)
    assert.ok(model.intervalS >= 1 && model.intervalS <= 86_400)
    assert.ok(model.quantities.length > 0)
    areUnique(model.quantities)
    for (const key of model.quantities) quantityOf(key)
    for (const { id, unit, ...named } of model.attributes ?? []) {
      assert.match(id, /^[a-z][a-z0-9-]*$/)
      assert.ok(units.has(unit), unit)
      isNamed(named, id)
    }
    areUnique((model.attributes ?? []).map(({ id }) => id))
    areUnique((model.derived ?? []).map(({ quantity }) => quantity))
    for (const { quantity } of model.derived ?? []) quantityOf(quantity)
  })

  it('can be only in part of what its quantities can', () => {
    for (const [key, { min, max }] of Object.entries(model.plausible ?? {})) {
      const { plausible } = quantityOf(key)
      assert.ok(min < max && min >= plausible.min && max <= plausible.max, key)
      assert.ok(min > plausible.min || max < plausible.max, `${key}: says nothing`)
    }
  })

  it('has rules that can be used, about what it can tell, with advice', () => {
    for (const { id, ...rule } of model.rules ?? []) {
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
      isNamed(rule, id)
      assert.equal(ruleFault({ ...rule, scope: { types: [model.type] } }), null)
      assert.ok(rule.adviceVi && rule.adviceEn && rule.adviceVi !== rule.adviceEn, id)
      if (rule.condition.kind === 'threshold') boundsAreWithin(model, rule.condition)
    }
    areUnique((model.rules ?? []).map(({ id }) => id))
  })

  it('has commands whose arguments can be given, and seen to be done', () => {
    for (const command of model.commands ?? []) commandIsSound(command)
    areUnique((model.commands ?? []).map(({ name }) => name))
  })
})

/** A bound outside what can be would never be passed. */
function boundsAreWithin(
  { plausible = {} }: EntityModel,
  { quantity, above, below }: { quantity: string; above?: number; below?: number },
): void {
  const { min, max } = plausible[quantity] ?? quantityOf(quantity).plausible
  for (const bound of [above, below])
    if (bound !== undefined) assert.ok(bound > min && bound < max, `${quantity}: ${bound}`)
}

function commandIsSound({ name, args, reported, warningVi, warningEn, ...named }: CommandModel): void {
  assert.match(name, /^[a-z]+(-[a-z]+)*$/)
  isNamed(named, name)
  assert.equal(warningVi === undefined, warningEn === undefined)
  assert.ok(Object.keys(args).length > 0, name)
  for (const arg of Object.values(args)) {
    if (arg.kind === 'number') assert.ok(arg.min < arg.max && units.has(arg.unit), name)
    if (arg.kind === 'choice') {
      assert.ok(arg.choices.length > 1, name)
      areUnique(arg.choices)
    }
  }
  if (!reported) return
  const arg = args[reported.arg]
  const { unit, plausible } = quantityOf(reported.quantity)
  assert.ok(arg && arg.kind !== 'choice' && reported.tolerance >= 0, name)
  if (arg.kind === 'number')
    assert.ok(arg.unit === unit && arg.min >= plausible.min && arg.max <= plausible.max, name)
}
