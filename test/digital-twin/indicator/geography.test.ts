import assert from 'node:assert/strict'
import { beforeAll, describe, it } from 'vitest'
import { compose } from '../../../digital-twin/indicator/compose.ts'
import type { Figure } from '../../../digital-twin/indicator/figure.ts'
import {
  areasOn,
  breaksOf,
  type Geographies,
  placed,
  territoriesOf,
  withApportioned,
} from '../../../digital-twin/indicator/geography.ts'
import type { PeriodInputs, PopulationInput, Tally } from '../../../digital-twin/indicator/inputs.ts'
import { readPeriod } from '../../../digital-twin/indicator/period.ts'
import { listAllAreas } from '../../../store/areas.ts'
import { crosswalksKnownAt } from '../../../store/crosswalks.ts'
import { openStore } from '../../../store/store.ts'
import { copyOfSnapshot } from '../../support/data-folder.ts'
import { silent } from '../../support/silent-log.ts'
import { WORKED_INPUTS } from './worked-inputs.ts'

let geographies: Geographies

beforeAll(async () => {
  const place = { databaseUrl: undefined, dataDir: copyOfSnapshot(), plain: false }
  const { db } = await openStore(place, silent, () => {})
  geographies = { areas: await listAllAreas(db), crossings: await crosswalksKnownAt(db, null) }
  await db.close()
})

const tally = (area: string, devices: number): Tally => ({
  ...{ area, access: 'LPWAN', domain: 'WATER', class: 'LPWAN', rule: 'ACTIVE', ownerKind: 'org' },
  ...{ owners: [], devices, sims: 0 },
})
const population = (area: string, geoVersion: string, year: number, value: number): PopulationInput => ({
  ...{ area, geoVersion, year, basis: 'average', value, source: 's', publishedOn: null },
  ...{ isSynthetic: false, isEstimated: false },
})

/** The figures of a period over the real areas, from tallies by whatever codes devices were declared in. */
function figuresOf(period: string, tallies: Tally[], known: PopulationInput[]): Figure[] {
  const at = readPeriod(period)
  assert.ok(at)
  const areas = areasOn(geographies.areas, at.referenceDate)
  const territories = territoriesOf(geographies, areas, '66')
  const now = { ...WORKED_INPUTS.V2, ...at, areas, territories }
  const inputs: PeriodInputs = {
    ...now,
    ...placed(tallies, geographies, areas, known),
    populations: withApportioned(known, geographies, areas),
    breaks: breaksOf(geographies, now, known),
  }
  return compose(inputs)
}

const find = (figures: readonly Figure[], area: string, indicator: Figure['indicator'] = 'IOT_CONN_PC') =>
  figures.find(
    (figure) =>
      figure.area === area &&
      figure.indicator === indicator &&
      [figure.access, figure.domain, figure.class].every((code) => code === '_T'),
  )

describe('a series over the merger of July 2025', () => {
  // Buôn Ma Thuột and Tuy Hoà as districts, and a commune of today in each.
  const BEFORE = [tally('643', 3), tally('555', 2)]
  const AFTER = [tally('24133', 4), tally('22015', 2)]
  const PEOPLE = [
    population('66', '2025-03', 2024, 10),
    population('54', '2025-03', 2024, 10),
    population('66', '2025-07', 2025, 20),
  ]

  it('has the former province as a territory before and after, the sum of districts and of 68 communes', () => {
    const [before, after] = [figuresOf('2025-06', BEFORE, PEOPLE), figuresOf('2025-07', AFTER, PEOPLE)]
    assert.deepEqual([find(before, '66')?.num, find(before, '54')?.num], [3, 2])
    const old = find(before, '66_PRE202507')
    assert.deepEqual([old?.num, old?.value, old?.obsStatus], [3, '0.3000', 'P'])
    assert.equal(find(after, '66_PRE202507', 'IOT_CONN')?.num, 4)
    const today = territoriesOf(geographies, areasOn(geographies.areas, '2025-07-31'), '66')
    assert.deepEqual(
      today.map(({ label, members }) => [label.code, members.length]),
      [
        ['54_PRE202507', 34],
        ['66_PRE202507', 68],
      ],
    )
  })

  it('has the province of today as a territory before it', () => {
    const before = figuresOf('2025-06', BEFORE, PEOPLE)
    assert.equal(find(before, '66_FROM202507', 'IOT_CONN')?.num, 5)
  })

  it('is marked as broken where the code goes on, and begins where nothing was before', () => {
    assert.equal(find(figuresOf('2025-07', AFTER, PEOPLE), '66')?.obsStatus, 'B')
    assert.match(find(figuresOf('2025-07', AFTER, PEOPLE), '66')?.comment ?? '', /geography.*2025-03/)
    assert.equal(find(figuresOf('2025-08', AFTER, PEOPLE), '66')?.obsStatus, 'P')
    assert.equal(find(figuresOf('2025', AFTER, PEOPLE.slice(2)), '66')?.obsStatus, 'P')
  })

  it('counts devices that kept the code of before in the area they lie in, and none twice', () => {
    const whole = geographies.crossings.find(
      ({ fromCode, fromVersion, overlap }) =>
        /^\d{5}$/.test(fromCode) &&
        fromVersion === '2025-03' &&
        overlap === 'full' &&
        geographies.crossings.filter((one) => one.fromCode === fromCode).length === 1,
    )
    assert.ok(whole)
    const figures = figuresOf('2025-12', [tally(whole.fromCode, 3), tally('643', 2)], PEOPLE)
    assert.equal(find(figures, whole.toCode, 'IOT_CONN')?.num, 3)
    // A district lies in many communes, and without populations nobody can say in which: not by its land.
    assert.equal(find(figures, '66_U', 'IOT_CONN')?.num, 2)
    assert.equal(find(figures, '66', 'IOT_CONN')?.num, 5)
  })

  it('divides by what the former provinces add up to, before the new one has a population', () => {
    const figure = find(figuresOf('2025-12', AFTER, PEOPLE.slice(0, 2)), '66')
    assert.deepEqual([figure?.den, figure?.popYear, figure?.value], [20, 2024, '0.3000'])
  })
})
