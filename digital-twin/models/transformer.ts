import type { EntityModel } from '../model.ts'

export const transformer: EntityModel = {
  type: 'transformer',
  domain: 'power',
  nameVi: 'Máy biến áp',
  nameEn: 'Transformer',
  intervalS: 60,
  quantities: ['active-power', 'voltage', 'current', 'frequency'],
}
