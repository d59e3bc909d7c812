import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const waterQualityStation: EntityModel = {
  type: 'water-quality-station',
  domain: 'water',
  nameVi: 'Trạm chất lượng nước',
  nameEn: 'Water quality station',
  intervalS: 900,
  quantities: ['ph', 'turbidity', 'free-chlorine', 'conductivity'],
  rules: [
    {
      id: 'chlorine-low',
      nameVi: 'Clo dư thấp',
      nameEn: 'Low free chlorine',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'free-chlorine', below: 0.2, hysteresis: 0.05, forS: 900 },
      adviceVi: 'Kiểm tra châm clo (QCVN 01-1:2018/BYT: 0,2 đến 1,0 mg/L).',
      adviceEn: 'Check the dosing (QCVN 01-1:2018/BYT: 0.2 to 1.0 mg/L).',
    },
    {
      id: 'turbid',
      nameVi: 'Nước đục',
      nameEn: 'Turbid water',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'turbidity', above: 2, hysteresis: 0.3, forS: 900 },
      adviceVi: 'Kiểm tra bể lọc (QCVN 01-1:2018/BYT: tối đa 2 NTU).',
      adviceEn: 'Check the filters (QCVN 01-1:2018/BYT: 2 NTU at most).',
    },
    {
      id: 'ph',
      nameVi: 'pH ngoài giới hạn',
      nameEn: 'pH out of range',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'ph', below: 6, above: 8.5, hysteresis: 0.2, forS: 900 },
      adviceVi: 'QCVN 01-1:2018/BYT: 6,0 đến 8,5.',
      adviceEn: 'QCVN 01-1:2018/BYT: 6.0 to 8.5.',
    },
    noSignal('medium'),
  ],
}
