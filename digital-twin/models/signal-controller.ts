import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const signalController: EntityModel = {
  type: 'signal-controller',
  domain: 'traffic',
  nameVi: 'Tủ điều khiển đèn tín hiệu',
  nameEn: 'Traffic signal controller',
  intervalS: 60,
  quantities: ['operating-state', 'fault', 'queue-length', 'voltage'],
  commands: [
    {
      name: 'set-mode',
      nameVi: 'Đặt chế độ đèn',
      nameEn: 'Set the mode',
      args: { mode: { kind: 'choice', choices: ['automatic', 'flashing-yellow'] } },
      warningVi:
        'Khi chớp vàng, không còn đèn nào giữ đường cho ai: chỉ dùng khi có người điều tiết hoặc ban đêm.',
      warningEn:
        'With flashing yellow no light holds the way for anybody: only with somebody to direct, or at night.',
    },
  ],
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
