import { parkingOccupancy } from '../derived/traffic.ts'
import type { EntityModel } from '../model.ts'

export const parkingSite: EntityModel = {
  type: 'parking-site',
  domain: 'traffic',
  nameVi: 'Bãi đỗ xe',
  nameEn: 'Car park',
  intervalS: 300,
  quantities: ['parking-free', 'vehicle-count'],
  attributes: [{ id: 'spaces', unit: '{space}', nameVi: 'Số chỗ đỗ', nameEn: 'Spaces' }],
  derived: [parkingOccupancy],
}
