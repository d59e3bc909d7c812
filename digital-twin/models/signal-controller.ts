import type { EntityModel } from '../model.ts'

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
    {
      id: 'silent',
      nameVi: 'Mất tín hiệu',
      nameEn: 'No signal',
      severity: 'high',
      condition: { kind: 'silence' },
      adviceVi: 'Kiểm tra nguồn, pin và đường truyền của thiết bị.',
      adviceEn: 'Check the power, battery and link of the device.',
    },
  ],
}
