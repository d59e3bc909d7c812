import type { EntityModel } from '../model.ts'

export const waterMeter: EntityModel = {
  type: 'water-meter',
  domain: 'water',
  nameVi: 'Đồng hồ nước',
  nameEn: 'Water meter',
  intervalS: 300,
  quantities: ['water-flow', 'water-volume', 'battery-level'],
  plausible: {
    'water-flow': { min: -100, max: 5000 },
  },
}
