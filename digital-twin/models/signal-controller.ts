import type { EntityModel } from '../model.ts'

export const signalController: EntityModel = {
  type: 'signal-controller',
  domain: 'traffic',
  nameVi: 'Tủ điều khiển đèn tín hiệu',
  nameEn: 'Traffic signal controller',
  intervalS: 60,
  quantities: ['operating-state', 'fault', 'queue-length', 'voltage'],
}
