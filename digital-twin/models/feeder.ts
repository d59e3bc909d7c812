import { feederApparentPower, feederLoad } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'

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
    {
      id: 'silent',
      nameVi: 'Mất tín hiệu',
      nameEn: 'No signal',
      severity: 'high',
      condition: { kind: 'silence' },
      adviceVi: 'Kiểm tra nguồn, pin và đường truyền của thiết bị.',
      adviceEn: 'Check the power, battery and link of the device.',
    },
  ],
}
