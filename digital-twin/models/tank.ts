import { storedVolume, timeToEmpty } from '../derived/water.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const tank: EntityModel = {
  type: 'tank',
  domain: 'water',
  nameVi: 'Bể chứa nước',
  nameEn: 'Water tank',
  intervalS: 300,
  quantities: ['water-level', 'fill-level', 'water-temperature'],
  plausible: {
    'water-level': { min: 0, max: 30 },
    'water-temperature': { min: 0, max: 60 },
  },
  attributes: [
    { id: 'volume', unit: 'm3', nameVi: 'Dung tích', nameEn: 'Volume when full' },
    { id: 'height', unit: 'm', nameVi: 'Chiều cao', nameEn: 'Height' },
  ],
  derived: [storedVolume, timeToEmpty],
  rules: [
    {
      id: 'low-level',
      nameVi: 'Mực nước bể thấp',
      nameEn: 'Low tank level',
      severity: 'high',
      condition: { kind: 'threshold', quantity: 'water-level', below: 1, hysteresis: 0.2, forS: 300 },
      adviceVi: 'Kiểm tra máy bơm cấp và lượng nước ra.',
      adviceEn: 'Check the filling pumps and what flows out.',
    },
    {
      id: 'empties-soon',
      nameVi: 'Bể sắp cạn',
      nameEn: 'Tank empties soon',
      severity: 'critical',
      condition: { kind: 'threshold', quantity: 'time-to-empty', below: 2, hysteresis: 0.5, forS: 300 },
      adviceVi: 'Giảm cấp nước hoặc tăng bơm ngay.',
      adviceEn: 'Reduce supply or pump more at once.',
    },
    {
      id: 'overflows',
      nameVi: 'Bể sắp tràn',
      nameEn: 'Tank about to overflow',
      severity: 'medium',
      condition: { kind: 'threshold', quantity: 'fill-level', above: 98, hysteresis: 3, forS: 300 },
      adviceVi: 'Dừng bơm cấp; kiểm tra van phao.',
      adviceEn: 'Stop the filling pumps; check the float valve.',
    },
    noSignal('medium'),
  ],
}
