import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { compose } from '../../../digital-twin/indicator/compose.ts'
import { publish } from '../../../digital-twin/indicator/releases/publish.ts'
import { vintageOf } from '../../../digital-twin/indicator/releases/read.ts'
import { revisions } from '../../../digital-twin/indicator/releases/revisions.ts'
import { verifyRelease } from '../../../digital-twin/indicator/releases/verify.ts'
import type { Release } from '../../../store/releases.ts'
import { embeddedStore } from '../../support/data-folder.ts'
import { DEVICES, endOf, imported, type Known, sourcesOf, VINTAGES } from './worked-case.ts'

const total = (
  figures: readonly {
    area: string
    indicator: string
    access: string
    class: string
    value: string | null
  }[],
  area: string,
  indicator = 'IOT_CONN',
) =>
  figures.find(
    (row) => row.area === area && row.indicator === indicator && row.access === '_T' && row.class === '_T',
  )

describe('releases of all figures', () => {
  it('of the worked case: rows for what changed, each with its reason, and all of it verifies', async () => {
    const { db } = await embeddedStore()
    const releases: Release[] = []
    for (const vintage of VINTAGES) {
      const result = await publish(db, vintage, { ...sourcesOf(), compose })
      assert.ok(result.ok)
      releases.push(result.value)
    }
    const { rows } = await db.query<{ release: string }>({
      text: `select release_from as release from indicator_value where ref_area = '24133' and indicator = 'IOT_CONN_PC' and access = '_T'
             and class = '_T' and domain = '_T'`,
    })
    assert.deepEqual(
      rows.map(({ release }) => release),
      ['V1'],
    )
    const [v1, v2, v3] = await Promise.all(releases.map((release) => vintageOf(db, release, '2025')))
    assert.ok(v1 && v2 && v3)
    const codes = (list: ReturnType<typeof revisions>) =>
      new Set(list.flatMap(({ reasons }) => reasons.map(({ code }) => code)))
    assert.deepEqual(codes(revisions(v1, v2)), new Set(['LATE_EVIDENCE']))
    assert.deepEqual(codes(revisions(v2, v3)), new Set(['POPULATION_REVISED']))
    assert.ok(revisions(v1, v2).every(({ area }) => area === '24328' || area === '66'))
    for (const release of releases)
      for (const { reason } of await verifyRelease(db, release, compose)) assert.equal(reason, null)
  })

  it('keep a cell withheld that the release before withheld, until its count has left what would tell of it', async () => {
    const { db } = await embeddedStore()
    const persons = (at: string, devices: number): Known[] =>
      Array.from({ length: devices }, (_, i) => ({
        ...{
          name: `P${i}`,
          area: '24328',
          rule: 'ACTIVE',
          ownerKind: 'person',
          owner: `${i}`.padStart(2, '0'),
        },
        from: endOf(at),
      }))
    // Two persons' devices, then two more, then many: of four people nothing would be withheld by itself.
    const devices = [
      ...DEVICES.slice(0, 4),
      ...persons('2026-01-02', 2),
      ...persons('2026-02-01', 4).slice(2),
      ...persons('2026-03-01', 12).slice(4),
    ]
    const shown: (string | null | undefined)[] = []
    // The year and its last month count the same devices: the one would tell what the other withheld.
    const releases = [
      ['2026-01-15', '2025'],
      ['2026-02-15', '2025-12'],
      ['2026-02-16', '2025'],
      ['2026-03-15', '2025'],
    ] as const
    for (const [day, period] of releases) {
      const request = imported(day, day, { periods: [period] })
      const result = await publish(db, request, { ...sourcesOf(devices), compose })
      assert.ok(result.ok)
      shown.push(total((await vintageOf(db, result.value, period)).figures, '24328')?.value)
      assert.equal((await verifyRelease(db, result.value, compose))[0]?.reason, null)
    }
    assert.deepEqual(shown, [null, null, null, '12'])
  })

  it('withhold what the release before withheld and no more where the same devices are counted', async () => {
    const { db } = await embeddedStore()
    const owned = (name: string, area: string): Known => ({
      ...{ name, area, rule: 'ACTIVE', ownerKind: 'person', owner: name, from: endOf('2026-01-02') },
    })
    // Four hide the one: 24133 is withheld for 24328, and their sum is told.
    const devices = [...['P1', 'P2', 'P3', 'P4'].map((name) => owned(name, '24133')), owned('P5', '24328')]
    for (const [day, period] of [
      ['2026-01-15', '2025'],
      ['2026-01-16', '2025-12'],
      ['2026-07-01', '2025'],
    ] as const) {
      const request = imported(day, day, { periods: [period] })
      const result = await publish(db, request, { ...sourcesOf(devices), compose })
      assert.ok(result.ok)
      const { figures } = await vintageOf(db, result.value, period)
      assert.deepEqual(
        ['24133', '24328', '66'].map((area) => total(figures, area)?.value),
        [null, null, '5'],
        day,
      )
    }
  })
})
