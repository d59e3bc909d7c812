import type { EntityModel } from '../model.ts'

export const trafficCounter: EntityModel = {
  type: 'traffic-counter',
  domain: 'traffic',
  nameVi: 'Máy đếm xe',
  nameEn: 'Traffic counter',
  intervalS: 60,
  quantities: ['vehicle-flow', 'mean-speed', 'occupancy', 'vehicle-count'],
}
