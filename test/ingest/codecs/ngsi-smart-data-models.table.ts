import type { Landing } from '../../support/samples.ts'

/** Where the samples' quantities land, by file, since `temperature` is of the air in one model and of water in another. */
export const ngsiTable = (file: string): Readonly<Record<string, Landing>> => ({
  ...TABLE,
  ...(file.startsWith('water-quality')
    ? { temperature: { quantity: 'water-temperature', unit: 'Cel' } }
    : {}),
})

const on = (quantity: string, unit?: string, channel?: string): Landing => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
})

const TABLE: Readonly<Record<string, Landing>> = {
  intensity: on('vehicle-count', '{vehicle}', '1'),
  occupancy: on('occupancy', '1', '1'),
  averageVehicleSpeed: on('mean-speed', 'km/h', '1'),
  averageHeadwayTime: on('headway-time', 's', '1'),
  averageVehicleLength: on('vehicle-length', 'm', '1'),
  averageSpeed: on('mean-speed', '[kn_i]', '1'),
  averageLength: on('vehicle-length', 'm', '1'),
  averageGapDistance: on('headway-distance', 'm', '1'),
  minSpeed: on('speed', '[kn_i]', '1.min'),
  maxSpeed: on('speed', '[kn_i]', '1.max'),
  waterConsumption: on('water-volume', 'L'),
  maxFlow: on('water-flow', 'L/h', 'max'),
  minFlow: on('water-flow', 'L/h', 'min'),
  temperature: on('temperature', 'Cel'),
  conductivity: on('conductivity', 'S/m'),
  pH: on('ph', '[pH]'),
  NO3: on('nitrate', 'mg/L'),
  flow: on('water-flow', 'm3/h'),
  TKN: on('kjeldahl-nitrogen', 'mg/L'),
  As: on('arsenic', 'mg/L'),
  'activePower L1': on('active-power', 'W', 'L1'),
  'activePower L2': on('active-power', 'W', 'L2'),
  'activePower L3': on('active-power', 'W', 'L3'),
  'current L1': on('current', 'A', 'L1'),
  'current L2': on('current', 'A', 'L2'),
  'current L3': on('current', 'A', 'L3'),
  'current N': on('current', 'A', 'N'),
  totalActivePower: on('active-power', 'W'),
  totalActiveEnergyImport: on('active-energy', 'kW.h'),
  frequency: on('frequency', 'Hz'),
  'phaseVoltage L1': on('voltage', 'V', 'L1'),
  'phaseVoltage L2': on('voltage', 'V', 'L2'),
  'phaseVoltage L3': on('voltage', 'V', 'L3'),
  humidity: on('relative-humidity', '%'),
  fillingLevel: on('fill-level', '1'),
  batteryLevel: on('battery-level', '1'),
  status: on('operating-state'),
  co: on('co-concentration', 'mg/m3'),
  no: on('no-concentration', 'ug/m3'),
  no2: on('no2-concentration', 'ug/m3'),
  nox: on('nox-concentration', 'ug/m3'),
  so2: on('so2-concentration', 'ug/m3'),
  relativeHumidity: on('relative-humidity', '1'),
}
