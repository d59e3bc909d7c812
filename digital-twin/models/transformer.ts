import { phaseImbalance, powerFactor, transformerLoad, voltageDeviation } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import {
  GRID_FREQUENCY,
  LINE_VOLTAGE,
  NOMINAL_VOLTAGE,
  noSignal,
  PHASES,
  voltageOff,
} from '../model-parts.ts'

export const transformer: EntityModel = {
  type: 'transformer',
  domain: 'power',
  nameVi: 'Máy biến áp',
  nameEn: 'Transformer',
  intervalS: 60,
  quantities: ['active-power', 'voltage', 'current', 'frequency', 'temperature'],
  plausible: {
    frequency: GRID_FREQUENCY,
    // Highest voltage for equipment of a medium-voltage network (IEC 60038, table 3: 40.5 kV, of 35 kV networks).
    voltage: { min: 0, max: 40_500 },
    current: { min: -5000, max: 5000 },
    temperature: { min: -20, max: 200 },
  },
  attributes: [
    {
      id: 'rated-apparent-power',
      unit: 'kV.A',
      nameVi: 'Công suất định mức',
      nameEn: 'Rated apparent power',
    },
    PHASES,
    NOMINAL_VOLTAGE,
    LINE_VOLTAGE,
  ],
  derived: [transformerLoad, powerFactor, phaseImbalance, voltageDeviation],
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
    {
      id: 'hot',
      nameVi: 'Dầu máy biến áp nóng',
      nameEn: 'Hot transformer oil',
      severity: 'high',
      // IEC 60076-2: the oil is at most 60 K above air of at most 40 °C.
      condition: { kind: 'threshold', quantity: 'temperature', above: 100, hysteresis: 5, forS: 600 },
      adviceVi: 'Giảm tải, kiểm tra làm mát (IEC 60076-2: dầu tối đa 100 °C).',
      adviceEn: 'Reduce the load, check the cooling (IEC 60076-2: oil at most 100 °C).',
    },
    voltageOff,
    noSignal('medium'),
  ],
}
