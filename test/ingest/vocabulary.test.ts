import { expect, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { COMMON_RULES } from '../../ingest/fields.ts'

it.each([
  ['Air_Temperature', undefined, { quantity: 'temperature', unit: 'Cel' }],
  ['env/air-temperature', undefined, { quantity: 'temperature', unit: 'Cel' }],
  ['temperature_12', undefined, { quantity: 'temperature', unit: 'Cel', channel: '12' }],
  ['temperatureSensor/3', undefined, { quantity: 'temperature', unit: 'Cel', channel: '3' }],
  ['TempC_DS2', undefined, { quantity: 'temperature', unit: 'Cel', channel: 'probe.2' }],
  ['voltage_L1', undefined, { quantity: 'voltage', unit: 'V', channel: 'L1' }],
  ['voltage-l2', undefined, { quantity: 'voltage', unit: 'V', channel: 'L2' }],
  ['activePowerL3', 'kW', { quantity: 'active-power', unit: 'W', channel: 'L3' }],
  ['temperature_l2', undefined, undefined],
  ['temp_f', undefined, undefined],
  ['temp_degF', undefined, { quantity: 'temperature', unit: '[degF]' }],
  ['battery', undefined, undefined],
  ['battery', 'V', { quantity: 'battery-voltage', unit: 'V' }],
  ['battery', '%', { quantity: 'battery-level', unit: '%' }],
  ['batteryMv', undefined, { quantity: 'battery-voltage', unit: 'mV' }],
  ['distance', '°C', undefined],
  ['distance_cm', undefined, { quantity: 'distance', unit: 'cm' }],
  ['distance_cm', 'mm', undefined],
  ['humidity_m3', undefined, undefined],
  // Numbers that belong to the name are no channels.
  ['pm10', undefined, { quantity: 'pm10', unit: 'ug/m3' }],
  ['PM2.5', undefined, { quantity: 'pm2.5', unit: 'ug/m3' }],
  ['co2_ppm', undefined, { quantity: 'co2-concentration', unit: '[ppm]' }],
  ['co2_2', undefined, { quantity: 'co2-concentration', unit: '[ppm]', channel: '2' }],
  ['constructor', undefined, undefined],
  ['__proto__/1', undefined, undefined],
  ['5', undefined, undefined],
  ['', undefined, undefined],
  ['temperature'.padEnd(300, '_'), undefined, undefined],
])('%s in %s', (name, unit, rule) => expect(COMMON_RULES(name, unit)).toEqual(rule))

it('knows only quantities of the catalogue, in units that they take', () => {
  const names = [
    'temp',
    'hum',
    'batv',
    'waterlevel',
    'tempsoil',
    'co2concentration',
    'illumination',
    'barometer',
  ]
  for (const name of names) {
    const rule = COMMON_RULES(name)
    expect(QUANTITIES.get(rule?.quantity ?? '')?.accepts.has(rule?.unit ?? ''), name).toBe(true)
  }
})
