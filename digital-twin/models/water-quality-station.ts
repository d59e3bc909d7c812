import type { EntityModel } from '../model.ts'

export const waterQualityStation: EntityModel = {
  type: 'water-quality-station',
  domain: 'water',
  nameVi: 'Trạm chất lượng nước',
  nameEn: 'Water quality station',
  intervalS: 900,
  quantities: ['ph', 'turbidity', 'free-chlorine', 'conductivity'],
}
