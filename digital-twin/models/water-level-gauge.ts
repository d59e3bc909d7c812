import type { EntityModel } from '../model.ts'
import { lowBattery, noSignal } from '../model-parts.ts'

export const waterLevelGauge: EntityModel = {
  type: 'water-level-gauge',
  domain: 'water',
  nameVi: 'Điểm đo mực nước',
  nameEn: 'Water level gauge',
  intervalS: 600,
  quantities: ['water-level', 'distance', 'battery-level'],
  rules: [lowBattery, noSignal('low')],
}
