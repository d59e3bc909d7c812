import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { atOnce } from '../../../core/slices.ts'
import { formatTime, type Micros } from '../../../core/time.ts'
import { figureKey } from '../../../digital-twin/indicator/figure-key.ts'
import type { OperatorReport, PeriodInputs } from '../../../digital-twin/indicator/inputs.ts'
import { inOrder } from '../../../digital-twin/indicator/order.ts'
import { canonicalInputs, canonicalJson } from '../../../digital-twin/indicator/releases/digest.ts'
import { disclosedInputs, disclosedJson } from '../../../digital-twin/indicator/releases/disclosed.ts'
import type { Vintage } from '../../../digital-twin/indicator/releases/plan.ts'
import { revisions } from '../../../digital-twin/indicator/releases/revisions.ts'
import { stillWithheldInSteps } from '../../../digital-twin/indicator/releases/withheld.ts'
import { compose, DEVICES, endOf, inputsOf, type Known, POPULATIONS } from './worked-case.ts'

const stillWithheld = (...given: Parameters<typeof stillWithheldInSteps>) =>
  atOnce(stillWithheldInSteps(...given))

const inputsAt = (day: string, devices = DEVICES, populations = POPULATIONS): PeriodInputs =>
  inputsOf(devices, populations, {
    ...{ period: '2025', freq: 'A', referenceDate: '2025-12-31', windowDays: 90, isFinal: false },
    asOf: endOf(day),
  })
const vintage = (inputs: PeriodInputs, withheldBefore: ReadonlySet<string> = new Set()): Vintage => ({
  inputs,
  figures: inOrder(compose(inputs, { withheldBefore })),
})
const V1 = vintage(inputsAt('2026-01-15'))
const V2 = vintage(inputsAt('2026-02-15'))
const V3 = vintage(inputsAt('2026-07-01'))

/** In short: cell, from, to, reasons. */
const told = (before: Vintage, after: Vintage) =>
  revisions(before, after).map(
    (row) =>
      `${row.area} ${row.indicator}: ${row.before?.value ?? row.before?.obsStatus} → ${row.after?.value ?? row.after?.obsStatus}: ${row.reasons.map(({ en }) => en).join('; ')}`,
  )
const codes = (before: Vintage, after: Vintage, cell: string) =>
  revisions(before, after)
    .filter(({ area, indicator }) => `${area} ${indicator}` === cell)
    .flatMap(({ reasons }) => reasons.map(({ code }) => code))

