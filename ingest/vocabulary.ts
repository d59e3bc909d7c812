import { QUANTITIES } from '../core/quantity.ts'
import type { FieldRule } from './fields.ts'
import { ucumOf } from './unit-names.ts'

const rule = (quantity: string, unit?: string, channel?: string): FieldRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
})

/** Field names that mean the same whoever sends them, in the unit that they are in where the message names none. What means
 *  one thing here and another there ("battery": volts or percent) is not in it: a profile, or the format, says which.
 *  Left out for that reason, though common: `light` (lux at Elsys, day or night at Milesight), `motion` and `occupancy` (count
 *  or flag), `volume`, `flow` and `total` (water, gas or heat), `power` and `energy` (electricity or heat), `level`, `vdd` and
 *  `bat` (V, mV or a state), `counter` and `pulse`, `leak` and `door` where a text says it. */
const COMMON: Readonly<Record<string, FieldRule>> = {
  temperature: rule('temperature', 'Cel'),
  temp: rule('temperature', 'Cel'),
  tempc: rule('temperature', 'Cel'),
  temperaturec: rule('temperature', 'Cel'),
  airtemperature: rule('temperature', 'Cel'),
  tempcsht: rule('temperature', 'Cel'),
  // The number is the chip's, not that of a channel.
  tempcsht20: rule('temperature', 'Cel'),
  tempcsht31: rule('temperature', 'Cel'),
  tempcsht40: rule('temperature', 'Cel'),
  tempcsht41: rule('temperature', 'Cel'),
  tempds: rule('temperature', 'Cel', 'probe'),
  tempcds: rule('temperature', 'Cel', 'probe'),
  tempcds18b20: rule('temperature', 'Cel', 'probe'),
  externaltemperature: rule('temperature', 'Cel', 'external'),
  soiltemperature: rule('temperature', 'Cel', 'soil'),
  tempsoil: rule('temperature', 'Cel', 'soil'),
  ambienttemperature: rule('temperature', 'Cel'),
  sensortemperature: rule('temperature', 'Cel'),
  temperaturesensor: rule('temperature', 'Cel'),
  watertemperature: rule('water-temperature', 'Cel'),
  humidity: rule('relative-humidity', '%'),
  hum: rule('relative-humidity', '%'),
  relativehumidity: rule('relative-humidity', '%'),
  humiditysensor: rule('relative-humidity', '%'),
  airhumidity: rule('relative-humidity', '%'),
  humi: rule('relative-humidity', '%'),
  humsht: rule('relative-humidity', '%'),
  humsht20: rule('relative-humidity', '%'),
  humsht31: rule('relative-humidity', '%'),
  humsht40: rule('relative-humidity', '%'),
  humsht41: rule('relative-humidity', '%'),
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
  co2concentration: rule('co2-concentration', '[ppm]'),
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
  illumination: rule('illuminance', 'lx'),
  lightintensity: rule('illuminance', 'lx'),
  illuminancesensor: rule('illuminance', 'lx'),
  luminosity: rule('illuminance', 'lx'),
  barometricpressure: rule('atmospheric-pressure', 'hPa'),
  atmosphericpressure: rule('atmospheric-pressure', 'hPa'),
  barometer: rule('atmospheric-pressure', 'hPa'),
  windspeed: rule('wind-speed', 'm/s'),
  winddirection: rule('wind-direction', 'deg'),
  rainfall: rule('rainfall', 'mm'),
  noise: rule('noise-level', 'dB[SPL]'),
  soilmoisture: rule('soil-moisture', '%'),
  watersoil: rule('soil-moisture', '%'),
  latitude: rule('latitude', 'deg'),
  longitude: rule('longitude', 'deg'),
  lat: rule('latitude', 'deg'),
  lon: rule('longitude', 'deg'),
  lng: rule('longitude', 'deg'),
  long: rule('longitude', 'deg'),
  gpslatitude: rule('latitude', 'deg'),
  gpslongitude: rule('longitude', 'deg'),
  altitude: rule('altitude', 'm'),
  rssi: rule('signal-strength', 'dB[mW]'),
  snr: rule('signal-to-noise-ratio', 'dB'),
}

/** Names that say what is measured only together with the unit: the first quantity that takes the unit is meant. */
const BY_UNIT: Readonly<Record<string, readonly string[]>> = {
  battery: ['battery-level', 'battery-voltage'],
  bat: ['battery-level', 'battery-voltage'],
  batt: ['battery-level', 'battery-voltage'],
  batterystate: ['battery-level'],
  distance: ['distance'],
  measureddistance: ['distance'],
  pressure: ['pressure'],
  airpressure: ['atmospheric-pressure'],
  waterpressure: ['water-pressure'],
  waterdeep: ['water-level'],
  waterdepth: ['water-level'],
  watervolume: ['water-volume'],
  waterflow: ['water-flow'],
  gasvolume: ['gas-volume'],
  tvoc: ['tvoc-concentration', 'tvoc-fraction'],
  totalvoc: ['tvoc-concentration', 'tvoc-fraction'],
  solarradiation: ['solar-irradiance'],
  precipitation: ['rainfall', 'rainfall-rate'],
  electricalconductivity: ['conductivity'],
  oxygensaturation: ['oxygen-saturation'],
  oxygenconcentration: ['dissolved-oxygen'],
  conductsoil: ['conductivity'],
  soilconductivity: ['conductivity'],
  ill: ['illuminance'],
  weight: ['mass'],
  acceleration: ['acceleration'],
}

