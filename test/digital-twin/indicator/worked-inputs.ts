import type { PeriodInputs, PopulationInput, Tally } from '../../../digital-twin/indicator/inputs.ts'
import { WORKED } from './worked-case.ts'

/** The worked case's devices as they are counted, and its populations, in its three vintages. */
const AREAS = WORKED.V1.areas.filter(({ level }) => level !== 'unknown')

const tally = (area: string | null, more: Partial<Tally>): Tally => ({
  area,
  access: 'CELLULAR',
  domain: 'WATER',
  class: 'CELLULAR',
  rule: 'ACTIVE',
  ownerKind: 'org',
  owners: [],
  devices: 1,
  sims: more.rule === undefined || more.rule === 'ACTIVE' ? 1 : 0,
  ...more,
})

/** D5 was heard in time, but its reading came in only after the first vintage. */
const tallies = (isD5Known: boolean): Tally[] => [
  tally('24133', { access: 'LPWAN', class: 'LPWAN', sims: 0 }), // D1
  tally('24133', {}), // D2
  tally('24133', { rule: 'INACTIVE' }), // D3
  tally('24133', { domain: 'TRAFFIC', sims: 2 }), // D4
  tally('24328', isD5Known ? {} : { rule: 'NEVER_HEARD' }), // D5
  tally('24328', {}), // D6
  tally('24133', { rule: 'TEST' }), // D7
  tally('24133', { rule: 'RETIRED' }), // D8
  tally('24133', { rule: 'NEVER_HEARD' }), // D9
  tally('24133', { access: 'SHORT_RANGE', class: 'BEHIND_GATEWAY', domain: 'ENVIRONMENT', sims: 0 }), // D10
  tally(null, {}), // D11
  tally('24133', { rule: 'GATEWAY', class: 'GATEWAY', domain: '_U', devices: 2, sims: 2 }), // G1, G2
  tally('24133', { rule: 'GATEWAY', class: 'GATEWAY', domain: '_U', access: 'WIRED', sims: 0 }), // G3
]

const population = (area: string, value: number): PopulationInput => ({
  area,
  geoVersion: '2025-07',
  year: 2025,
  basis: 'average',
  value,
  source: 'worked case',
  publishedOn: null,
  isSynthetic: true,
  isEstimated: false,
})

const inputs = (asOf: string, isD5Known: boolean, of24328: number): PeriodInputs => ({
  period: '2025',
  freq: 'A',
  referenceDate: '2025-12-31',
  windowDays: 90,
  methodVersion: '1.0.0',
  asOf,
  isFinal: false,
  isSynthetic: true,
  province: '66',
  areas: AREAS,
  tallies: tallies(isD5Known),
  outageDays: [],
  populations: [population('24133', 8), population('24328', of24328), population('66', 8 + of24328)],
  reports: [],
  targets: [{ kind: 'per-person', value: '1', by: '2025-12-31', source: 'plan' }],
  comparators: [],
  territories: [],
  estimatedAreas: [],
  breaks: [],
})

export const WORKED_INPUTS = {
  V1: inputs('2026-01-15T16:59:59.999Z', false, 3),
  V2: inputs('2026-02-15T16:59:59.999Z', true, 3),
  V3: inputs('2026-07-01T16:59:59.999Z', true, 4),
}