describe('revisions', () => {
  it('of the worked case: late evidence, then the population', () => {
    const late = 'Late evidence: connections found to be active (+1)'
    assert.deepEqual(told(V1, V2), [
      `24328 IOT_CONN: 1 → 2: ${late}`,
      `24328 IOT_CONN_PC: 0.3333 → 0.6667: ${late}`,
      `66 IOT_CONN: 6 → 7: ${late}`,
      `66 IOT_CONN_PC: 0.5455 → 0.6364: ${late}`,
    ])
    const revised = (about: string) => `Population revised (${about}; average 2025; worked case)`
    assert.deepEqual(told(V2, V3), [
      `24328 POP: 3 → 4: ${revised('24328: 3 → 4')}`,
      `24328 IOT_CONN_PC: 0.6667 → 0.5000: ${revised('24328: 3 → 4')}`,
      `66 POP: 11 → 12: ${revised('66: 11 → 12')}`,
      `66 IOT_CONN_PC: 0.6364 → 0.5833: ${revised('66: 11 → 12')}`,
    ])
    assert.deepEqual(told(V3, V3), [])
  })

  const change = (name: string, more: Partial<Known>): Vintage => {
    const devices = DEVICES.map((known) => (known.name === name ? { ...known, ...more } : known))
    return vintage(inputsAt('2026-02-15', devices))
  }

  it.each([
    ['a test device', change('D1', { rule: 'TEST' }), ['TEST']],
    ['a retired one', change('D1', { rule: 'RETIRED' }), ['RETIRED']],
    ['one that is another’s', change('D1', { rule: 'SAME_DEVICE' }), ['IDENTITY']],
    ['one that is a gateway', change('D1', { rule: 'GATEWAY' }), ['GATEWAY']],
    ['one that was not heard', change('D1', { rule: 'INACTIVE' }), ['NOT_ACTIVE']],
    ['one that is elsewhere', change('D1', { area: '24328' }), ['AREA_MOVED']],
    ['ten new ones', change('D1', { devices: 11 }), ['DEVICES_RECORDED']],
  ])('name what was corrected: %s', (_what, after, expected) => {
    assert.deepEqual(codes(V2, after, '24133 IOT_CONN'), expected)
    assert.deepEqual(codes(V2, after, '24133 IOT_CONN_PC'), expected)
  })

  it('name populations that became known, methods, final figures, other boundaries, cells that came and went', () => {
    const before = vintage(inputsAt('2026-02-15', DEVICES, []))
    assert.deepEqual(codes(before, V2, '24133 IOT_CONN_PC'), ['POPULATION_NEW'])
    const method = vintage({ ...V2.inputs, methodVersion: '1.1.0' })
    assert.deepEqual(codes(V2, method, '24133 IOT_CONN'), ['METHOD'])
    const final = vintage({ ...V2.inputs, isFinal: true })
    assert.deepEqual(codes(V2, final, '24133 IOT_CONN'), ['FINAL'])
    const areas = V2.inputs.areas.filter(({ code }) => code !== '24328')
    const redrawn = vintage({ ...V2.inputs, areas })
    assert.deepEqual(codes(V2, redrawn, '66_U IOT_CONN'), ['AREA_MOVED'])
    assert.ok(codes(V2, redrawn, '24328 IOT_CONN').includes('GEOGRAPHY'))
    const fewer = { inputs: V2.inputs, figures: V2.figures.filter(({ area }) => area !== '24328') }
    assert.equal(revisions(V2, fewer).filter(({ after }) => after === null).length, 3)
    assert.equal(revisions(fewer, V2).filter(({ before }) => before === null).length, 3)
  })

  it('name operators whose reports are new or revised, never their numbers', () => {
    const report: OperatorReport = {
      ...{ operator: 'Mạng A', area: '24328', geoVersion: '2025-07', period: '2025', access: 'CELLULAR' },
      ...{ subscriptions: 987, onPlatform: 654, matchedBy: 'declared', source: 's' },
    }
    const combined = (reports: OperatorReport[]): Vintage => ({
      inputs: { ...V2.inputs, reports },
      figures: V2.figures.map((figure) => ({
        ...figure,
        coverage: 'COMBINED',
        ...(figure.indicator === 'POP'
          ? {}
          : { value: String(reports.reduce((sum, { subscriptions }) => sum + subscriptions, 0)) }),
      })),
    })
    const [none, one, other] = [
      combined([]),
      combined([report]),
      combined([{ ...report, subscriptions: 999 }]),
    ]
    assert.deepEqual(codes(none, one, '24328 IOT_CONN'), ['OPERATOR_NEW'])
    assert.deepEqual(codes(one, other, '66 IOT_CONN'), ['OPERATOR_REVISED'])
    assert.deepEqual(codes(one, other, '24133 IOT_CONN'), ['OTHER'])
    const reasons = [...revisions(none, one), ...revisions(one, other)].flatMap((row) => row.reasons)
    assert.ok(!/987|654|999/.test(JSON.stringify(reasons)))
  })
})

const persons = (count: number, from: Micros = 0): Known => ({
  ...{ name: 'P', area: '24328', rule: 'ACTIVE', devices: count, ownerKind: 'person', owner: 'ab', from },
})
const withPersons = (count: number): PeriodInputs =>
  inputsAt('2026-02-15', [...DEVICES.slice(0, 4), persons(count)])

