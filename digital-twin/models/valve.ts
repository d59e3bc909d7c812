import type { EntityModel } from '../model.ts'

export const valve: EntityModel = {
  type: 'valve',
  domain: 'water',
  nameVi: 'Van',
  nameEn: 'Valve',
  intervalS: 3600,
  quantities: ['valve-position', 'operating-state', 'battery-level'],
}
