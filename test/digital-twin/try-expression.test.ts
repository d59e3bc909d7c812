import assert from 'node:assert/strict'
import { it } from 'vitest'
import type { Rule } from '../../digital-twin/alarms/rule.ts'
import { tryRule } from '../../digital-twin/alarms/try-rule.ts'
import type { Db, Statement } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'

const READINGS = 30_000
const METERS = 5000

/** Tries a condition on a zone that feeds very many, and counts the turns that others' work had meanwhile. */
async function tried(condition: Rule['condition']) {
  const entity = (id: string) => ({ id, type: 'flow-meter', area: null, attributes: {} }) as unknown as Entity
  const meters = Array.from({ length: METERS }, (_, i) => `m${i}`)
  const readings = Array.from({ length: READINGS }, (_, i) => ({
    ...{ device: 'd', quantity: 'water-flow', channel: '', quality: 'good', time: i + 1, value: i % 2 },
  }))
  const query = async ({ text, values = [] }: Statement) => ({
    rows: text.includes('limit $5') && values[0] === 'zone' ? readings : [],
    rowCount: 0,
  })
  let isOver = false
  let turns = 0
  const turn = () => {
    turns += 1
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const parts = {
    store: { db: { query } as unknown as Db },
    registry: { entity, entities: () => [entity('zone')] },
    relations: { after: (id: string) => (id === 'zone' ? meters : []), before: () => [] },
    twins: { intervalS: () => 10 },
    rules: { areasAbove: () => [] },
  }
  const rule = { nameVi: 'a', nameEn: 'a', severity: 'low', scope: {}, condition } as const
  const found = await tryRule(parts, rule, { from: 0, to: READINGS })
  isOver = true
  return { ...found, turns }
}

it('an expression that is tried looks at those who were read, and lets others do their work', async () => {
  const expression = 'value("water-flow") > 0 && feeds.count() == 50'
  const { items, readings, truncated, turns } = await tried({ kind: 'expression', expression })
  assert.deepEqual([items.length, readings, truncated], [1000, READINGS, true])
  assert.ok(turns > 0, `${turns} turns`)
})

it('so does any other condition', async () => {
  const { items, turns } = await tried({ kind: 'threshold', quantity: 'water-flow', above: 0 })
  assert.equal(items.length, 1000)
  assert.ok(turns > 0, `${turns} turns`)
})
