import { channelName, joinedChannel } from '../../channel-name.ts'
import { COMMON_RULES, type Field, type FieldRule, type FieldRules } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { onOff, readKnown, readVendorField } from '../../known-field.ts'
import { ucumOf } from '../../unit-names.ts'
import { readEnergy } from './energy.ts'

export interface SensorMessage {
  readonly at: Pick<Field, 'path' | 'time' | 'source'>
  readonly rules: FieldRules
}

/** Members of sensors by name, whatever the chip; units from Tasmota's "Supported Peripherals" pages. */
const MEMBERS: Readonly<Record<string, FieldRule>> = {
  Humidity: { quantity: 'relative-humidity', unit: '%' },
  Illuminance: { quantity: 'illuminance', unit: 'lx' },
  CarbonDioxide: { quantity: 'co2-concentration', unit: '[ppm]' },
  CO2: { quantity: 'co2-concentration', unit: '[ppm]' },
  TVOC: { quantity: 'tvoc-fraction', unit: '[ppb]' },
  PM1: { quantity: 'pm1', unit: 'ug/m3' },
  'PM1.0': { quantity: 'pm1', unit: 'ug/m3' },
  'PM2.5': { quantity: 'pm2.5', unit: 'ug/m3' },
  PM10: { quantity: 'pm10', unit: 'ug/m3' },
  Weight: { quantity: 'mass', unit: 'kg' },
  UvIndex: { quantity: 'uv-index', unit: '1' },
  pH: { quantity: 'ph', unit: '[pH]' },
  ORP: { quantity: 'redox-potential', unit: 'mV' },
  EC: { quantity: 'conductivity', unit: 'uS/cm' },
  DO: { quantity: 'dissolved-oxygen', unit: 'mg/L' },
  Moisture: { quantity: 'soil-moisture', unit: '%' },
  // Of sensors on Bluetooth.
  Battery: { quantity: 'battery-level', unit: '%' },
  RSSI: { quantity: 'signal-strength', unit: 'dB[mW]' },
  // INA219 and its kin.
  Voltage: { quantity: 'voltage', unit: 'V' },
  Current: { quantity: 'current', unit: 'A' },
}

/** Members that mean this in one sensor only. */
const OF_SENSOR: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
  INA219: { Power: { quantity: 'active-power', unit: 'W' } },
  INA226: { Power: { quantity: 'active-power', unit: 'W' } },
  INA3221: { Power: { quantity: 'active-power', unit: 'W' } },
  MLX90614: {
    OBJTMP: { quantity: 'temperature', channel: 'object' },
    AMBTMP: { quantity: 'temperature', channel: 'ambient' },
  },
  'RG-15': {
    Total: { quantity: 'rainfall', unit: 'mm' },
    FlowRate: { quantity: 'rainfall-rate', unit: 'mm/h' },
  },
  TX23: wind(),
  TX20: wind(),
  WS2300: wind(),
}

function wind(): Record<string, FieldRule> {
  return {
    'Speed/Act': { quantity: 'wind-speed' },
    'Speed/Avg': { quantity: 'wind-speed', channel: 'Avg' },
    'Dir/Deg': { quantity: 'wind-direction', unit: 'deg' },
    'Dir/Avg': { quantity: 'wind-direction', unit: 'deg', channel: 'Avg' },
  }
}

interface Units {
  readonly temperature: string
  readonly pressure: string
  readonly speed: string
}

/** Reads the object of tele/…/SENSOR (or StatusSNS). Each sensor is a member; its readings get its name as their channel
 *  (`DS18B20-2`, `BME280`), so that a second sensor of the kind, or one that fails, never changes what a series means.
 *  TempUnit, PressureUnit and SpeedUnit hold for all of them; without: Cel, hPa, km/h (as the wind sensors had it before
 *  there was a SpeedUnit). */
export function readSensors(found: Findings, json: Record<string, unknown>, message: SensorMessage): void {
  const units: Units = {
    temperature: unitOf(json.TempUnit, 'Cel'),
    pressure: unitOf(json.PressureUnit, 'hPa'),
    speed: unitOf(json.SpeedUnit, 'km/h'),
  }
  for (const [name, value] of Object.entries(json)) {
    if (found.isFull) return
    if (NO_SENSORS.has(name)) continue
    const path = `${message.at.path}/${pointerOf(name)}`
    const at = { ...message.at, path }
    const part = /^(Switch|Shutter)(\d{1,2})$/.exec(name)
    if (part) readPart(found, part[1] ?? '', part[2] ?? '', value, at)
    else if (!isRecord(value)) readVendorField(found, message.rules, { ...at, name, value })
    else if (name === 'ENERGY') readEnergy(found, value, at, units.temperature)
    else if (name === 'COUNTER') readCounters(found, value, at)
    else readSensor(found, name, value, { at, rules: message.rules }, units)
  }
}

const NO_SENSORS: ReadonlySet<string> = new Set(['Time', 'Epoch', 'TempUnit', 'PressureUnit', 'SpeedUnit'])

const unitOf = (name: unknown, otherwise: string): string =>
  typeof name === 'string' && name !== '' ? ucumOf(name) : otherwise

