import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { OBS_STATUSES, type ObsStatus } from '../../../digital-twin/indicator/codes.ts'
import type { AreaLabel } from '../../../digital-twin/indicator/figure.ts'
import { oneStatus } from '../../../digital-twin/indicator/status.ts'
import { breaksIn, referenceDateBefore } from '../../../digital-twin/indicator/status-breaks.ts'

const codes: readonly ObsStatus[] = OBS_STATUSES.map(({ id }) => id)

describe('the one status of a figure', () => {
  it('is the gravest, and the rest are told', () => {
    assert.deepEqual(oneStatus(['P', 'B', 'E']), { status: 'B', rest: ['P', 'E'] })
    assert.deepEqual(oneStatus(['P', 'M', 'B']), { status: 'M', rest: ['B'] })
    assert.deepEqual(oneStatus(['U', 'A']), { status: 'U', rest: [] })
    assert.deepEqual(oneStatus([]), { status: 'A', rest: [] })
  })

  it('does not depend on order or repetition', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...codes), { maxLength: 9 }), (all) => {
        assert.deepEqual(oneStatus([...all, ...all].reverse()), oneStatus(all))
        const { status, rest } = oneStatus(all)
        assert.ok(all.length === 0 || all.includes(status))
        assert.ok(rest.every((code) => all.includes(code) && code !== status))
      }),
    )
  })
})

describe('breaks of a series', () => {
  const area = (code: string, geoVersion: string): AreaLabel => ({
    ...{ code, geoVersion, nameVi: code, nameEn: code, level: 'commune', parent: null },
  })
  const territory = { label: area('66_PRE202507', '2025-07'), members: ['24133'], isPartial: false }
  const now = {
    areas: [area('66', '2025-07'), area('24133', '2025-07')],
    province: '66',
    methodVersion: '1.1.0',
    territories: [territory],
  }

  it('are where a code had another territory, and at its line without an area', () => {
    const before = { areas: [area('66', '2025-03'), area('643', '2025-03')], methodVersion: '1.1.0' }
    assert.deepEqual(breaksIn(before, now), [
      { area: '66', because: 'geography', before: '2025-03' },
      { area: '66_U', because: 'geography', before: '2025-03' },
    ])
  })

  it('are in every series where the method is another', () => {
    const breaks = breaksIn({ areas: now.areas, methodVersion: '1.0.0' }, now)
    assert.deepEqual(
      breaks.map(({ area, because, before }) => [area, because, before]),
      ['24133', '66', '66_PRE202507', '66_U'].map((code) => [code, 'method', '1.0.0']),
    )
  })

  it('are nowhere at the beginning, or where nothing has changed', () => {
    assert.deepEqual(breaksIn({ areas: [], methodVersion: null }, now), [])
    assert.deepEqual(breaksIn({ areas: now.areas, methodVersion: '1.1.0' }, now), [])
  })

  it('are looked for at the end of the period before', () => {
    const before = ['2025', '2025-Q1', '2025-Q3', '2025-07', '2025-01', '2025-07-01', '2025-13'].map(
      referenceDateBefore,
    )
    assert.deepEqual(before, [
      '2024-12-31',
      '2024-12-31',
      '2025-06-30',
      '2025-06-30',
      '2024-12-31',
      '2025-06-30',
      null,
    ])
  })
})
