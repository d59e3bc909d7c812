import type { EntityModel } from '../model.ts'

export const streetLight: EntityModel = {
  type: 'street-light',
  domain: 'power',
  nameVi: 'Đèn đường',
  nameEn: 'Street light',
  intervalS: 900,
  quantities: ['switch', 'brightness', 'active-power', 'active-energy'],
  commands: [
    {
      name: 'set-switch',
      nameVi: 'Bật/tắt',
      nameEn: 'Switch',
      args: { on: { kind: 'boolean' } },
      reported: { quantity: 'switch', arg: 'on', tolerance: 0 },
    },
  ],
}
