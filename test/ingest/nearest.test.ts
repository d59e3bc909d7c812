import { expect, it } from 'vitest'
import { nearest } from '../../ingest/nearest.ts'

const UNITS = ['kW', 'W', 'MW', 'kW.h', 'L/s', 'L/h', 'water-volume', 'water-flow']

it.each([
  ['Kw', 'kW'],
  ['KW.H', 'kW.h'],
  ['L/sec', 'L/s'],
  ['watervolume', 'water-volume'],
  ['water-folw', 'water-flow'],
  ['X', null],
  ['furlong', null],
])('takes %s for %s', (name, meant) => expect(nearest(name, UNITS)).toBe(meant))
