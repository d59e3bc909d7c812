import { channelName } from '../../channel-name.ts'
import type { Field, FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord } from '../../json.ts'
import { onOff, readKnown } from '../../known-field.ts'
import { epochMicros } from '../../times.ts'

type At = Pick<Field, 'path' | 'time' | 'source'>
type Rules = Readonly<Record<string, FieldRule>>

const METER: Rules = {
  power: { quantity: 'active-power', unit: 'W' },
  reactive_power: { quantity: 'reactive-power', unit: 'var' },
  reactive: { quantity: 'reactive-power', unit: 'var' },
  voltage: { quantity: 'voltage', unit: 'V' },
  current: { quantity: 'current', unit: 'A' },
  pf: { quantity: 'power-factor', unit: '1' },
  total: { quantity: 'active-energy', unit: 'W.h' },
  total_returned: { quantity: 'active-energy-exported', unit: 'W.h' },
}

/** The meter of a port, on topics below `shellies/<id>/`. Energy of a relay, roller or light is in watt-minutes since
 *  the last start; `emeter/…/energy` is that too, beside the lasting `total` in watt-hours, and is left out. */
const PORTS: Rules = {
  power: { quantity: 'active-power', unit: 'W' },
  energy: { quantity: 'active-energy', unit: 'W.min' },
}

