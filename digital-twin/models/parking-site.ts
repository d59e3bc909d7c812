import { parkingOccupancy } from '../derived/traffic.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const parkingSite: EntityModel = {
  type: 'parking-site',
  domain: 'traffic',
  nameVi: 'Bãi đỗ xe',
  nameEn: 'Car park',
  intervalS: 300,
  quantities: ['parking-free', 'vehicle-count'],
  attributes: [{ id: 'spaces', unit: '{space}', nameVi: 'Số chỗ đỗ', nameEn: 'Spaces' }],
  derived: [parkingOccupancy],
  rules: [
    {
      id: 'full',
      nameVi: 'Bãi đỗ sắp đầy',
      nameEn: 'Car park nearly full',
      severity: 'low',
      condition: { kind: 'threshold', quantity: 'occupancy', above: 97, hysteresis: 5, forS: 600 },
      adviceVi: 'Đổi biển báo, hướng xe sang bãi khác.',
      adviceEn: 'Change the signs, send cars to another car park.',
    },
    noSignal('low'),
  ],
}