describe('what is withheld', () => {
  it('stays so in the next release while its count is near, and no longer when it is not', () => {
    const before = vintage(withPersons(2))
    const hidden = before.figures.filter(({ area, confStatus }) => area === '24328' && confStatus === 'C')
    assert.deepEqual(
      hidden.map(({ indicator }) => indicator),
      ['IOT_CONN', 'IOT_CONN_PC'],
    )
    assert.deepEqual(stillWithheld(before, withPersons(4)), new Set(hidden.map(figureKey)))
    assert.deepEqual(stillWithheld(before, withPersons(5)), new Set())
    assert.deepEqual(stillWithheld(V1, V2.inputs), new Set())
  })

  it('says of its revision that it is or was withheld, and nothing of its count', () => {
    const small = vintage(withPersons(2))
    const [open, near] = [
      vintage(withPersons(9)),
      vintage(withPersons(4), stillWithheld(small, withPersons(4))),
    ]
    for (const [before, after] of [
      [small, open],
      [open, small],
      [small, near],
    ] as const) {
      const rows = revisions(before, after).filter(
        ({ area, indicator }) => area === '24328' && indicator !== 'POP',
      )
      assert.equal(rows.length, 2)
      for (const { reasons } of rows)
        assert.deepEqual(
          reasons.map(({ code }) => code),
          ['SUPPRESSION'],
        )
    }
  })

  it('is not told by the amount that a reason names, where it may be a handful of persons’', () => {
    const [before, after] = [vintage(withPersons(9)), vintage(withPersons(10))]
    assert.deepEqual(
      told(before, after)[0],
      '24328 IOT_CONN: 9 → 10: Devices recorded since, or no longer in service on the reference date',
    )
  })
})

describe('inputs that are shown', () => {
  it('have no owner and no number of an operator, and no rule of a handful of persons', () => {
    const report = {
      ...{ operator: 'A', area: '66', geoVersion: '2025-07', period: '2025' },
      access: '_T',
    } as const
    const reports = [{ ...report, subscriptions: 987, onPlatform: 654, matchedBy: null, source: 's' }]
    const secret: Known = { ...persons(1), name: 'S', rule: 'RETIRED', owner: 'c0ffee' }
    const shown = vintage({ ...inputsAt('2026-02-15', [...DEVICES, secret]), reports })
    const text = disclosedJson(shown)
    assert.ok(!/c0ffee|owner|987|654|tallies":\[/.test(text.replace('"reports.subscriptions"', '')), text)
    const rules = Object.fromEntries(disclosedInputs(shown).rules.map(({ rule, devices }) => [rule, devices]))
    assert.deepEqual(rules, {
      ...{ TEST: 1, RETIRED: null, GATEWAY: 0, SAME_DEVICE: 0, NEVER_HEARD: 1, INACTIVE: 1, ACTIVE: 7 },
    })
  })

  it('withhold both silent rules or none: what is registered and what is active is published', () => {
    const silent: Known = { ...persons(1), name: 'S', rule: 'INACTIVE' }
    const { rules } = disclosedInputs(vintage(inputsAt('2026-02-15', [...DEVICES, silent])))
    assert.deepEqual(
      rules.filter(({ devices }) => devices === null).map(({ rule }) => rule),
      ['NEVER_HEARD', 'INACTIVE'],
    )
  })

  it('withhold the active ones where the total of the province is withheld', () => {
    const { rules } = disclosedInputs(vintage(inputsAt('2026-02-15', [persons(1)])))
    assert.equal(rules.find(({ rule }) => rule === 'ACTIVE')?.devices, null)
  })
})

describe('canonical JSON', () => {
  it('is the same in whatever order members and items come, and reads back as the same set', () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        assert.equal(canonicalJson(turned(value)), text)
        assert.equal(canonicalJson(JSON.parse(text)), text)
      }),
    ))

  it('of inputs is the same made in slices', async () => {
    assert.equal((await canonicalInputs(V3.inputs)).toString(), canonicalJson(V3.inputs))
    assert.match(canonicalJson(V3.inputs), new RegExp(`"asOf":"${formatTime(endOf('2026-07-01'))}"`))
  })
})

/** The same with its members and items from the last to the first. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned).reverse()
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [name, turned(member)] as const)
  return Object.fromEntries(entries.reverse())
}
