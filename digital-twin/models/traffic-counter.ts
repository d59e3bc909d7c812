import { levelOfService, roadLoad } from '../derived/traffic.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const trafficCounter: EntityModel = {
  type: 'traffic-counter',
  domain: 'traffic',
  nameVi: 'Máy đếm xe',
  nameEn: 'Traffic counter',
  intervalS: 60,
  quantities: ['vehicle-flow', 'mean-speed', 'occupancy', 'vehicle-count'],
  plausible: {
    'mean-speed': { min: 0, max: 150 },
  },
  attributes: [
    { id: 'free-speed', unit: 'km/h', nameVi: 'Tốc độ dòng tự do', nameEn: 'Free-flow speed' },
    { id: 'capacity', unit: '{vehicle}/h', nameVi: 'Khả năng thông hành', nameEn: 'Capacity' },
  ],
  derived: [levelOfService, roadLoad],
  rules: [
    {
      id: 'jam',
      nameVi: 'Ùn tắc',
      nameEn: 'Congestion',
      severity: 'low',
      condition: { kind: 'threshold', quantity: 'mean-speed', below: 8, hysteresis: 4, forS: 600 },
      adviceVi: 'Xem các nút lân cận và đèn tín hiệu.',
      adviceEn: 'See the junctions around and the signals.',
    },
    noSignal('low'),
  ],
}
