import type { EntityModel } from '../model.ts'

export const weatherStation: EntityModel = {
  type: 'weather-station',
  domain: 'environment',
  nameVi: 'Trạm thời tiết',
  nameEn: 'Weather station',
  intervalS: 600,
  quantities: ['temperature', 'relative-humidity', 'rainfall', 'wind-speed'],
}
