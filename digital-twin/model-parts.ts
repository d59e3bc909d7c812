import type { Severity } from '../core/alarm.ts'
import type { CommandModel, ModelRule } from './model.ts'

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

export const setSwitch: CommandModel = {
  name: 'set-switch',
  nameVi: 'Bật/tắt',
  nameEn: 'Switch',
  args: { on: { kind: 'boolean' } },
  reported: { quantity: 'switch', arg: 'on', tolerance: 0 },
}
