import type { EntityModel } from '../model.ts'

export const airQualityStation: EntityModel = {
  type: 'air-quality-station',
  domain: 'environment',
  nameVi: 'Trạm chất lượng không khí',
  nameEn: 'Air quality station',
  intervalS: 900,
  quantities: ['pm2.5', 'pm10', 'no2-concentration', 'o3-concentration'],
}
