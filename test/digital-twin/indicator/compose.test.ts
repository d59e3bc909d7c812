import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { compose } from '../../../digital-twin/indicator/compose.ts'
import { explain } from '../../../digital-twin/indicator/explain.ts'
import type { Figure } from '../../../digital-twin/indicator/figure.ts'
import { isMadeUp } from '../../../digital-twin/indicator/indicator.ts'
import type { OperatorReport, PeriodInputs, Tally } from '../../../digital-twin/indicator/inputs.ts'
import { reconciliationOf } from '../../../digital-twin/indicator/reconciliation.ts'
import { WORKED } from './worked-case.ts'
import { WORKED_INPUTS } from './worked-inputs.ts'

const total = { access: '_T', domain: '_T', class: '_T' } as const
const find = (figures: readonly Figure[], asked: Partial<Figure>): Figure | undefined =>
  figures.find((figure) =>
    Object.entries({ coverage: 'PLATFORM', ...total, ...asked }).every(
      ([name, value]) => figure[name as keyof Figure] === value,
    ),
  )
const shown = (figures: readonly Figure[], asked: Partial<Figure>) => {
  const figure = find(figures, asked)
  return figure && [figure.value, figure.obsStatus, figure.confStatus]
}

describe('the figures of a period', () => {
  for (const vintage of ['V1', 'V2', 'V3'] as const)
    it(`are those worked out by hand: ${vintage}`, () => {
      const figures = compose(WORKED_INPUTS[vintage])
      for (const expected of WORKED[vintage].figures)
        assert.deepEqual(find(figures, { area: expected.area, indicator: expected.indicator }), expected)
    })

  it('are explained by rule', () => {
    const counts = (inputs: PeriodInputs) =>
      explain(inputs, { area: '66', ...total }, false).map(({ rule, count }) => [rule, count])
    assert.deepEqual(counts(WORKED_INPUTS.V2), [
      ['ALL', 14],
      ['TEST', 1],
      ['RETIRED', 1],
      ['GATEWAY', 3],
      ['SAME_DEVICE', 0],
      ['REGISTERED', 9],
      ['NEVER_HEARD', 1],
      ['INACTIVE', 1],
      ['ACTIVE', 7],
    ])
    assert.deepEqual(counts(WORKED_INPUTS.V1).slice(-3), [
      ['NEVER_HEARD', 2],
      ['INACTIVE', 1],
      ['ACTIVE', 6],
    ])
  })

  it('withhold what would show single persons, in every indicator', () => {
    const inputs = {
      ...WORKED_INPUTS.V1,
      tallies: WORKED_INPUTS.V1.tallies.map((tally, i) => ({
        ...tally,
        ownerKind: 'person' as const,
        owners: [`owner-${i}`],
      })),
    }
    const figures = compose(inputs)
    const of = (area: string, indicator: Figure['indicator']) => shown(figures, { area, indicator })
    assert.deepEqual(of('66', 'IOT_CONN'), ['6', 'P', 'F'])
    assert.deepEqual(of('24328', 'IOT_CONN'), [null, 'Q', 'C'])
    assert.deepEqual(of('66_U', 'IOT_CONN'), [null, 'Q', 'C'])
    assert.deepEqual(of('24133', 'IOT_CONN'), [null, 'Q', 'D'])
    for (const indicator of ['IOT_CONN_PC', 'IOT_CONN_P100', 'TARGET_GAP', 'IOT_REG', 'M2M_SIM'] as const)
      assert.equal(of('24133', indicator)?.[0], null, indicator)
    assert.deepEqual(of('24133', 'POP'), ['8', 'P', 'F'])
    assert.ok(figures.filter(({ confStatus }) => confStatus !== 'F').every(({ num }) => num === null))
    assert.ok(explain(inputs, { area: '24328', ...total }, true).every(({ count }) => count === null))
  })

  it('tell in the reconciliation of a workbook nothing of areas that are withheld, whatever was asked for', () => {
    const inputs = {
      ...WORKED_INPUTS.V2,
      tallies: WORKED_INPUTS.V2.tallies.map((tally, i) => ({
        ...tally,
        ownerKind: 'person' as const,
        owners: [`owner-${i}`],
      })),
    }
    const figures = compose(inputs)
    const areas = inputs.areas.filter(({ code }) => code === '24328')
    assert.deepEqual(shown(figures, { area: '24328', indicator: 'IOT_CONN' }), [null, 'Q', 'C'])
    assert.deepEqual(reconciliationOf({ inputs, figures }, areas), [])
  })

  it('are explained in no area whose steps follow from the others', () => {
    const retired = (area: string, devices: number) => ({
      ...({ area, rule: 'RETIRED', ownerKind: 'person', devices, sims: 0 } as const),
      ...({ access: 'CELLULAR', domain: 'WATER', class: 'CELLULAR' } as const),
      owners: Array.from({ length: devices }, (_, i) => `${area} ${i}`),
    })
    const inputs = {
      ...WORKED_INPUTS.V2,
      tallies: [...WORKED_INPUTS.V2.tallies, retired('24133', 9), retired('24328', 1)],
    }
    const counts = (area: string, of: Partial<typeof total> | { access: 'CELLULAR' } = {}) =>
      explain(inputs, { area, ...total, ...of }, false).map(({ count }) => count)
    const open = ['24133', '24328', '66_U'].filter((area) =>
      counts(area)
        .slice(0, -1)
        .some((n) => n !== null),
    )
    // 66 less those that are told is the sum of two areas at least.
    assert.ok(counts('66')[0] === null || open.length <= 1, `told of 66 and of ${open.join(', ')}`)
    assert.equal(counts('24328')[2], null)
    assert.equal(counts('24133', { access: 'CELLULAR' })[2], null)
    assert.equal(counts('24328').at(-1), 2)
  })

  const report = (more: Partial<OperatorReport>): OperatorReport => ({
    operator: 'Viễn thông A',
    area: '66',
    geoVersion: '2025-07',
    period: '2025',
    access: '_T',
    subscriptions: 10,
    onPlatform: 4,
    matchedBy: 'digest',
    source: 'letter',
    ...more,
  })

  const reported = (area: string, more: Partial<PeriodInputs>) => {
    const figures = compose({ ...WORKED_INPUTS.V2, ...more })
    return find(figures, { area, indicator: 'M2M_SIM', coverage: 'OPERATOR' })
  }

  it('take an operator’s total, where it tells one beside its technologies', () => {
    const cellular = report({ access: 'CELLULAR', subscriptions: 7 })
    const lpwan = report({ access: 'LPWAN', subscriptions: 2 })
    assert.equal(reported('66', { reports: [report({}), cellular, lpwan] })?.value, '10')
    assert.equal(reported('66', { reports: [cellular, lpwan] })?.value, '9')
    const parts = [cellular, lpwan, report({})].map((one) => ({ ...one, area: '24133' }))
    assert.equal(reported('66', { reports: [...parts, { ...cellular, area: '24328' }] })?.value, '17')
  })

  it('have no reports of the same code in another geography', () => {
    const reports = [report({ geoVersion: '2025-03' }), report({ operator: 'B', subscriptions: 3 })]
    assert.equal(reported('66', { reports })?.value, '3')
  })

  it('have the reports of the area that a territory is the same as', () => {
    const label = {
      ...WORKED_INPUTS.V2.areas[0]!,
      code: '66_PRE202507',
      level: 'territory' as const,
      parent: null,
    }
    const territory = { label, members: ['24133', '24328'], isPartial: false }
    const reports = [report({})]
    assert.equal(
      reported('66_PRE202507', { reports, territories: [{ ...territory, sameAs: '66' }] })?.value,
      '10',
    )
    assert.equal(reported('66_PRE202507', { reports, territories: [territory] }), undefined)
  })

  it('say of operators’ reports nothing that holds of the platform alone', () => {
    const more = {
      reports: [report({ area: '24133' })],
      outageDays: ['2025-12-05'],
      estimatedAreas: ['24133'],
    }
    assert.equal(reported('24133', more)?.comment, null)
    const combined = find(compose({ ...WORKED_INPUTS.V2, ...more }), {
      ...{ area: '24133', indicator: 'M2M_SIM', coverage: 'COMBINED' },
    })
    assert.match(combined?.comment ?? '', /also E, U/)
    const final = compose({ ...WORKED_INPUTS.V2, isFinal: true, outageDays: ['2025-12-05'] })
    const { obsStatus, comment } = find(final, { area: '66', indicator: 'IOT_CONN' })!
    assert.deepEqual([obsStatus, comment], ['U', 'nobody was heard on 2025-12-05'])
  })

  it('are made up where an input is', () => {
    const real = { ...WORKED_INPUTS.V2, isSynthetic: false, populations: [], reports: [report({})] }
    assert.equal(isMadeUp(real), false)
    assert.equal(isMadeUp({ ...real, reports: [report({ isSynthetic: true })] }), true)
  })

  it('are added to what operators report only where it is known what is in both', () => {
    const combined = (reports: OperatorReport[]) => {
      const figures = compose({ ...WORKED_INPUTS.V2, reports })
      return (['OPERATOR', 'COMBINED'] as const).map((coverage) => [
        find(figures, { area: '66', indicator: 'M2M_SIM', coverage })?.value,
        find(figures, { area: '66', indicator: 'IOT_CONN', coverage })?.value,
      ])
    }
    assert.deepEqual(combined([]), [
      [undefined, undefined],
      [undefined, undefined],
    ])
    assert.deepEqual(combined([report({})]), [
      ['10', undefined],
      ['14', '13'],
    ])
    assert.deepEqual(combined([report({ onPlatform: null, matchedBy: null })]), [
      ['10', undefined],
      [undefined, undefined],
    ])
    assert.deepEqual(
      combined([report({}), report({ operator: 'B', subscriptions: 3, onPlatform: null, matchedBy: null })]),
      [
        ['13', undefined],
        ['14', '13'],
      ],
    )
    // Of the province it says nothing, but of the communes.
    assert.deepEqual(combined([report({ area: '24133' }), report({ area: '24328', subscriptions: 6 })]), [
      ['16', undefined],
      ['16', '15'],
    ])
  })

  it('are not added up where that would tell what single persons have', () => {
    const persons = (area: string, devices: number) => ({
      ...WORKED_INPUTS.V2.tallies[1],
      ...({ area, ownerKind: 'person', devices, sims: devices } as const),
      owners: Array.from({ length: devices }, (_, i) => `${area} ${i}`),
    })
    const combined = (tallies: object[], onPlatform: number) => {
      const reports = [report({ area: '24328', onPlatform })]
      const figures = compose({ ...WORKED_INPUTS.V2, tallies: tallies as Tally[], reports })
      return ['66', '24328', '24133'].map((area) =>
        shown(figures, { area, indicator: 'M2M_SIM', coverage: 'COMBINED' }),
      )
    }
    // One person's SIM, which is the operator's: the province's less what is on the platform would tell.
    assert.deepEqual(combined([persons('24133', 20), persons('24328', 1), persons('24328', 0)], 1), [
      [null, 'Q', 'D'],
      [null, 'Q', 'C'],
      undefined,
    ])
    assert.deepEqual(combined([persons('24133', 20), persons('24328', 9)], 2)[1], [null, 'Q', 'D'])
    assert.deepEqual(combined([persons('24133', 20), persons('24328', 9)], 8), [
      ['31', 'P', 'F'],
      ['11', 'P', 'F'],
      undefined,
    ])
  })

  it('say the graver status first and the others in words', () => {
    const status = (more: Partial<PeriodInputs>) => {
      const figure = find(compose({ ...WORKED_INPUTS.V2, ...more }), { area: '66', indicator: 'IOT_CONN_PC' })
      return [figure?.obsStatus, figure?.comment]
    }
    assert.deepEqual(status({ isFinal: true }), ['A', null])
    assert.deepEqual(status({ isFinal: true, outageDays: ['2025-11-01'] })[0], 'U')
    assert.match(status({ outageDays: ['2025-11-01'] })[1] ?? '', /2025-11-01/)
    const breaks = [{ area: '66', because: 'geography' as const, before: '2025-03' }]
    assert.equal(status({ breaks })[0], 'B')
    assert.match(status({ breaks })[1] ?? '', /also P.*2025-03/)
    const populations = WORKED_INPUTS.V2.populations.map((row) => ({ ...row, year: 2024 }))
    assert.deepEqual(status({ isFinal: true, populations }), ['P', null])
    assert.equal(status({ populations: [] })[0], 'M')
  })

  it('are the same whatever order their inputs come in, and add up to the province', () => {
    const code = fc.constantFrom('24133', '24328', '99999', null)
    const tally = fc.record({
      area: code,
      access: fc.constantFrom('CELLULAR' as const, 'LPWAN' as const, '_U' as const),
      domain: fc.constantFrom('WATER' as const, 'POWER' as const),
      class: fc.constantFrom('CELLULAR' as const, 'BEHIND_GATEWAY' as const),
      rule: fc.constantFrom('ACTIVE' as const, 'INACTIVE' as const, 'TEST' as const),
      ownerKind: fc.constantFrom('org' as const, 'person' as const),
      owners: fc.constantFrom([], ['aa'], ['bb']),
      devices: fc.integer({ min: 1, max: 5 }),
      sims: fc.constant(0),
    })
    fc.assert(
      fc.property(
        fc
          .array(tally, { maxLength: 12 })
          .chain((tallies) =>
            fc.tuple(fc.constant(tallies), fc.shuffledSubarray(tallies, { minLength: tallies.length })),
          ),
        ([tallies, shuffled]) => {
          const figures = compose({ ...WORKED_INPUTS.V2, tallies })
          assert.deepEqual(compose({ ...WORKED_INPUTS.V2, tallies: shuffled }), figures)
          const n = (area: string) => find(figures, { area, indicator: 'IOT_CONN' })?.num
          const active = tallies.filter(({ rule }) => rule === 'ACTIVE')
          const all = active.reduce((sum, { devices }) => sum + devices, 0)
          const parts = ['24133', '24328', '66_U'].map(n)
          if (n('66') !== null) assert.equal(n('66'), all)
          if (!parts.includes(null))
            assert.equal(
              parts.reduce((sum: number, part) => sum + (part ?? 0), 0),
              all,
            )
        },
      ),
    )
  })
})