/** A sensor's members, also those one or two levels down (`Speed.Act`). */
function readSensor(
  found: Findings,
  sensor: string,
  members: Record<string, unknown>,
  { at, rules }: SensorMessage,
  units: Units,
  above = '',
): void {
  for (const [member, value] of Object.entries(members)) {
    if (found.isFull) return
    const path = `${at.path}/${pointerOf(member)}`
    const name = above === '' ? member : `${above}/${member}`
    if (isRecord(value)) {
      readSensor(found, sensor, value, { at: { ...at, path }, rules }, units, name)
      continue
    }
    const rule = ruleOf(sensor, name, units)
    if (rule && isOutOfRange(sensor, name, value)) found.ignore('null')
    else if (rule) readKnown(found, rule, { ...at, path, value, quality: qualityOf(name) })
    else readVendorField(found, ofSensor(sensor, rules), { ...at, path, name: `${sensor}/${name}`, value })
  }
}

/** What only the vocabulary knows has the sensor for its channel too; a profile's own rule stays as it is. */
const ofSensor =
  (sensor: string, rules: FieldRules): FieldRules =>
  (name, unit) => {
    const rule = rules(name, unit)
    const common = rule && COMMON_RULES(name, unit)
    const isCommon = common?.quantity === rule?.quantity && common?.channel === rule?.channel
    return rule && isCommon ? { ...rule, channel: joinedChannel(sensor, rule.channel) } : rule
  }

/** eCO2 is reckoned from the volatile compounds, not measured. */
const qualityOf = (name: string): 'estimated' | undefined => (name === 'eCO2' ? 'estimated' : undefined)

/** The time-of-flight sensors say 9999 mm where nothing is in range. */
const isOutOfRange = (sensor: string, name: string, value: unknown): boolean =>
  sensor.startsWith('VL53') && name === 'Distance' && Number(value) >= 999.9

function ruleOf(sensor: string, name: string, units: Units): FieldRule | undefined {
  const own = /^[A-Za-z0-9]+/.exec(sensor)?.[0] ?? ''
  const ofSensor = OF_SENSOR[Object.hasOwn(OF_SENSOR, sensor) ? sensor : own]
  const special = ofSensor && Object.hasOwn(ofSensor, name) ? ofSensor[name] : undefined
  if (special) {
    const channel = channelName(special.channel ? `${sensor}-${special.channel}` : sensor)
    const unit =
      special.quantity === 'wind-speed'
        ? units.speed
        : special.quantity === 'temperature'
          ? units.temperature
          : special.unit
    return { ...special, channel, ...(unit === undefined ? {} : { unit }) }
  }
  const last = name.slice(name.lastIndexOf('/') + 1)
  // ANALOG numbers its members: Temperature1, CTEnergy1.
  const plain =
    Object.hasOwn(MEMBERS, last) || last === 'eCO2' ? last : last.replace(/(?<=[A-Za-z])\d{1,2}$/, '')
  const index = last.slice(plain.length)
  const rule = memberRule(sensor, name, plain, units)
  // An SCD40 has its measured CarbonDioxide beside the eCO2.
  const group = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : last === 'eCO2' ? last : index
  return rule && { ...rule, channel: channelName(group === '' ? sensor : `${sensor}-${group}`) }
}

function memberRule(sensor: string, name: string, member: string, units: Units): FieldRule | undefined {
  if (member === 'Temperature') return { quantity: 'temperature', unit: units.temperature }
  if (member === 'Pressure') return { quantity: 'atmospheric-pressure', unit: units.pressure }
  if (member === 'eCO2') return { quantity: 'co2-concentration', unit: '[ppm]' }
  // In centimetres (the time-of-flight sensors since 9.3, in millimetres before), but for HRXL, and the lightning sensor.
  if (member === 'Distance')
    return {
      quantity: 'distance',
      unit: sensor.startsWith('HRXL') ? 'mm' : sensor === 'AS3935' ? 'km' : 'cm',
    }
  if (name.startsWith('CTEnergy')) return CURRENT_CLAMP[member]
  return Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined
}

const CURRENT_CLAMP: Readonly<Record<string, FieldRule>> = {
  Energy: { quantity: 'active-energy', unit: 'kW.h' },
  Power: { quantity: 'active-power', unit: 'W' },
  Voltage: { quantity: 'voltage', unit: 'V' },
  Current: { quantity: 'current', unit: 'A' },
}

function readCounters(found: Findings, counters: Record<string, unknown>, at: SensorMessage['at']): void {
  for (const [name, value] of Object.entries(counters)) {
    const index = /^C(\d{1,2})$/.exec(name)?.[1]
    const rule = index === undefined ? undefined : { quantity: 'event-count', unit: '1', channel: index }
    readKnown(found, rule, { ...at, path: `${at.path}/${pointerOf(name)}`, value })
    if (found.isFull) return
  }
}

/** An input: its state, or what it did (SetOption114), ON, OFF, or a word for a press. */
export function readInput(found: Findings, index: string, value: unknown, at: SensorMessage['at']): void {
  const word = isRecord(value) ? (value.Action ?? value.STATE) : value
  const on = onOff(word)
  const rule = on === undefined ? undefined : { quantity: 'switch', channel: `input-${index}` }
  readKnown(found, rule, { ...at, value: on ?? String(word) })
}

/** `Switch1` (an input, ON or OFF) and `Shutter1` (an object with its position in percent open). */
function readPart(
  found: Findings,
  kind: string,
  index: string,
  value: unknown,
  at: SensorMessage['at'],
): void {
  if (kind === 'Switch') return readInput(found, index, value, at)
  const position = isRecord(value) ? value.Position : value
  readKnown(found, { quantity: 'cover-position', unit: '%', channel: index }, { ...at, value: position })
}
