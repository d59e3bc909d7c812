import { phaseImbalance, powerFactor, voltageDeviation } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import {
  GRID_FREQUENCY,
  LINE_VOLTAGE,
  NOMINAL_VOLTAGE,
  PHASES,
  tampered,
  voltageOff,
} from '../model-parts.ts'

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
    frequency: GRID_FREQUENCY,
    // Three-phase meters for 3×230/400 V measure to 1.15 times that (IEC 62052-11, extended operating range).
    voltage: { min: 0, max: 480 },
  },
  attributes: [PHASES, NOMINAL_VOLTAGE, LINE_VOLTAGE],
  derived: [powerFactor, phaseImbalance, voltageDeviation],
  rules: [voltageOff, tampered],
}
