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
}
