import { feederApparentPower, feederLoad } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const feeder: EntityModel = {
  type: 'feeder',
  domain: 'power',
  nameVi: 'Xuất tuyến trung áp',
  nameEn: 'Feeder',
  intervalS: 60,
  quantities: ['current', 'voltage', 'active-power', 'frequency'],
  attributes: [{ id: 'rated-current', unit: 'A', nameVi: 'Dòng điện định mức', nameEn: 'Rated current' }],
  derived: [feederLoad, feederApparentPower],
  rules: [
    {
      id: 'overload',
      nameVi: 'Xuất tuyến quá tải',
      nameEn: 'Feeder overloaded',
      severity: 'critical',
      condition: { kind: 'threshold', quantity: 'load-ratio', above: 100, hysteresis: 5, forS: 60 },
      adviceVi: 'Chuyển tải hoặc sa thải phụ tải trước khi bảo vệ tác động.',
      adviceEn: 'Transfer or shed load before the protection trips.',
    },
    noSignal('high'),
  ],
}
