import { channelName } from '../../channel-name.ts'
import { type Field, type FieldRule, type FieldRules, readField } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { onOff, readKnown } from '../../known-field.ts'
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
}

/** Members that mean this in one sensor only. */
const OF_SENSOR: Readonly<Record<string, Readonly<Record<string, FieldRule>>>> = {
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
    else if (!isRecord(value)) readField(found, message.rules, { ...at, name, value })
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
    if (rule) readKnown(found, rule, { ...at, path, value, quality: qualityOf(name) })
    else readField(found, rules, { ...at, path, name: `${sensor}/${name}`, value })
  }
}

/** eCO2 is reckoned from the volatile compounds, not measured. */
const qualityOf = (name: string): 'estimated' | undefined => (name === 'eCO2' ? 'estimated' : undefined)

function ruleOf(sensor: string, name: string, units: Units): FieldRule | undefined {
  const own = /^[A-Za-z0-9]+/.exec(sensor)?.[0] ?? ''
  const ofSensor = OF_SENSOR[Object.hasOwn(OF_SENSOR, sensor) ? sensor : own]
  const special = ofSensor && Object.hasOwn(ofSensor, name) ? ofSensor[name] : undefined
  if (special) {
    const channel = channelName(special.channel ? `${sensor}-${special.channel}` : sensor)
    return { ...special, channel, ...(special.quantity === 'wind-speed' ? { unit: units.speed } : {}) }
  }
  const last = name.slice(name.lastIndexOf('/') + 1)
  // ANALOG numbers its members: Temperature1, CTEnergy1.
  const plain = last.replace(/(?<=[a-z])\d{1,2}$/, '')
  const index = last.slice(plain.length)
  const rule = memberRule(sensor, name, plain, units)
  const group = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : index
  return rule && { ...rule, channel: channelName(group === '' ? sensor : `${sensor}-${group}`) }
}

function memberRule(sensor: string, name: string, member: string, units: Units): FieldRule | undefined {
  if (member === 'Temperature') return { quantity: 'temperature', unit: units.temperature }
  if (member === 'Pressure') return { quantity: 'atmospheric-pressure', unit: units.pressure }
  if (member === 'eCO2') return { quantity: 'co2-concentration', unit: '[ppm]' }
  // The time-of-flight and ultrasonic (HRXL) sensors say millimetres, all others centimetres.
  if (member === 'Distance')
    return { quantity: 'distance', unit: /^(?:VL53|HRXL)/.test(sensor) ? 'mm' : 'cm' }
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

/** `Switch1` (an input, ON or OFF) and `Shutter1` (an object with its position in percent open). */
function readPart(
  found: Findings,
  kind: string,
  index: string,
  value: unknown,
  at: SensorMessage['at'],
): void {
  if (kind === 'Switch') {
    const rule = { quantity: 'switch', channel: `input-${index}` }
    readKnown(found, onOff(value) === undefined ? undefined : rule, {
      ...at,
      value: onOff(value) ?? String(value),
    })
    return
  }
  const position = isRecord(value) ? value.Position : value
  readKnown(found, { quantity: 'cover-position', unit: '%', channel: index }, { ...at, value: position })
}
