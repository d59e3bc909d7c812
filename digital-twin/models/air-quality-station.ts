import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const airQualityStation: EntityModel = {
  type: 'air-quality-station',
  domain: 'environment',
  nameVi: 'Trạm chất lượng không khí',
  nameEn: 'Air quality station',
  intervalS: 900,
  quantities: ['pm2.5', 'pm10', 'no2-concentration', 'o3-concentration'],
  rules: [
    {
      id: 'dust',
      nameVi: 'Bụi mịn rất cao',
      nameEn: 'Very high fine dust',
      severity: 'medium',
      // VN_AQI (Decision 1459/QĐ-TCMT, 2019): from 150 ug/m3 on the index is above 200, "very unhealthy".
      condition: { kind: 'threshold', quantity: 'pm2.5', above: 150, hysteresis: 15, forS: 3600 },
      adviceVi: 'Báo cơ quan môi trường; khuyến cáo người dân hạn chế ra ngoài (VN_AQI trên 200).',
      adviceEn: 'Tell the environment authority; advise people to stay inside (VN_AQI above 200).',
    },
    noSignal('low'),
  ],
}
