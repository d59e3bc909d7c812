import type { EntityModel } from '../model.ts'
import { setSwitch } from '../model-parts.ts'

export const streetLight: EntityModel = {
  type: 'street-light',
  domain: 'power',
  nameVi: 'Đèn đường',
  nameEn: 'Street light',
  intervalS: 900,
  quantities: ['switch', 'brightness', 'active-power', 'active-energy'],
  commands: [setSwitch],
}
