import type { FieldRule } from './fields.ts'

const rule = (quantity: string, unit?: string, channel?: string): FieldRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
})

/** Field names that mean the same whoever sends them, in the unit that they are in where the message names none. What means
 *  one thing here and another there ("battery": volts or percent) is not in it: a profile, or the format, says which. */
const COMMON: Readonly<Record<string, FieldRule>> = {
  temperature: rule('temperature', 'Cel'),
  temp: rule('temperature', 'Cel'),
  tempc: rule('temperature', 'Cel'),
  temperaturec: rule('temperature', 'Cel'),
  airtemperature: rule('temperature', 'Cel'),
  ambienttemperature: rule('temperature', 'Cel'),
  temperaturesensor: rule('temperature', 'Cel'),
  watertemperature: rule('water-temperature', 'Cel'),
  humidity: rule('relative-humidity', '%'),
  hum: rule('relative-humidity', '%'),
  relativehumidity: rule('relative-humidity', '%'),
  humiditysensor: rule('relative-humidity', '%'),
  airhumidity: rule('relative-humidity', '%'),
  batteryvoltage: rule('battery-voltage', 'V'),
  batv: rule('battery-voltage', 'V'),
  vbat: rule('battery-voltage', 'V'),
  batterylevel: rule('battery-level', '%'),
  batterypercent: rule('battery-level', '%'),
  batterypercentage: rule('battery-level', '%'),
  voltage: rule('voltage', 'V'),
  current: rule('current', 'A'),
  frequency: rule('frequency', 'Hz'),
  powerfactor: rule('power-factor', '1'),
  activepower: rule('active-power', 'W'),
  reactivepower: rule('reactive-power', 'var'),
  apparentpower: rule('apparent-power', 'V.A'),
  activeenergy: rule('active-energy', 'kW.h'),
  waterlevel: rule('water-level', 'm'),
  filllevel: rule('fill-level', '%'),
  co2: rule('co2-concentration', '[ppm]'),
  pm1: rule('pm1', 'ug/m3'),
  pm25: rule('pm2.5', 'ug/m3'),
  pm2p5: rule('pm2.5', 'ug/m3'),
  pm10: rule('pm10', 'ug/m3'),
  ph: rule('ph', '[pH]'),
  conductivity: rule('conductivity', 'uS/cm'),
  turbidity: rule('turbidity', '{NTU}'),
  dissolvedoxygen: rule('dissolved-oxygen', 'mg/L'),
  illuminance: rule('illuminance', 'lx'),
  lux: rule('illuminance', 'lx'),
  luminosity: rule('illuminance', 'lx'),
  barometricpressure: rule('atmospheric-pressure', 'hPa'),
  atmosphericpressure: rule('atmospheric-pressure', 'hPa'),
  windspeed: rule('wind-speed', 'm/s'),
  winddirection: rule('wind-direction', 'deg'),
  rainfall: rule('rainfall', 'mm'),
  noise: rule('noise-level', 'dB[SPL]'),
  soilmoisture: rule('soil-moisture', '%'),
  distance: rule('distance', 'm'),
  latitude: rule('latitude', 'deg'),
  longitude: rule('longitude', 'deg'),
  altitude: rule('altitude', 'm'),
  rssi: rule('signal-strength', 'dB[mW]'),
  snr: rule('signal-to-noise-ratio', 'dB'),
}

/** By the last step of a name, letters and digits only, in lower case: `env/Air_Temperature` is `airtemperature`. */
export function commonRule(name: string): FieldRule | undefined {
  const last = name.slice(name.lastIndexOf('/') + 1)
  const plain = last.toLowerCase().replace(/[^a-z0-9]/g, '')
  return Object.hasOwn(COMMON, plain) ? COMMON[plain] : undefined
}
