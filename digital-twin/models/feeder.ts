import { feederApparentPower, feederLoad, voltageDeviation } from '../derived/power.ts'
import type { EntityModel } from '../model.ts'
import { GRID_FREQUENCY, LINE_VOLTAGE, NOMINAL_VOLTAGE, noSignal, voltageOff } from '../model-parts.ts'

export const feeder: EntityModel = {
  type: 'feeder',
  domain: 'power',
  nameVi: 'Xuất tuyến trung áp',
  nameEn: 'Feeder',
  intervalS: 60,
  quantities: ['current', 'voltage', 'active-power', 'frequency'],
  plausible: {
    frequency: GRID_FREQUENCY,
    // Highest voltage for equipment of a medium-voltage network (IEC 60038, table 3: 40.5 kV, of 35 kV networks).
    voltage: { min: 0, max: 40_500 },
  },
  attributes: [
    { id: 'rated-current', unit: 'A', nameVi: 'Dòng điện định mức', nameEn: 'Rated current' },
    NOMINAL_VOLTAGE,
    LINE_VOLTAGE,
  ],
  derived: [feederLoad, feederApparentPower, voltageDeviation],
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
      id: 'frequency',
      nameVi: 'Tần số ngoài giới hạn',
      nameEn: 'Frequency out of range',
      severity: 'high',
      // Circular 39/2015/TT-BCT: 49.8 to 50.2 Hz in normal operation.
      condition: {
        kind: 'threshold',
        quantity: 'frequency',
        below: 49.8,
        above: 50.2,
        hysteresis: 0.02,
        forS: 60,
      },
      adviceVi: 'Liên hệ điều độ miền (TT 39/2015/TT-BCT: 49,8 đến 50,2 Hz).',
      adviceEn: 'Call the regional dispatch centre (Circular 39/2015/TT-BCT: 49.8 to 50.2 Hz).',
    },
    voltageOff,
    noSignal('high'),
  ],
}
