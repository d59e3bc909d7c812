import { phaseImbalance, powerFactor } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'

export const powerMeter: EntityModel = {
  type: 'power-meter',
  domain: 'power',
  nameVi: 'Công tơ điện',
  nameEn: 'Power meter',
  intervalS: 300,
  quantities: [
    'active-power',
    'active-energy',
    'voltage',
    'current',
    'power-factor',
    'frequency',
    'reactive-power',
  ],
  plausible: {
    voltage: { min: 0, max: 480 },
  },
  derived: [powerFactor, phaseImbalance],
}
