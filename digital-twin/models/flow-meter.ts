import type { EntityModel } from '../model.ts'

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
}
