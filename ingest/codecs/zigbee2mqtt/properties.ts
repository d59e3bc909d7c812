import { QUANTITIES } from '../../../core/quantity.ts'
import { channelName } from '../../channel-name.ts'
import type { FieldRule } from '../../fields.ts'
import { ucumOf } from '../../unit-names.ts'

const rule = (quantity: string, unit?: string, channel?: string): FieldRule => ({
  quantity,
  ...(unit === undefined ? {} : { unit }),
  ...(channel === undefined ? {} : { channel }),
})

/** Properties that the converters of Zigbee2MQTT share, in the unit that they have where no definition says another
 *  (zigbee2mqtt.io/guide/usage/exposes.html, "Generic" and the devices' pages). */
const PROPERTIES: Readonly<Record<string, FieldRule>> = {
  temperature: rule('temperature', 'Cel'),
  local_temperature: rule('temperature', 'Cel', 'local'),
  device_temperature: rule('temperature', 'Cel', 'device'),
  cpu_temperature: rule('temperature', 'Cel', 'cpu'),
  soil_temperature: rule('temperature', 'Cel', 'soil'),
  water_temperature: rule('water-temperature', 'Cel'),
  humidity: rule('relative-humidity', '%'),
  soil_moisture: rule('soil-moisture', '%'),
  pressure: rule('atmospheric-pressure', 'hPa'),
  battery: rule('battery-level', '%'),
  battery_voltage: rule('battery-voltage', 'mV'),
  current: rule('current', 'A'),
  power: rule('active-power', 'W'),
  power_apparent: rule('apparent-power', 'V.A'),
  power_reactive: rule('reactive-power', 'var'),
  power_factor: rule('power-factor', '1'),
  ac_frequency: rule('frequency', 'Hz'),
  energy: rule('active-energy', 'kW.h'),
  produced_energy: rule('active-energy-exported', 'kW.h'),
  energy_produced: rule('active-energy-exported', 'kW.h'),
  // Both clamps of a two-way meter together.
  power_ab: rule('active-power', 'W'),
  active_power: rule('active-power', 'W'),
  apparent_power: rule('apparent-power', 'V.A'),
  illuminance: rule('illuminance', 'lx'),
  co2: rule('co2-concentration', '[ppm]'),
  pm1: rule('pm1', 'ug/m3'),
  pm25: rule('pm2.5', 'ug/m3'),
  pm10: rule('pm10', 'ug/m3'),
  noise: rule('noise-level', 'dB[SPL]'),
  ph: rule('ph', '[pH]'),
  orp: rule('redox-potential', 'mV'),
  ec: rule('conductivity', 'uS/cm'),
  flow: rule('water-flow', 'm3/h'),
  wind_speed: rule('wind-speed', 'm/s'),
  uv_index: rule('uv-index', '1'),
  target_distance: rule('distance', 'm'),
  distance: rule('distance', 'm'),
  liquid_depth: rule('water-level', 'm'),
  liquid_level_percent: rule('fill-level', '%'),
  occupancy: rule('motion'),
  presence: rule('motion'),
  motion: rule('motion'),
  water_leak: rule('leak'),
  smoke: rule('smoke'),
  tamper: rule('tamper'),
  battery_low: rule('battery-low'),
  linkquality: rule('link-quality', '1'),
  position: rule('cover-position', '%'),
  valve_opening_degree: rule('valve-position', '%'),
  pi_heating_demand: rule('valve-position', '%'),
}

/** Ends of a property of a device with several endpoints or phases. `_l1` is a relay's endpoint, not a phase. */
const ENDS: readonly (readonly [RegExp, (end: string) => string])[] = [
  [/^(.+)_phase_([abc])$/, (end) => ({ a: 'L1', b: 'L2', c: 'L3' })[end] ?? end],
  [/^((?:voltage|current|power|energy)\w*?)_([abc])$/, (end) => ({ a: 'L1', b: 'L2', c: 'L3' })[end] ?? end],
  [/^(.+)_l(\d{1,2})$/, (end) => end],
  [/^(.+)_(left|right|center|top|bottom)$/, (end) => end],
  [
    /^(state|power|current|voltage|energy|temperature|humidity)_(\d{1,2}|probe|external|internal|outdoor|indoor)$/,
    (end) => end,
  ],
]

/** What a property is: the name without its end, and the channel of the end. */
export function splitProperty(property: string): { name: string; end: string } {
  if (property.length > 64 || Object.hasOwn(PROPERTIES, property)) return { name: property, end: '' }
  for (const [pattern, channelOf] of ENDS) {
    const match = pattern.exec(property)
    if (match) return { name: match[1] ?? property, end: channelOf(match[2] ?? '') }
  }
  return { name: property, end: '' }
}

/** A property's rule. `unit` is what the device's definition says, where it is known. */
export function propertyRule(property: string, unit: string | undefined): FieldRule | undefined {
  const { name, end } = splitProperty(property)
  const known = byUnit(name, unit) ?? (Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined)
  if (!known) return undefined
  const said = unit === undefined ? undefined : ucumOf(unit)
  const fits = said !== undefined && QUANTITIES.get(known.quantity)?.accepts.has(said) === true
  const channel = [known.channel ?? '', end].filter((part) => part !== '').join('-')
  return { ...known, ...(fits ? { unit: said } : {}), channel: channelName(channel) }
}

/** Gases are told as a mass or as a share of the volume, and only the definition says which: without it nobody knows. */
function byUnit(name: string, unit: string | undefined): FieldRule | undefined {
  if (unit === undefined) return undefined
  const ucum = ucumOf(unit)
  const isMass = ucum === 'ug/m3' || ucum === 'mg/m3'
  const isShare = ucum === '[ppb]' || ucum === '[ppm]'
  if (name === 'voc' && isMass) return rule('tvoc-concentration', ucum)
  if (name === 'voc' && isShare) return rule('tvoc-fraction', ucum)
  if ((name === 'formaldehyd' || name === 'formaldehyde' || name === 'hcho') && isMass)
    return rule('formaldehyde-concentration', ucum)
  if (name === 'co' && isMass) return rule('co-concentration', ucum)
  if (name === 'water_consumed' && (ucum === 'L' || ucum === 'm3')) return rule('water-volume', ucum)
  return undefined
}
