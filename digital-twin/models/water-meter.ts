import type { EntityModel } from '../model.ts'
import { lowBattery, METER_FLOW_MAX, OVERLOAD_FLOW, REGISTER_MAX, tampered } from '../model-parts.ts'

export const waterMeter: EntityModel = {
  type: 'water-meter',
  domain: 'water',
  nameVi: 'Đồng hồ nước',
  nameEn: 'Water meter',
  intervalS: 300,
  quantities: ['water-flow', 'water-volume', 'battery-level'],
  plausible: {
    'water-flow': { min: -100, max: METER_FLOW_MAX },
  },
  attributes: [OVERLOAD_FLOW, REGISTER_MAX],
  rules: [
    {
      id: 'leak',
      nameVi: 'Nghi rò rỉ sau đồng hồ',
      nameEn: 'Likely leak behind the meter',
      severity: 'low',
      condition: { kind: 'threshold', quantity: 'leak', above: 0.5 },
      adviceVi: 'Báo khách hàng kiểm tra đường ống trong nhà.',
      adviceEn: 'Tell the customer to check the pipes of the house.',
    },
    {
      id: 'reverse-flow',
      nameVi: 'Nước chảy ngược',
      nameEn: 'Reverse flow',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'water-flow', below: -0.1, hysteresis: 0.05, forS: 300 },
      adviceVi: 'Nước của khách hàng có thể chảy ngược vào mạng: kiểm tra van một chiều.',
      adviceEn: 'Water of the customer may enter the network: check the check valve.',
    },
    lowBattery,
    tampered,
  ],
}
