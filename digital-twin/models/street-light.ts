import type { EntityModel } from '../model.ts'
import { deviceFault, setSwitch } from '../model-parts.ts'

export const streetLight: EntityModel = {
  type: 'street-light',
  domain: 'power',
  nameVi: 'Đèn đường',
  nameEn: 'Street light',
  intervalS: 900,
  quantities: ['switch', 'brightness', 'active-power', 'active-energy'],
  commands: [
    { ...setSwitch, nameVi: 'Bật/tắt đèn', nameEn: 'Switch the lamp' },
    {
      name: 'set-brightness',
      nameVi: 'Đặt độ sáng',
      nameEn: 'Set the brightness',
      args: { brightness: { kind: 'number', min: 0, max: 100, unit: '%' } },
      reported: { quantity: 'brightness', arg: 'brightness', tolerance: 1 },
    },
  ],
  rules: [{ ...deviceFault('low'), adviceVi: 'Xếp lịch thay đèn.', adviceEn: 'Plan to change the lamp.' }],
}
