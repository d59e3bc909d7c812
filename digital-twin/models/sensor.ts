import type { EntityModel } from '../model.ts'
import { lowBattery } from '../model-parts.ts'

/** Anything that no other type fits; what a gateway brings by itself, unless its rule names another type. */
export const sensor: EntityModel = {
  type: 'sensor',
  domain: 'environment',
  nameVi: 'Cảm biến',
  nameEn: 'Sensor',
  intervalS: 900,
  quantities: ['temperature', 'relative-humidity', 'battery-level'],
  rules: [lowBattery],
}
