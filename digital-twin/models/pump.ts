import type { EntityModel } from '../model.ts'
import { deviceFault, METER_FLOW_MAX, noSignal, setSwitch } from '../model-parts.ts'

export const pump: EntityModel = {
  type: 'pump',
  domain: 'water',
  nameVi: 'Máy bơm nước',
  nameEn: 'Water pump',
  intervalS: 60,
  quantities: ['switch', 'water-flow', 'water-pressure', 'active-power', 'operating-time'],
  plausible: {
    'water-flow': { min: -METER_FLOW_MAX, max: METER_FLOW_MAX },
    // PN 25, the class of flanges above that of the network (EN 1092-2); a suction side may be below the air.
    'water-pressure': { min: -100, max: 2500 },
  },
  attributes: [{ id: 'rated-flow', unit: 'm3/h', nameVi: 'Lưu lượng định mức', nameEn: 'Rated flow' }],
  commands: [
    {
      ...setSwitch,
      nameVi: 'Bật/tắt máy bơm',
      nameEn: 'Switch the pump',
      warningVi: 'Tắt bơm làm mất nước hoặc giảm áp phía sau; bật bơm khi van đóng làm hỏng bơm.',
      warningEn:
        'Switched off, what is behind it loses supply or pressure; switched on against a shut valve, it breaks.',
    },
  ],
  rules: [deviceFault('high'), noSignal('medium')],
}
