import type { EntityModel } from '../model.ts'
import { lowBattery } from '../model-parts.ts'

export const parkingSpace: EntityModel = {
  type: 'parking-space',
  domain: 'traffic',
  nameVi: 'Chỗ đỗ xe',
  nameEn: 'Parking space',
  intervalS: 3600,
  quantities: ['parking-occupied', 'battery-level'],
  rules: [lowBattery],
}
