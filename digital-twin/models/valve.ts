import type { EntityModel } from '../model.ts'
import { deviceFault, lowBattery, noSignal } from '../model-parts.ts'

export const valve: EntityModel = {
  type: 'valve',
  domain: 'water',
  nameVi: 'Van',
  nameEn: 'Valve',
  intervalS: 3600,
  quantities: ['valve-position', 'operating-state', 'battery-level'],
  commands: [
    {
      name: 'set-position',
      nameVi: 'Đặt độ mở van',
      nameEn: 'Set position',
      args: { position: { kind: 'number', min: 0, max: 100, unit: '%' } },
      reported: { quantity: 'valve-position', arg: 'position', tolerance: 1 },
      warningVi: 'Khách hàng phía sau van sẽ mất nước nếu van đóng.',
      warningEn: 'Customers behind the valve lose supply when it closes.',
    },
  ],
  rules: [deviceFault('medium'), lowBattery, noSignal('low')],
}
