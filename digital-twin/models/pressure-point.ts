import type { EntityModel } from '../model.ts'
import { lowBattery, NETWORK_PRESSURE, noSignal } from '../model-parts.ts'

export const pressurePoint: EntityModel = {
  type: 'pressure-point',
  domain: 'water',
  nameVi: 'Điểm đo áp lực nước',
  nameEn: 'Water pressure point',
  intervalS: 300,
  quantities: ['water-pressure', 'battery-voltage'],
  plausible: {
    'water-pressure': NETWORK_PRESSURE,
  },
  rules: [
    {
      id: 'low-pressure',
      nameVi: 'Áp lực thấp',
      nameEn: 'Low pressure',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'water-pressure', below: 150, hysteresis: 20, forS: 60 },
      adviceVi: 'Tìm điểm vỡ hoặc van đóng phía trên; xem lưu lượng đầu vùng.',
      adviceEn: 'Look for a burst or a shut valve upstream; see the flow at the inlet of the zone.',
    },
    {
      id: 'high-pressure',
      nameVi: 'Áp lực cao',
      nameEn: 'High pressure',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'water-pressure', above: 700, hysteresis: 30, forS: 60 },
      adviceVi: 'Kiểm tra van giảm áp và máy bơm.',
      adviceEn: 'Check the pressure reducing valve and the pumps.',
    },
    lowBattery,
    noSignal('medium'),
  ],
}
