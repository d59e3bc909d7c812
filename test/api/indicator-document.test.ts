import assert from 'node:assert/strict'
import { it } from 'vitest'
import { figureDocument } from '../../api/indicator-document.ts'
import { compose } from '../../digital-twin/indicator/compose.ts'
import { figureKey } from '../../digital-twin/indicator/figure-key.ts'
import { areaLabels } from '../../digital-twin/indicator/indicator.ts'
import type { Tally } from '../../digital-twin/indicator/inputs.ts'
import { WORKED_INPUTS } from '../digital-twin/indicator/worked-inputs.ts'

it('a cell that is withheld for the sake of another area’s is not said to be empty', () => {
  const traffic = (area: string | null, devices: number, ownerKind: 'org' | 'person', i: number): Tally => ({
    ...({ area, access: 'CELLULAR', domain: 'TRAFFIC', class: 'CELLULAR', rule: 'ACTIVE' } as const),
    ...{ ownerKind, owners: ownerKind === 'org' ? [] : [`${area} ${i}`], devices, sims: devices },
  })
  const inputs = {
    ...WORKED_INPUTS.V2,
    tallies: [
      traffic('24133', 1, 'person', 0),
      traffic('24328', 5, 'org', 1),
      traffic(null, 300, 'org', 2),
      { ...traffic('24133', 40, 'org', 3), domain: 'WATER' as const },
      { ...traffic('24328', 40, 'org', 4), domain: 'WATER' as const },
    ],
  }
  const figures = compose(inputs)
  const byKey = new Map(figures.map((figure) => [figureKey(figure), figure]))
  const computed = { inputs, figures, byKey, release: null, preparedAt: '2026-02-15T16:59:59.999Z' }
  const of = (area: string) => {
    const label = areaLabels(inputs).find(({ code }) => code === area)
    assert.ok(label)
    const asked = { access: '_T', domain: 'TRAFFIC', class: '_T', coverage: 'PLATFORM' } as const
    const { connections, status } = figureDocument(computed, label, { ...asked, indicator: 'IOT_CONN_PC' })
    return [connections, status]
  }
  assert.deepEqual(of('24133'), [null, 'Q'])
  assert.deepEqual(of('24328'), [null, 'Q'])
})