/** Units at the end of a name, `current_volume_m3`. Lower case: decoders write `mV` as `_mv`. */
const SUFFIXES: Readonly<Record<string, string>> = {
  c: 'Cel',
  degc: 'Cel',
  celsius: 'Cel',
  degf: '[degF]',
  fahrenheit: '[degF]',
  k: 'K',
  pct: '%',
  percent: '%',
  percentage: '%',
  rh: '%',
  v: 'V',
  volt: 'V',
  volts: 'V',
  mv: 'mV',
  a: 'A',
  ma: 'mA',
  w: 'W',
  kw: 'kW',
  wh: 'W.h',
  kwh: 'kW.h',
  hz: 'Hz',
  pa: 'Pa',
  hpa: 'hPa',
  kpa: 'kPa',
  mpa: 'MPa',
  mbar: 'mbar',
  bar: 'bar',
  psi: '[psi]',
  m: 'm',
  cm: 'cm',
  mm: 'mm',
  m3: 'm3',
  l: 'L',
  m3h: 'm3/h',
  lph: 'L/h',
  ppm: '[ppm]',
  ppb: '[ppb]',
  ugm3: 'ug/m3',
  mgl: 'mg/L',
  lx: 'lx',
  lux: 'lx',
  db: 'dB',
  dbm: 'dB[mW]',
  deg: 'deg',
  ms: 'm/s',
  mps: 'm/s',
  kmh: 'km/h',
  kg: 'kg',
  g: 'g',
  ntu: '{NTU}',
}

/** Longer names than this mean nothing to anybody. */
const NAME_CHARS_MAX = 200

/** By the last step of a name, letters and digits only, in lower case: `env/Air_Temperature` is `airtemperature`. A number at
 *  its end is the channel (`temperature_2`; also as a step of its own, `temperatureSensor/2`, as decoders of Cayenne LPP write
 *  it), and a unit at its end is its unit (`battery_mv`). A phase at
 *  its end is the channel of what is electric (`voltage_L1`). `unit` is what the message says beside the name. */
export function commonRule(name: string, unit?: string): FieldRule | undefined {
  if (name.length > NAME_CHARS_MAX) return undefined
  const steps = name.split('/')
  const last = steps.at(-1) ?? ''
  if (/^\d{1,2}$/.test(last) && steps.length > 1) return numbered(steps.at(-2) ?? '', last, unit)
  const found = plainRule(last, unit) ?? phased(last, unit)
  if (found) return found
  const [, base, channel] = /^(.+)[_ -](\d{1,2})$/.exec(last) ?? /^(.*[A-Za-z])(\d{1,2})$/.exec(last) ?? []
  return base !== undefined && channel !== undefined ? numbered(base, channel, unit) : undefined
}

/** `voltage_L1`, `voltage-l1`, `activePowerL3`: of electricity alone, as an L and a number is a port elsewhere. */
function phased(step: string, unit: string | undefined): FieldRule | undefined {
  const [, base, phase] = /^(.+?)(?:[_ .-]?L|[_ .-]l)([123])$/.exec(step) ?? []
  const found = base === undefined ? undefined : plainRule(base, unit)
  return found && ELECTRIC.has(found.quantity) ? { ...found, channel: `L${phase}` } : undefined
}

const ELECTRIC: ReadonlySet<string> = new Set([
  'voltage',
  'current',
  'active-power',
  'reactive-power',
  'apparent-power',
  'power-factor',
  'active-energy',
])

function numbered(base: string, channel: string, unit: string | undefined): FieldRule | undefined {
  const found = plainRule(base, unit)
  return found && { ...found, channel: found.channel ? `${found.channel}.${channel}` : channel }
}

function plainRule(step: string, unit: string | undefined): FieldRule | undefined {
  const plain = plainOf(step)
  const known = lookUp(plain, unit)
  if (known || unit !== undefined) return known
  // `temp_degF` ends at the separator; only where none is there do capitals make one, `batteryMv`.
  return withSuffix(step.split(/[^A-Za-z0-9]+/)) ?? withSuffix(step.split(/(?<=[a-z0-9])(?=[A-Z])/))
}

/** The unit in the name is the unit that it is in. */
function withSuffix(parts: readonly string[]): FieldRule | undefined {
  const suffix = plainOf(parts.at(-1) ?? '')
  const ucum = Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined
  if (ucum === undefined || parts.length < 2) return undefined
  const found = lookUp(plainOf(parts.slice(0, -1).join('')), ucum)
  return found && takes(found.quantity, ucum) ? { ...found, unit: ucum } : undefined
}

function lookUp(plain: string, unit: string | undefined): FieldRule | undefined {
  if (Object.hasOwn(COMMON, plain)) return COMMON[plain]
  if (unit === undefined || !Object.hasOwn(BY_UNIT, plain)) return undefined
  const ucum = ucumOf(unit)
  const quantity = BY_UNIT[plain]?.find((candidate) => takes(candidate, ucum))
  return quantity === undefined ? undefined : { quantity, unit: ucum }
}

const UNITS_TAKEN: ReadonlySet<string> = new Set(
  [...QUANTITIES.values()].flatMap(({ accepts }) => [...accepts.keys()]),
)

/** Whether any quantity takes the unit, given by its UCUM code. */
export const isKnownUnit = (ucum: string): boolean => UNITS_TAKEN.has(ucum)

const takes = (quantity: string, unit: string): boolean =>
  QUANTITIES.get(quantity)?.accepts.has(unit) ?? false

const plainOf = (step: string): string => step.toLowerCase().replace(/[^a-z0-9]/g, '')
