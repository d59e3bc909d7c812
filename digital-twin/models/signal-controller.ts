import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const signalController: EntityModel = {
  type: 'signal-controller',
  domain: 'traffic',
  nameVi: 'Tủ điều khiển đèn tín hiệu',
  nameEn: 'Traffic signal controller',
  intervalS: 60,
  quantities: ['operating-state', 'fault', 'queue-length', 'voltage'],
  rules: [
    {
      id: 'fault',
      nameVi: 'Tủ đèn tín hiệu lỗi',
      nameEn: 'Signal controller fault',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'fault', above: 0.5 },
      adviceVi: 'Cử người điều tiết giao thông.',
      adviceEn: 'Send somebody to direct the traffic.',
    },
    noSignal('high'),
  ],
}
