import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, it, onTestFinished, vi } from 'vitest'
import type { Alarm, Finding } from '../../core/alarm.ts'
import type { Micros } from '../../core/time.ts'
import { Baselines } from '../../digital-twin/alarms/baselines.ts'
import { Evaluator } from '../../digital-twin/alarms/evaluator.ts'
import type { NewRule } from '../../digital-twin/alarms/rule.ts'
import { Rules } from '../../digital-twin/alarms/rules.ts'
import { Relations } from '../../digital-twin/relations/relations.ts'
import { Twins } from '../../digital-twin/twins.ts'
import { insertAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { Registry } from '../../store/registry.ts'
import { SeriesIndex } from '../../store/series.ts'
import { openStore } from '../../store/store.ts'
import { copyOfSnapshot } from '../support/data-folder.ts'
import { newDevice } from '../support/new-device.ts'
import { put as store } from '../support/series.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

const S = 1_000_000
const T0 = Date.parse('2026-11-20T10:00:00Z') * 1000
const names = { nameVi: 'a', nameEn: 'a', severity: 'low' } as const
const rule = (condition: NewRule['condition'], scope: NewRule['scope'] = {}): NewRule => ({
  ...names,
  scope,
  condition,
})
const reading = (entity: string, quantity: string, time: Micros, value: number) => ({
  ...{ device: entity, entity, quantity, channel: '', time, value, label: null, quality: 'good' as const },
  ...{ unit: '', path: '', receivedAt: time },
})
type Reading = ReturnType<typeof reading>

let db: Db

beforeAll(async () => {
  db = (
    await openStore({ databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }, silent, () => {})
  ).db
})
afterEach(() => db.exec('delete from alarm_rule; delete from relation'))
afterAll(() => db.close())

/** An evaluator on the real parts, whose alarms are written down in the order in which they are said. */
async function evaluatorOn({ active = [] }: { active?: string[] } = {}) {
  const clock = { us: T0 }
  const now = () => clock.us
  const registry = await Registry.load(db)
  for (const id of ['a', 'b', 'c'])
    if (!registry.device(id))
      await registry.create(
        newDevice(id, {
          type: 'flow-meter',
          intervalS: 10,
          area: null,
          validFrom: T0 - 3600 * S,
        }),
        T0,
      )
  const relations = new Relations(db, (id) => registry.entity(id) !== undefined)
  const twins = new Twins(registry, now, relations)
  const rules = new Rules(db, now)
  await rules.load()
  const said: string[] = []
  const room = { left: Number.POSITIVE_INFINITY }
  const recent = active.map((key) => ({ key, kind: 'process', clearedAt: null }) as Alarm)
  const alarms = {
    raise({ key }: Finding) {
      if (room.left <= 0) return false
      room.left -= 1
      said.push(`raise ${key}`)
      return true
    },
    clear: (key: string) => void said.push(`clear ${key}`),
    recent: () => recent,
  }
  const metrics = { rulesLooked() {}, rulesSkipped() {} }
  const baselines = new Baselines(db, silent, now)
  await twins.load(db)
  const evaluator = new Evaluator({
    db,
    rules,
    alarms,
    registry,
    twins,
    relations,
    baselines,
    metrics,
    log: silent,
    now,
  })
  await evaluator.start()
  onTestFinished(() => evaluator.stop())
  return {
    ...{ clock, registry, relations, twins, rules, said, room, evaluator },
    /** As the pipeline does after a commit. */
    async observe(...readings: Reading[]) {
      twins.observe(readings)
      evaluator.observed(readings)
      // Two turns of the loop: it is planned for the next one.
      for (let i = 0; i < 3; i++) await new Promise(setImmediate)
    },
  }
}

describe('the evaluation of rules', () => {
  it('is started again, after a start that failed, without a second clock', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { evaluator } = await evaluatorOn()
    await evaluator.start()
    evaluator.stop()
    assert.equal(vi.getTimerCount(), 0)
  })

  it('in any batches says what it says one by one, late readings included', async () => {
    const quantity = 'water-flow'
    const rules = new Rules(db)
    const put = (id: string, condition: NewRule['condition']) => rules.put(id, rule(condition), true, 'test')
    await put('high', { kind: 'threshold', quantity, above: 50, hysteresis: 10, forS: 3 })
    await put('fast', { kind: 'rate', quantity, rises: 30, falls: 30, withinS: 5 })
    await put('flat', { kind: 'flat-line', quantity, forS: 4, tolerance: 2 })
    await put('odd', { kind: 'implausible', quantity })
    const one = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30), fc.integer({ min: -20, max: 100 }))
    const inBatches = fc.array(fc.array(one, { minLength: 1, maxLength: 6 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(inBatches, async (batches) => {
        const all = batches.map((batch) =>
          batch.map(([id, second, value]) => reading(id, quantity, T0 + second * S, value)),
        )
        const together = await evaluatorOn()
        for (const batch of all) await together.observe(...batch)
        const single = await evaluatorOn()
        for (const each of all.flat()) await single.observe(each)
        assert.deepEqual(together.said, single.said)
        together.evaluator.stop()
        single.evaluator.stop()
      }),
      { numRuns: 15 },
    )
  })

  it('of expressions is that of the newest values, however they came', async () => {
    const first = await evaluatorOn()
    await first.relations.create(
      [
        { kind: 'feeds', from: 'a', to: 'b' },
        { kind: 'feeds', from: 'a', to: 'c' },
      ],
      T0,
    )
    const expression = 'value("water-flow") > 5 && feeds.sum(value("water-flow")) < value("water-flow") - 3'
    await first.rules.put('loss', rule({ kind: 'expression', expression }), true, 'test')
    const one = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat(20), fc.nat(12))
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 20 }), fc.nat(4), async (all, size) => {
        const { observe, evaluator, relations, twins, said } = await evaluatorOn()
        await relations.load()
        twins.relationsChanged([])
        const readings = all.map(([id, second, value]) => reading(id, 'water-flow', T0 + second * S, value))
        for (let at = 0; at < readings.length; at += size + 1) {
          await observe(...readings.slice(at, at + size + 1))
          await evaluator.lookAtDue()
        }
        const flow = (id: string) => twins.latest(id)['water-flow']?.value ?? null
        const [a, b, c] = [flow('a'), flow('b'), flow('c')]
        const told = [b, c].filter((value) => value !== null)
        const sum = told.length === 0 ? null : told.reduce((x, y) => x + y, 0)
        const isSo = a !== null && a > 5 && sum !== null && sum < a - 3
        const last = said.findLast((one) => one.endsWith('rule/loss/a'))
        assert.equal(last?.startsWith('raise') ?? false, isSo)
        evaluator.stop()
      }),
      { numRuns: 15 },
    )
  })

  it('is silent about silence for the rule’s own time after a start, and keeps what was silent before', async () => {
    const { clock, evaluator, observe, said } = await evaluatorOn({
      active: ['rule/flow-meter.silent/c'],
    })
    const at = (seconds: number) => {
      clock.us = T0 + seconds * S
      evaluator.sweep()
      return said.splice(0)
    }
    await observe(reading('a', 'water-flow', T0 - 600 * S, 1))
    assert.deepEqual(at(49), [])
    // b was never heard, and is in service for an hour.
    assert.deepEqual(at(52).sort(), ['raise rule/flow-meter.silent/a', 'raise rule/flow-meter.silent/b'])
    await observe(reading('a', 'water-flow', T0 + 52 * S, 1), reading('c', 'water-flow', T0 + 52 * S, 1))
    assert.deepEqual(said.splice(0).sort(), [
      'clear rule/flow-meter.silent/a',
      'clear rule/flow-meter.silent/c',
    ])
    assert.deepEqual(at(102), [])
    assert.deepEqual(at(104).sort(), ['raise rule/flow-meter.silent/a', 'raise rule/flow-meter.silent/c'])
  })

  it('is about entities with a device in service, whichever of theirs that is', async () => {
    const { clock, evaluator, registry, said } = await evaluatorOn()
    const more = { entity: 'r', type: 'flow-meter', intervalS: 10, validFrom: T0 - 3600 * S }
    for (const id of ['r1', 'r2']) await registry.create(newDevice(id, more), T0)
    await registry.retire('r1', T0)
    const at = (seconds: number) => {
      clock.us = T0 + seconds * S
      evaluator.sweep()
      return said.splice(0).filter((one) => one.endsWith('/r'))
    }
    evaluator.observed([reading('r', 'water-flow', T0 - 600 * S, 1)])
    await until('the reading to be looked at', () => evaluator.waiting === 0)
    assert.deepEqual(at(52), ['raise rule/flow-meter.silent/r'])
    await registry.retire('r2', T0)
    assert.deepEqual(at(120), ['clear rule/flow-meter.silent/r'])
    assert.deepEqual(at(600), [])
  })

  it('tries again what was refused, and ends what a rule does not watch any more', async () => {
    const { observe, room, rules, said, registry, twins } = await evaluatorOn()
    await registry.move('a', '24133', T0 - 60 * S, T0)
    twins.entityChanged('a')
    const high = { kind: 'threshold', quantity: 'water-flow', above: 5 } as const
    await rules.put('high', rule(high, { area: '24133' }), true, 'test')
    room.left = 0
    await observe(reading('a', 'water-flow', T0, 9))
    assert.deepEqual(said, [])
    room.left = 9
    await observe(reading('a', 'water-flow', T0 + S, 9))
    assert.deepEqual(said.splice(0), ['raise rule/high/a'])
    await registry.move('a', '24154', T0, T0)
    twins.entityChanged('a')
    await until('the alarm to end', () => said.length > 0)
    assert.deepEqual(said.splice(0), ['clear rule/high/a'])
    // A new rule looks at what is known already.
    await rules.put('low', rule({ kind: 'threshold', quantity: 'water-flow', below: 10 }), true, 'test')
    await until('the alarm', () => said.length > 0)
    assert.deepEqual(said.splice(0), ['raise rule/low/a'])
    await rules.put('low', rule({ kind: 'threshold', quantity: 'water-flow', below: 3 }), true, 'test')
    await until('the alarm to end', () => said.length > 0)
    assert.deepEqual(said.splice(0), ['clear rule/low/a'])
    await rules.put('low', rule({ kind: 'threshold', quantity: 'water-flow', below: 10 }), true, 'test')
    await until('the alarm', () => said.length > 0)
    await rules.remove('low')
    await until('the alarm to end', () => said.length > 1)
    assert.deepEqual(said.splice(0), ['raise rule/low/a', 'clear rule/low/a'])
  })

  it('takes areas that are new, and those that begin on another day', async () => {
    const { clock, observe, registry, rules, said, twins } = await evaluatorOn()
    const more = { type: 'flow-meter', intervalS: 10, validFrom: T0 - 3600 * S }
    await registry.create(newDevice('in-area', more), T0)
    const condition = { kind: 'threshold', quantity: 'water-flow', above: 5 } as const
    await rules.put('high', rule(condition, { area: 'new-district' }), true, 'test')
    const area = {
      ...{ geoVersion: '2026-11', kind: 'x', nameVi: 'x', nameEn: 'x', areaKm2: null, geometry: null },
      ...{ level: 'commune' as const, parent: null, validFrom: null, validTo: null },
    }
    const begins = { level: 'district' as const, validFrom: '2026-11-21' }
    await insertAreas(db, [
      { ...area, ...begins, code: 'new-district' },
      { ...area, code: 'new-commune', parent: 'new-district', validTo: '2026-11-20' },
      { ...area, code: 'other-commune', parent: 'new-district', ...{ validFrom: begins.validFrom } },
    ])
    await registry.move('in-area', 'new-commune', T0 - 60 * S, T0)
    twins.entityChanged('in-area')
    await observe(reading('in-area', 'water-flow', T0, 9))
    assert.equal(said.length, 0)
    await rules.refreshAreas()
    await until('the rule of the area above', () => said.includes('raise rule/high/in-area'))
    said.length = 0
    await rules.refreshAreas()
    clock.us += 24 * 3600 * S
    await rules.refreshAreas()
    await until('the end of the commune', () => said.includes('clear rule/high/in-area'))
  })

  it('goes on after a restart as if there had been none', async () => {
    const rules = new Rules(db)
    const quantity = 'water-flow'
    await rules.put('long', rule({ kind: 'threshold', quantity, above: 5, forS: 60 }), true, 'test')
    await rules.put('jump', rule({ kind: 'rate', quantity, rises: 30, withinS: 100 }), true, 'test')
    const key = { device: 'a', entity: 'a', quantity, channel: '', unit: 'm3/h' }
    const series = new SeriesIndex(db)
    await series.resolve([key])
    const row = (second: number, value: number) => ({
      ...{ seriesId: series.find(key) ?? 0, time: T0 + second * S, value, label: null },
      ...{ quality: 'good' as const, receivedAt: T0 },
    })
    await store(db, [row(-90, 9), row(-50, 45), row(-40, 46), row(-10, 47)])
    const { said, observe } = await evaluatorOn({ active: ['rule/jump/a'] })
    // Above since 90 s before the start; what rose 90 s before it is within the window until then.
    const own = () => said.filter((one) => /rule\/(long|jump)/.test(one))
    await until('the alarm', () => own().length > 0)
    assert.deepEqual(own(), ['raise rule/long/a'])
    await observe(reading('a', quantity, T0 + 5 * S, 47))
    await observe(reading('a', quantity, T0 + 9 * S, 47))
    assert.deepEqual(own(), ['raise rule/long/a'])
    await observe(reading('a', quantity, T0 + 11 * S, 47))
    assert.deepEqual(own(), ['raise rule/long/a', 'clear rule/jump/a'])
  })
})
