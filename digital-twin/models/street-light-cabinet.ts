import { phaseImbalance, powerFactor, voltageDeviation } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import {
  deviceFault,
  LINE_VOLTAGE,
  NOMINAL_VOLTAGE,
  noSignal,
  PHASES,
  setSwitch,
  tampered,
  voltageOff,
} from '../model-parts.ts'

export const streetLightCabinet: EntityModel = {
  type: 'street-light-cabinet',
  domain: 'power',
  nameVi: 'Tủ chiếu sáng',
  nameEn: 'Street light cabinet',
  intervalS: 300,
  quantities: ['switch', 'active-power', 'active-energy', 'voltage', 'current'],
  plausible: {
    // As of power meters.
    voltage: { min: 0, max: 480 },
  },
  attributes: [PHASES, NOMINAL_VOLTAGE, LINE_VOLTAGE],
  derived: [powerFactor, phaseImbalance, voltageDeviation],
  commands: [
    {
      ...setSwitch,
      nameVi: 'Bật/tắt tuyến chiếu sáng',
      nameEn: 'Switch the lights',
      warningVi: 'Cả tuyến đường của tủ sáng hoặc tối theo.',
      warningEn: 'All streets of the cabinet go light or dark with it.',
    },
  ],
  rules: [deviceFault('medium'), voltageOff, tampered, noSignal('low')],
}
