import { phaseImbalance, powerFactor, transformerLoad } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'

export const transformer: EntityModel = {
  type: 'transformer',
  domain: 'power',
  nameVi: 'Máy biến áp',
  nameEn: 'Transformer',
  intervalS: 60,
  quantities: ['active-power', 'voltage', 'current', 'frequency'],
  plausible: {
    voltage: { min: 0, max: 36000 },
    current: { min: 0, max: 5000 },
  },
  attributes: [
    {
      id: 'rated-apparent-power',
      unit: 'kV.A',
      nameVi: 'Công suất định mức',
      nameEn: 'Rated apparent power',
    },
  ],
  derived: [transformerLoad, powerFactor, phaseImbalance],
}
