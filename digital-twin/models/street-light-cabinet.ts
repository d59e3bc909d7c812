import { phaseImbalance, powerFactor } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { noSignal, setSwitch } from '../model-parts.ts'

export const streetLightCabinet: EntityModel = {
  type: 'street-light-cabinet',
  domain: 'power',
  nameVi: 'Tủ chiếu sáng',
  nameEn: 'Street light cabinet',
  intervalS: 300,
  quantities: ['switch', 'active-power', 'active-energy', 'voltage', 'current'],
  derived: [powerFactor, phaseImbalance],
  commands: [setSwitch],
  rules: [noSignal('low')],
}
