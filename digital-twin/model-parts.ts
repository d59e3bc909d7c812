import type { Severity } from '../core/alarm.ts'
import type { AttributeModel, CommandModel, ModelRule } from './model.ts'

/** Nothing was heard for five expected intervals. */
export const noSignal = (severity: Severity): ModelRule => ({
  id: 'silent',
  nameVi: 'Mất tín hiệu',
  nameEn: 'No signal',
  severity,
  condition: { kind: 'silence' },
  adviceVi: 'Kiểm tra nguồn, pin và đường truyền của thiết bị.',
  adviceEn: 'Check the power, battery and link of the device.',
})

/** Of what runs on a battery for years: weeks are left to change it. */
export const lowBattery: ModelRule = {
  id: 'low-battery',
  nameVi: 'Pin yếu',
  nameEn: 'Low battery',
  severity: 'low',
  condition: { kind: 'threshold', quantity: 'battery-level', below: 15, hysteresis: 5, forS: 3600 },
  adviceVi: 'Xếp lịch thay pin.',
  adviceEn: 'Plan to change the battery.',
}

/** Of what tells by itself that it is out of order. */
export const deviceFault = (severity: Severity): ModelRule => ({
  id: 'fault',
  nameVi: 'Thiết bị báo lỗi',
  nameEn: 'Fault told by the device',
  severity,
  condition: { kind: 'threshold', quantity: 'fault', above: 0.5 },
  adviceVi: 'Xem mã lỗi trên thiết bị; cử người kiểm tra tại chỗ.',
  adviceEn: 'See the fault on the device; send somebody to look at it.',
})

export const tampered: ModelRule = {
  id: 'tampered',
  nameVi: 'Bị can thiệp',
  nameEn: 'Tampered with',
  severity: 'medium',
  condition: { kind: 'threshold', quantity: 'tamper', above: 0.5 },
  adviceVi: 'Cử người kiểm tra niêm phong và vỏ hộp.',
  adviceEn: 'Send somebody to check the seal and the box.',
}

/** EN 50160 §4.2.2 and §5.2.2: within ±10 % of the nominal voltage in 95 % of ten-minute means. Circular 39/2015/TT-BCT asks ±5 %
 *  in normal operation; at that, evenings in the country would be one alarm. */
export const voltageOff: ModelRule = {
  id: 'voltage',
  nameVi: 'Điện áp ngoài giới hạn',
  nameEn: 'Voltage out of range',
  severity: 'medium',
  condition: {
    kind: 'threshold',
    quantity: 'voltage-deviation',
    below: -10,
    above: 10,
    hysteresis: 1,
    forS: 600,
  },
  adviceVi: 'Kiểm tra nấc phân áp, trung tính và tải (EN 50160: ±10 %; TT 39/2015/TT-BCT: ±5 %).',
  adviceEn: 'Check the tap, the neutral and the load (EN 50160: ±10 %; Circular 39/2015/TT-BCT: ±5 %).',
}

export const NOMINAL_VOLTAGE: AttributeModel = {
  id: 'nominal-voltage',
  unit: 'V',
  nameVi: 'Điện áp danh định (như được đo)',
  nameEn: 'Nominal voltage (as it is measured)',
}
export const LINE_VOLTAGE: AttributeModel = {
  id: 'line-voltage',
  unit: 'V',
  nameVi: 'Điện áp dây, nếu không đo',
  nameEn: 'Line voltage, where it is not measured',
}
export const PHASES: AttributeModel = {
  id: 'phases',
  unit: '1',
  nameVi: 'Số pha (1 hoặc 3)',
  nameEn: 'Phases (1 or 3)',
}

export const OVERLOAD_FLOW: AttributeModel = {
  id: 'overload-flow',
  unit: 'm3/h',
  nameVi: 'Lưu lượng quá tải Q4',
  nameEn: 'Overload flow Q4',
}
export const REGISTER_MAX: AttributeModel = {
  id: 'register-max',
  unit: 'm3',
  nameVi: 'Số lớn nhất của mặt số',
  nameEn: 'Where its register begins anew',
}

/** Hz. EN 50160 §4.2.1: a grid is at 47 to 52 Hz all the time; what is further off is a fault of the sensor. */
export const GRID_FREQUENCY = { min: 45, max: 55 }
/** Largest overload flow of any water meter, m3/h: Q4 = 1.25 · Q3, Q3 at most 6300 (ISO 4064-1:2014, 4.1). */
export const METER_FLOW_MAX = 7875
/** kPa. Pipes of distribution networks are PN 16 as a rule (EN 805); a sensor that tells more is broken. */
export const NETWORK_PRESSURE = { min: 0, max: 1600 }

export const setSwitch: CommandModel = {
  name: 'set-switch',
  nameVi: 'Bật/tắt',
  nameEn: 'Switch',
  args: { on: { kind: 'boolean' } },
  reported: { quantity: 'switch', arg: 'on', tolerance: 0 },
}
