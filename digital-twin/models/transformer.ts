import { phaseImbalance, powerFactor, transformerLoad } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

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
  rules: [
    {
      id: 'overload',
      nameVi: 'Máy biến áp quá tải',
      nameEn: 'Transformer overloaded',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'load-ratio', above: 100, hysteresis: 5, forS: 60 },
      adviceVi: 'Chuyển bớt tải sang máy khác.',
      adviceEn: 'Move load to another transformer.',
    },
    {
      id: 'imbalance',
      nameVi: 'Lệch pha',
      nameEn: 'Phase imbalance',
      severity: 'low',
      condition: { kind: 'threshold', quantity: 'phase-imbalance', above: 30, hysteresis: 5, forS: 1800 },
      adviceVi: 'San tải giữa các pha.',
      adviceEn: 'Spread the load over the phases.',
    },
    noSignal('medium'),
  ],
}
