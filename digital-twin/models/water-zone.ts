import { waterLossFlow, waterLossRatio, zoneInflow } from '../derived/water.ts'
import type { EntityModel } from '../model.ts'

export const waterZone: EntityModel = {
  type: 'water-zone',
  domain: 'water',
  nameVi: 'Vùng cấp nước',
  nameEn: 'Metered water zone',
  intervalS: 300,
  quantities: ['water-flow', 'water-pressure'],
  derived: [zoneInflow, waterLossFlow, waterLossRatio],
  rules: [
    {
      id: 'losses',
      nameVi: 'Thất thoát cao',
      nameEn: 'High losses',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'water-loss-ratio', above: 40, hysteresis: 5, forS: 3600 },
      adviceVi: 'Tìm rò rỉ trong vùng, nhất là lưu lượng ban đêm.',
      adviceEn: 'Look for leaks in the zone, by the flow at night.',
    },
  ],
}
