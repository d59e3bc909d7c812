import { inverterLoad, voltageDeviation } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { deviceFault, GRID_FREQUENCY, NOMINAL_VOLTAGE, noSignal, voltageOff } from '../model-parts.ts'

export const inverter: EntityModel = {
  type: 'inverter',
  domain: 'power',
  nameVi: 'Bộ biến tần điện mặt trời',
  nameEn: 'Solar inverter',
  intervalS: 60,
  quantities: ['active-power-exported', 'active-energy-exported', 'voltage', 'frequency', 'temperature'],
  plausible: {
    frequency: GRID_FREQUENCY,
    // Low voltage ends at 1000 V AC and 1500 V DC (IEC 61140).
    voltage: { min: 0, max: 1500 },
  },
  attributes: [
    { id: 'rated-power', unit: 'kW', nameVi: 'Công suất định mức', nameEn: 'Rated power' },
    NOMINAL_VOLTAGE,
  ],
  derived: [inverterLoad, voltageDeviation],
  rules: [deviceFault('low'), voltageOff, noSignal('low')],
}
