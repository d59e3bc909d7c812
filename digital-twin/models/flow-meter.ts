import type { EntityModel } from '../model.ts'
import {
  lowBattery,
  METER_FLOW_MAX,
  NETWORK_PRESSURE,
  noSignal,
  OVERLOAD_FLOW,
  REGISTER_MAX,
} from '../model-parts.ts'

export const flowMeter: EntityModel = {
  type: 'flow-meter',
  domain: 'water',
  nameVi: 'Đồng hồ tổng',
  nameEn: 'Flow meter',
  intervalS: 60,
  quantities: ['water-flow', 'water-volume', 'water-pressure', 'battery-level'],
  plausible: {
    'water-flow': { min: -METER_FLOW_MAX, max: METER_FLOW_MAX },
    'water-pressure': NETWORK_PRESSURE,
  },
  attributes: [OVERLOAD_FLOW, REGISTER_MAX],
  rules: [
    {
      id: 'sudden-flow',
      nameVi: 'Lưu lượng tăng đột ngột',
      nameEn: 'Sudden rise of flow',
      severity: 'high',
      condition: { kind: 'rate', quantity: 'water-flow', rises: 7, withinS: 300 },
      adviceVi: 'Có thể vỡ ống trong vùng: so với áp lực, cân nhắc đóng van đầu vùng.',
      adviceEn: 'A main in the zone may have burst: compare the pressure, consider the valve at the inlet.',
    },
    {
      id: 'reverse-flow',
      nameVi: 'Nước chảy ngược',
      nameEn: 'Reverse flow',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'water-flow', below: -0.5, hysteresis: 0.3, forS: 300 },
      adviceVi: 'Kiểm tra van một chiều và áp lực hai phía.',
      adviceEn: 'Check the check valve and the pressure on both sides.',
    },
    lowBattery,
    noSignal('medium'),
  ],
}
