import type { EntityModel } from '../model.ts'
import { noSignal } from '../model-parts.ts'

export const weatherStation: EntityModel = {
  type: 'weather-station',
  domain: 'environment',
  nameVi: 'Trạm thời tiết',
  nameEn: 'Weather station',
  intervalS: 600,
  quantities: ['temperature', 'relative-humidity', 'rainfall', 'wind-speed'],
  // Operational ranges of WMO-No. 8, volume I, annex 1.A: −80 to 60 °C, 0 to 75 m/s, 500 to 1080 hPa.
  plausible: {
    temperature: { min: -80, max: 60 },
    'wind-speed': { min: 0, max: 270 },
    'atmospheric-pressure': { min: 50, max: 108 },
  },
  rules: [
    {
      id: 'gale',
      nameVi: 'Gió mạnh từ cấp 8',
      nameEn: 'Gale',
      severity: 'medium',
      // Force 8 on the Beaufort scale begins at 62 km/h.
      condition: { kind: 'threshold', quantity: 'wind-speed', above: 62, hysteresis: 12, forS: 600 },
      adviceVi: 'Báo đội trực cây xanh, biển báo và lưới điện.',
      adviceEn: 'Force 8 or more: warn the crews for trees, signs and lines.',
    },
    noSignal('low'),
  ],
}
