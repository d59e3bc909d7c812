import { inverterLoad } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const inverter: EntityModel = {
  type: 'inverter',
  domain: 'power',
  nameVi: 'Bộ biến tần điện mặt trời',
  nameEn: 'Solar inverter',
  intervalS: 60,
  quantities: ['active-power-exported', 'active-energy-exported', 'voltage', 'frequency', 'temperature'],
  attributes: [{ id: 'rated-power', unit: 'kW', nameVi: 'Công suất định mức', nameEn: 'Rated power' }],
  derived: [inverterLoad],
  rules: [noSignal('low')],
}
