import { phaseImbalance, powerFactor } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'

export const streetLightCabinet: EntityModel = {
  type: 'street-light-cabinet',
  domain: 'power',
  nameVi: 'Tủ chiếu sáng',
  nameEn: 'Street light cabinet',
  intervalS: 300,
  quantities: ['switch', 'active-power', 'active-energy', 'voltage', 'current'],
  derived: [powerFactor, phaseImbalance],
  commands: [
    {
      name: 'set-switch',
      nameVi: 'Bật/tắt',
      nameEn: 'Switch',
      args: { on: { kind: 'boolean' } },
      reported: { quantity: 'switch', arg: 'on', tolerance: 0 },
    },
  ],
  rules: [
    {
      id: 'silent',
      nameVi: 'Mất tín hiệu',
      nameEn: 'No signal',
      severity: 'low',
      condition: { kind: 'silence' },
      adviceVi: 'Kiểm tra nguồn, pin và đường truyền của thiết bị.',
      adviceEn: 'Check the power, battery and link of the device.',
    },
  ],
}
