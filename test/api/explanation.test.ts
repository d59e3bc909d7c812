import assert from 'node:assert/strict'
import { it } from 'vitest'
import { explanationOf } from '../../api/explanation.ts'
import { compose } from '../../digital-twin/indicator/compose.ts'
import { figureKey } from '../../digital-twin/indicator/figure-key.ts'
import { areaLabels, Indicator } from '../../digital-twin/indicator/indicator.ts'
import { WORKED_INPUTS } from '../digital-twin/indicator/worked-inputs.ts'
import { embeddedStore } from '../support/data-folder.ts'

it('an operator’s subscriptions on the platform are not told where the count of their area is withheld', async () => {
  const { db } = await embeddedStore()
  const person = { ...WORKED_INPUTS.V1.tallies[5], ownerKind: 'person' as const, owners: ['aa'] }
  const inputs = {
    ...WORKED_INPUTS.V1,
    tallies: WORKED_INPUTS.V1.tallies.map((tally, i) => (i === 5 ? { ...tally, ...person } : tally)),
    reports: ['24328', '66'].map((area) => ({
      ...{ operator: 'A', area, geoVersion: '2025-07', period: '2025', access: '_T' as const },
      ...{ subscriptions: 10, onPlatform: 1, matchedBy: 'digest' as const, source: 'letter' },
    })),
  }
  const figures = compose(inputs)
  const byKey = new Map(figures.map((figure) => [figureKey(figure), figure]))
  const computed = { inputs, figures, byKey, release: null, preparedAt: '2026-01-15T16:59:59.999Z' }
  const label = areaLabels(inputs).find(({ code }) => code === '24328')
  assert.ok(label)
  const total = { access: '_T', domain: '_T', class: '_T', coverage: 'PLATFORM' } as const
  const { figure, operators } = await explanationOf(new Indicator(db, true), computed, label, {
    ...total,
    indicator: 'M2M_SIM',
  })
  assert.equal(figure.confStatus, 'C')
  assert.deepEqual(
    operators.map(({ subscriptions, onPlatform, added }) => [subscriptions, onPlatform, added]),
    [[10, null, null]],
  )
})

it('the reports that are told are those that the figure is the sum of', async () => {
  const { db } = await embeddedStore()
  const report = (
    area: string,
    access: '_T' | 'CELLULAR',
    subscriptions: number,
    geoVersion = '2025-07',
  ) => ({
    ...{ operator: 'A', area, geoVersion, period: '2025', access, subscriptions, onPlatform: null },
    ...{ matchedBy: null, source: 'letter' },
  })
  const inputs = {
    ...WORKED_INPUTS.V1,
    reports: [
      report('66', '_T', 10),
      report('66', 'CELLULAR', 7),
      report('24133', '_T', 4),
      report('66', '_T', 90, '2025-03'),
    ],
  }
  const byKey = new Map(compose(inputs).map((figure) => [figureKey(figure), figure]))
  const computed = { inputs, figures: [...byKey.values()], byKey, release: null, preparedAt: '' }
  const label = areaLabels(inputs).find(({ code }) => code === '66')
  assert.ok(label)
  const asked = {
    access: '_T',
    domain: '_T',
    class: '_T',
    coverage: 'OPERATOR',
    indicator: 'M2M_SIM',
  } as const
  const { figure, operators } = await explanationOf(new Indicator(db, true), computed, label, asked)
  assert.deepEqual([figure.value, operators.map(({ subscriptions }) => subscriptions)], ['10', [10]])
})
