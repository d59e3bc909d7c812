import type { EntityModel } from '../model.ts'
import { noSignal, setSwitch } from '../model-parts.ts'

export const pump: EntityModel = {
  type: 'pump',
  domain: 'water',
  nameVi: 'Máy bơm nước',
  nameEn: 'Water pump',
  intervalS: 60,
  quantities: ['switch', 'water-flow', 'water-pressure', 'active-power', 'operating-time'],
  attributes: [{ id: 'rated-flow', unit: 'm3/h', nameVi: 'Lưu lượng định mức', nameEn: 'Rated flow' }],
  commands: [setSwitch],
  rules: [noSignal('medium')],
}
