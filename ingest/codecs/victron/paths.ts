import { channelName, channelOfSteps } from '../../channel-name.ts'
import type { FieldRule } from '../../fields.ts'

/** Last steps that mean the same under every `Ac`, `Dc` and `Pv` (Victron's list of Modbus TCP registers names path and unit of
 *  each; wiki "dbus"). A P that the list calls "VA or Watts" is in watts since VE.Bus firmware 4xx. */
const LEAVES: Readonly<Record<string, FieldRule>> = {
  Voltage: { quantity: 'voltage', unit: 'V' },
  V: { quantity: 'voltage', unit: 'V' },
  Current: { quantity: 'current', unit: 'A' },
  I: { quantity: 'current', unit: 'A' },
  Power: { quantity: 'active-power', unit: 'W' },
  P: { quantity: 'active-power', unit: 'W' },
  S: { quantity: 'apparent-power', unit: 'V.A' },
  Frequency: { quantity: 'frequency', unit: 'Hz' },
  F: { quantity: 'frequency', unit: 'Hz' },
  PowerFactor: { quantity: 'power-factor', unit: '1' },
  Temperature: { quantity: 'temperature', unit: 'Cel' },
  Soc: { quantity: 'battery-level', unit: '%' },
  'Energy/Forward': { quantity: 'active-energy', unit: 'kW.h' },
  'Energy/Reverse': { quantity: 'active-energy-exported', unit: 'kW.h' },
}

const ROOTS: ReadonlySet<string> = new Set(['Ac', 'Dc', 'Pv'])

const temperature = (channel?: string): FieldRule => ({
  quantity: 'temperature',
  unit: 'Cel',
  ...(channel === undefined ? {} : { channel }),
})

/** Whole paths, whatever the service. */
const PATHS: Readonly<Record<string, FieldRule>> = {
  Soc: { quantity: 'battery-level', unit: '%' },
  'Yield/Power': { quantity: 'active-power', unit: 'W', channel: 'pv' },
  'Yield/User': { quantity: 'active-energy', unit: 'kW.h', channel: 'user' },
  'Yield/System': { quantity: 'active-energy', unit: 'kW.h', channel: 'system' },
  'History/ChargedEnergy': { quantity: 'active-energy', unit: 'kW.h', channel: 'charged' },
  'History/DischargedEnergy': { quantity: 'active-energy', unit: 'kW.h', channel: 'discharged' },
  State: { quantity: 'operating-state' },
  StatusCode: { quantity: 'operating-state' },
  'Position/Latitude': { quantity: 'latitude', unit: 'deg' },
  'Position/Longitude': { quantity: 'longitude', unit: 'deg' },
  Altitude: { quantity: 'altitude', unit: 'm' },
  StarterVoltage: { quantity: 'battery-voltage', unit: 'V', channel: 'starter' },
  BatteryVoltage: { quantity: 'battery-voltage', unit: 'V' },
  'Engine/Speed': { quantity: 'rotational-speed', unit: '/min' },
  'Engine/OperatingHours': { quantity: 'operating-time', unit: 's' },
  'Engine/CoolantTemperature': temperature('coolant'),
  'Engine/WindingTemperature': temperature('winding'),
  'Engine/ExhaustTemperature': temperature('exhaust'),
  'Engine/ExaustTemperature': temperature('exhaust'),
  'Engine/OilTemperature': temperature('oil'),
  'Motor/RPM': { quantity: 'rotational-speed', unit: '/min' },
  'Motor/Temperature': temperature('motor'),
  'Controller/Temperature': temperature('controller'),
}

const cell = (channel: string): FieldRule => ({ quantity: 'battery-voltage', unit: 'V', channel })

/** Paths that mean this in one service only. */
const OF_SERVICE: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  battery: {
    'System/MinCellVoltage': cell('cell-min'),
    'System/MaxCellVoltage': cell('cell-max'),
    'System/MinCellTemperature': temperature('cell-min'),
    'System/MaxCellTemperature': temperature('cell-max'),
  },
  tank: {
    Level: { quantity: 'fill-level', unit: '%' },
    Temperature: temperature(),
  },
  temperature: {
    Temperature: temperature(),
    Humidity: { quantity: 'relative-humidity', unit: '%' },
    Pressure: { quantity: 'atmospheric-pressure', unit: 'hPa' },
  },
  meteo: {
    Irradiance: { quantity: 'solar-irradiance', unit: 'W/m2' },
    WindSpeed: { quantity: 'wind-speed', unit: 'm/s' },
    WindDirection: { quantity: 'wind-direction', unit: 'deg' },
    ExternalTemperature: temperature(),
    CellTemperature: temperature('cell'),
  },
  gps: { Speed: { quantity: 'speed', unit: 'm/s' } },
  pulsemeter: {
    Aggregate: { quantity: 'water-volume', unit: 'm3' },
    Count: { quantity: 'event-count', unit: '1' },
  },
  digitalinput: { Count: { quantity: 'event-count', unit: '1' } },
}

/** The rule of a path of a service. The steps between the first and the last are the channel: `Ac/L1/Power` is `L1`,
 *  `Ac/Grid/L1/Power` is `grid-L1`, `Dc/0/Voltage` is `dc-0`, so that what a device has on both sides stays apart. */
export function pathRule(service: string, path: string): FieldRule | undefined {
  const own = Object.hasOwn(OF_SERVICE, service) ? OF_SERVICE[service] : undefined
  if (own && Object.hasOwn(own, path)) return own[path]
  if (Object.hasOwn(PATHS, path)) return PATHS[path]
  const steps = path.split('/')
  const [root = '', ...rest] = steps
  if (steps.length > 6) return undefined
  if ((root === 'Relay' || root === 'SwitchableOutput') && steps.length === 3 && rest[1] === 'State')
    return { quantity: 'switch', channel: channelName(rest[0] ?? '') }
  if (root === 'SwitchableOutput' && steps.length === 3 && rest[1] === 'Dimming')
    return { quantity: 'brightness', unit: '%', channel: channelName(rest[0] ?? '') }
  if (service === 'battery' && root === 'Voltages' && /^Cell\d{1,3}$/.test(rest[0] ?? ''))
    return { quantity: 'battery-voltage', unit: 'V', channel: `cell-${rest[0]?.slice('Cell'.length)}` }
  // VE.Bus counts what went from where to where: `Energy/InverterToAcOut`.
  if (root === 'Energy' && steps.length === 2)
    return { quantity: 'active-energy', unit: 'kW.h', channel: channelOfSteps(rest) }
  if (root === 'Alarms') return { quantity: 'fault', channel: channelOfSteps(rest) }
  return ROOTS.has(root) ? leafRule(root, rest) : undefined
}

function leafRule(root: string, rest: readonly string[]): FieldRule | undefined {
  const two = rest.slice(-2).join('/')
  const length = Object.hasOwn(LEAVES, two) && rest.length > 1 ? 2 : 1
  const leaf = rest.slice(-length).join('/')
  const rule = Object.hasOwn(LEAVES, leaf) ? LEAVES[leaf] : undefined
  const between = rest.slice(0, rest.length - length)
  return rule && { ...rule, channel: channelOfSteps(root === 'Ac' ? between : [root, ...between]) }
}
