import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const flowMeter: EntityModel = {
  type: 'flow-meter',
  domain: 'water',
  nameVi: 'Đồng hồ tổng',
  nameEn: 'Flow meter',
  intervalS: 60,
  quantities: ['water-flow', 'water-volume', 'water-pressure', 'battery-level'],
  plausible: {
    'water-pressure': { min: 0, max: 1600 },
  },
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
    noSignal('medium'),
  ],
}
