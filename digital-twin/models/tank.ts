import { storedVolume, timeToEmpty } from '../derived/water.ts'
import type { EntityModel } from '../model.ts'

export const tank: EntityModel = {
  type: 'tank',
  domain: 'water',
  nameVi: 'Bể chứa nước',
  nameEn: 'Water tank',
  intervalS: 300,
  quantities: ['water-level', 'fill-level', 'water-temperature'],
  plausible: {
    'water-level': { min: 0, max: 30 },
  },
  attributes: [
    { id: 'volume', unit: 'm3', nameVi: 'Dung tích', nameEn: 'Volume when full' },
    { id: 'height', unit: 'm', nameVi: 'Chiều cao', nameEn: 'Height' },
  ],
  derived: [storedVolume, timeToEmpty],
}
