import type { EntityModel } from '../model.ts'

export const pump: EntityModel = {
  type: 'pump',
  domain: 'water',
  nameVi: 'Máy bơm nước',
  nameEn: 'Water pump',
  intervalS: 60,
  quantities: ['switch', 'water-flow', 'water-pressure', 'active-power', 'operating-time'],
  attributes: [{ id: 'rated-flow', unit: 'm3/h', nameVi: 'Lưu lượng định mức', nameEn: 'Rated flow' }],
  commands: [
    {
      name: 'set-switch',
      nameVi: 'Bật/tắt',
      nameEn: 'Switch',
      args: { on: { kind: 'boolean' } },
      reported: { quantity: 'switch', arg: 'on', tolerance: 0 },
    },
  ],
  rules: [
    {
      id: 'silent',
      nameVi: 'Mất tín hiệu',
      nameEn: 'No signal',
      severity: 'medium',
      condition: { kind: 'silence' },
      adviceVi: 'Kiểm tra nguồn, pin và đường truyền của thiết bị.',
      adviceEn: 'Check the power, battery and link of the device.',
    },
  ],
}