const SENSOR: Rules = {
  temperature: { quantity: 'temperature', unit: 'Cel' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
  battery: { quantity: 'battery-level', unit: '%' },
  lux: { quantity: 'illuminance', unit: 'lx' },
  flood: { quantity: 'leak' },
  smoke: { quantity: 'smoke' },
  motion: { quantity: 'motion' },
  tilt: { quantity: 'tilt', unit: 'deg' },
  concentration: { quantity: 'gas-concentration', unit: '[ppm]' },
  gas: { quantity: 'operating-state', channel: 'gas' },
}

/** One value of a first-generation device, on a topic of its own (shelly-api-docs.shelly.cloud/gen1, "MQTT"). */
export function readGen1Topic(found: Findings, steps: readonly string[], text: string, at: At): void {
  const [kind = '', second = '', third = ''] = steps
  const value = text.trim()
  // -1: a roller that was not calibrated, a tilt that is not known; 999: a probe that is not there.
  if (
    value === '' ||
    ((kind === 'sensor' || kind.startsWith('ext_')) && isNone(value)) ||
    (steps.at(-1) === 'pos' && isNoPosition(value))
  )
    return found.ignore('null')
  if (steps.at(-1) === 'command' || steps.at(-1) === 'set') return found.ignore('command_reply')
  if (kind === 'emeter_n')
    readKnown(found, third === 'current' ? withChannel(METER.current, 'N') : undefined, { ...at, value })
  else if (kind === 'emeter') {
    const phase = emeterChannel(at.source ?? '', second)
    readKnown(found, withChannel(own(METER, third), phase), { ...at, value })
  } else if (kind === 'sensor') readSensor(found, second, value, at)
  else if (kind === 'relay' || kind === 'roller' || isLight(kind)) readPort(found, steps, value, at)
  else readKnown(found, deviceRule(kind, second), { ...at, value: onOff(value) ?? value })
}

function deviceRule(kind: string, index: string): FieldRule | undefined {
  if (kind === 'temperature') return SENSOR.temperature
  if (kind === 'voltage') return METER.voltage
  if (kind === 'overtemperature') return { quantity: 'fault', channel: 'overtemperature' }
  if (kind === 'input' || kind === 'ext_switch')
    return { quantity: 'switch', channel: channelName(`${kind}-${index}`) }
  if (kind === 'adc') return withChannel(METER.voltage, channelName(index))
  if (kind === 'ext_temperature') return withChannel(SENSOR.temperature, channelName(`ext-${index}`))
  if (kind === 'ext_humidity') return withChannel(SENSOR.humidity, channelName(`ext-${index}`))
  return undefined
}

const isNone = (value: string): boolean => Number(value) === -1 || Math.abs(Number(value)) >= 999
/** A roller that was not calibrated has -1 or 101. */
const isNoPosition = (value: unknown): boolean => Number(value) < 0 || Number(value) > 100
const isLight = (kind: string): boolean => kind === 'light' || kind === 'white' || kind === 'color'
const own = (rules: Rules, name: string): FieldRule | undefined =>
  Object.hasOwn(rules, name) ? rules[name] : undefined
const withChannel = (rule: FieldRule | undefined, channel: string): FieldRule | undefined =>
  rule && { ...rule, channel }

/** The 3EM meters three phases, the EM two circuits. */
const emeterChannel = (device: string, index: string): string =>
  device.startsWith('shellyem3') && /^[012]$/.test(index) ? `L${Number(index) + 1}` : channelName(index)

function readSensor(found: Findings, name: string, value: string, at: At): void {
  if (name === 'state') {
    const isOpen = { open: true, opened: true, close: false, closed: false }[value]
    return readKnown(found, isOpen === undefined ? undefined : { quantity: 'contact-open' }, {
      ...at,
      value: isOpen ?? value,
    })
  }
  const rule = own(SENSOR, name)
  const isFlag = rule?.quantity === 'leak' || rule?.quantity === 'smoke' || rule?.quantity === 'motion'
  readKnown(found, rule, { ...at, value: isFlag ? (onOff(value) ?? value) : value })
}

/** `relay/0`, `relay/0/power`, `relay/energy` (a meter that two relays share), `roller/0/pos`, … */
function readPort(found: Findings, steps: readonly string[], value: string, at: At): void {
  const [kind = '', second = '', third = ''] = steps
  const isIndexed = /^\d+$/.test(second)
  const name = isIndexed ? third : second
  const channel = isIndexed ? second : ''
  if (name === '') {
    const on = onOff(value)
    if (kind === 'roller') return readKnown(found, { quantity: 'operating-state', channel }, { ...at, value })
    return readKnown(found, on === undefined ? undefined : { quantity: 'switch', channel }, {
      ...at,
      value: on ?? value,
    })
  }
  if (name === 'pos')
    return readKnown(found, { quantity: 'cover-position', unit: '%', channel }, { ...at, value })
  readKnown(found, withChannel(own(PORTS, name), channel), { ...at, value })
}

/** `shellies/<id>/info`: the whole status. `unixtime` is UTC; a meter's own `timestamp` is local time written as if it were
 *  UTC, and is not used. One temperature may be in it three times. */
export function readGen1Info(found: Findings, info: Record<string, unknown>, base: At): void {
  const at = { ...base, time: epochMicros(info.unixtime, 's') ?? undefined }
  readList(found, info.meters, 'meters', at, (meter, i) => [
    [{ ...METER.power, channel: i }, meter.power, 'power'],
    [{ quantity: 'active-energy', unit: 'W.min', channel: i }, meter.total, 'total'],
  ])
  readList(found, info.emeters, 'emeters', at, (meter, i) =>
    Object.keys(METER).map((name) => [
      { ...METER[name], channel: emeterChannel(base.source ?? '', i) },
      meter[name],
      name,
    ]),
  )
  for (const list of ['relays', 'lights'])
    readList(found, info[list], list, at, (port, i) => [
      [{ quantity: 'switch', channel: i }, port.ison, 'ison'],
      [{ quantity: 'brightness', unit: '%', channel: i }, port.brightness, 'brightness'],
    ])
  readList(found, info.rollers, 'rollers', at, (roller, i) => [
    [{ quantity: 'operating-state', channel: i }, roller.state, 'state'],
    [
      { quantity: 'cover-position', unit: '%', channel: i },
      isNoPosition(roller.current_pos) ? null : roller.current_pos,
      'current_pos',
    ],
  ])
  readList(found, info.inputs, 'inputs', at, (input, i) => [
    [{ quantity: 'switch', channel: `input-${i}` }, onOff(input.input), 'input'],
  ])
  readList(found, info.adcs, 'adcs', at, (adc, i) => [
    [{ ...METER.voltage, channel: i }, adc.voltage, 'voltage'],
  ])
  // A radiator valve (TRV).
  readList(found, info.thermostats, 'thermostats', at, (part, i) => {
    const channel = i === '0' ? '' : i
    const tmp = isRecord(part.tmp) ? part.tmp : {}
    const isMeasured = tmp.is_valid !== false && tmp.units !== 'F'
    return [
      [{ ...SENSOR.temperature, channel }, isMeasured ? tmp.value : undefined, 'tmp/value'],
      [{ quantity: 'valve-position', unit: '%', channel }, part.pos === -1 ? null : part.pos, 'pos'],
    ]
  })
  for (const [path, rule, value] of [...infoFields(info), ...addOnFields(info)])
    if (value !== undefined) readKnown(found, rule, { ...at, path: `${base.path}/${path}`, value })
  found.ignoreIfEmpty('status')
}

type Part = readonly [rule: Partial<FieldRule>, value: unknown, name: string]

function readList(
  found: Findings,
  list: unknown,
  name: string,
  at: At,
  partsOf: (item: Record<string, unknown>, index: string) => readonly Part[],
): void {
  for (const [i, item] of Array.isArray(list) ? list.entries() : []) {
    if (found.isFull) return
    if (!isRecord(item)) continue
    if (item.is_valid === false) found.ignore('null')
    else
      for (const [rule, value, part] of partsOf(item, String(i)))
        if (value !== undefined)
          readKnown(found, rule as FieldRule, { ...at, path: `${at.path}/${name}/${i}/${part}`, value })
  }
}

/** Probes of the add-on, by their index: `{"0": {"tC": 21.5}}`; the neutral of a 3EM. */
function addOnFields(info: Record<string, unknown>): (readonly [string, FieldRule | undefined, unknown])[] {
  const of = (list: string, member: string, rule: FieldRule | undefined) =>
    Object.entries(isRecord(info[list]) ? info[list] : {}).map(([i, probe]) => {
      const value = isRecord(probe) ? probe[member] : undefined
      const isProbe = rule?.quantity !== 'switch'
      return [
        `${list}/${i}/${member}`,
        withChannel(rule, channelName(isProbe ? `ext-${i}` : `ext_switch-${i}`)),
        isProbe ? (isNone(String(value)) ? null : value) : onOff(value),
      ] as const
    })
  const neutral = info.emeter_n
  return [
    ...of('ext_temperature', 'tC', SENSOR.temperature),
    ...of('ext_humidity', 'hum', SENSOR.humidity),
    ...of('ext_switch', 'input', { quantity: 'switch' }),
    ...(isRecord(neutral) && neutral.is_valid !== false
      ? [['emeter_n/current', withChannel(METER.current, 'N'), neutral.current] as const]
      : []),
  ]
}

function infoFields(info: Record<string, unknown>): (readonly [string, FieldRule | undefined, unknown])[] {
  const { tmp, hum, bat, lux, accel, concentration, gas_sensor, sensor, wifi_sta } = info
  const of = (part: unknown, name: string): unknown => {
    if (!isRecord(part)) return undefined
    return part.is_valid === false ? null : part[name]
  }
  const state = of(sensor, 'state')
  return [
    ['tmp/tC', SENSOR.temperature, of(tmp, 'tC') ?? (tmp === undefined ? info.temperature : undefined)],
    ['hum/value', SENSOR.humidity, of(hum, 'value')],
    ['bat/value', SENSOR.battery, of(bat, 'value')],
    ['bat/voltage', { quantity: 'battery-voltage', unit: 'V' }, of(bat, 'voltage')],
    ['lux/value', SENSOR.lux, of(lux, 'value')],
    ['accel/tilt', SENSOR.tilt, of(accel, 'tilt') === -1 ? null : of(accel, 'tilt')],
    ['concentration/ppm', SENSOR.concentration, of(concentration, 'ppm')],
    ['gas_sensor/alarm_state', SENSOR.gas, of(gas_sensor, 'alarm_state')],
    ['flood', SENSOR.flood, info.flood],
    ['smoke', SENSOR.smoke, info.smoke],
    ['sensor/motion', SENSOR.motion, of(sensor, 'motion')],
    [
      'sensor/state',
      { quantity: 'contact-open' },
      state === 'open' || state === 'close' ? state === 'open' : undefined,
    ],
    ['overtemperature', { quantity: 'fault', channel: 'overtemperature' }, info.overtemperature],
    ['total_power', METER.power, info.total_power],
    ['voltage', METER.voltage, info.voltage],
    ['wifi_sta/rssi', { quantity: 'signal-strength', unit: 'dB[mW]' }, of(wifi_sta, 'rssi')],
    ['uptime', { quantity: 'uptime', unit: 's' }, info.uptime],
  ]
}
