import type { EntityModel } from '../model.ts'

export const pressurePoint: EntityModel = {
  type: 'pressure-point',
  domain: 'water',
  nameVi: 'Điểm đo áp lực nước',
  nameEn: 'Water pressure point',
  intervalS: 300,
  quantities: ['water-pressure', 'battery-voltage'],
  plausible: {
    'water-pressure': { min: 0, max: 1600 },
  },
}
