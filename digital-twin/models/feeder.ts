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
}
