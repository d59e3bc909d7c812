import { channelName } from '../../channel-name.ts'
import type { Field, FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { readKnown } from '../../known-field.ts'
import { epochMicros } from '../../times.ts'

type At = Pick<Field, 'path' | 'time' | 'source'>
type Rules = Readonly<Record<string, FieldRule>>

/** A component that switches, drives or meters (Switch, Cover, Light, PM1 … `#status`): its id is the channel, as Shelly
 *  counts from 0; `@` stands for component and id, for what is not what the component is about. */
const POWERED: Rules = {
  output: { quantity: 'switch' },
  apower: { quantity: 'active-power', unit: 'W' },
  aprtpower: { quantity: 'apparent-power', unit: 'V.A' },
  voltage: { quantity: 'voltage', unit: 'V' },
  current: { quantity: 'current', unit: 'A' },
  pf: { quantity: 'power-factor', unit: '1' },
  freq: { quantity: 'frequency', unit: 'Hz' },
  'aenergy/total': { quantity: 'active-energy', unit: 'W.h' },
  'ret_aenergy/total': { quantity: 'active-energy-exported', unit: 'W.h' },
  'temperature/tC': { quantity: 'temperature', unit: 'Cel', channel: '@' },
  brightness: { quantity: 'brightness', unit: '%' },
}

/** EM1 and EM1Data: one phase of a meter. */
const ONE_PHASE: Rules = {
  act_power: { quantity: 'active-power', unit: 'W' },
  aprt_power: { quantity: 'apparent-power', unit: 'V.A' },
  voltage: { quantity: 'voltage', unit: 'V' },
  current: { quantity: 'current', unit: 'A' },
  pf: { quantity: 'power-factor', unit: '1' },
  freq: { quantity: 'frequency', unit: 'Hz' },
  total_act_energy: { quantity: 'active-energy', unit: 'W.h' },
  total_act_ret_energy: { quantity: 'active-energy-exported', unit: 'W.h' },
}

/** EM and EMData: `a_`, `b_`, `c_` and `n_` before the members of ONE_PHASE, and the totals of all phases. */
const TOTALS: Rules = {
  total_act_power: { quantity: 'active-power', unit: 'W' },
  total_aprt_power: { quantity: 'apparent-power', unit: 'V.A' },
  total_current: { quantity: 'current', unit: 'A' },
  total_act: { quantity: 'active-energy', unit: 'W.h' },
  total_act_ret: { quantity: 'active-energy-exported', unit: 'W.h' },
}
const PHASES: Readonly<Record<string, string>> = { a: 'L1', b: 'L2', c: 'L3', n: 'N' }

/** Sensors, of which a device usually has one (id 0, no channel); those of an add-on count from 100. */
const SENSORS: Readonly<Record<string, Rules>> = {
  temperature: { tC: { quantity: 'temperature', unit: 'Cel' } },
  humidity: { rh: { quantity: 'relative-humidity', unit: '%' } },
  devicepower: {
    'battery/V': { quantity: 'battery-voltage', unit: 'V' },
    'battery/percent': { quantity: 'battery-level', unit: '%' },
  },
  illuminance: { lux: { quantity: 'illuminance', unit: 'lx' } },
  smoke: { alarm: { quantity: 'smoke' } },
  flood: { alarm: { quantity: 'leak' } },
  voltmeter: { voltage: { quantity: 'voltage', unit: 'V' } },
  wifi: { rssi: { quantity: 'signal-strength', unit: 'dB[mW]' } },
  sys: { uptime: { quantity: 'uptime', unit: 's' } },
  blutrv: {
    current_C: { quantity: 'temperature', unit: 'Cel' },
    pos: { quantity: 'valve-position', unit: '%' },
    battery: { quantity: 'battery-level', unit: '%' },
    rssi: { quantity: 'signal-strength', unit: 'dB[mW]' },
  },
  bthomedevice: {
    battery: { quantity: 'battery-level', unit: '%' },
    rssi: { quantity: 'signal-strength', unit: 'dB[mW]' },
  },
  thermostat: { current_C: { quantity: 'temperature', unit: 'Cel', channel: '@' } },
}

const OTHERS: Readonly<Record<string, Rules>> = {
  cover: {
    ...POWERED,
    state: { quantity: 'operating-state' },
    current_pos: { quantity: 'cover-position', unit: '%' },
  },
  em1: ONE_PHASE,
  em1data: ONE_PHASE,
  input: {
    state: { quantity: 'switch', channel: '@' },
    'counts/total': { quantity: 'event-count', unit: '1', channel: '@' },
  },
}

const POWERED_TYPES = new Set(['switch', 'light', 'pm1', 'cct', 'rgb', 'rgbw', 'rgbcct', 'cury'])

/** What a device runs beside measuring: nothing in it is a measurement. */
const SERVICES = new Set(
  'ble cloud mqtt ws knx matter modbus script schedule webhook bthome eth ui zigbee plugs_ui dali kvs button boolean group enum text object'.split(
    ' ',
  ),
)

/** A status of several components: `{"switch:0": {…}, "sys": {…}}`, whole or in part. Its time is `ts` (notifications) or the
 *  clock of `sys`; `minute_ts` is when the last minute of energy ended, and of no use here. */
export function readComponents(found: Findings, components: Record<string, unknown>, at: At): void {
  const clock = isRecord(components.sys) ? components.sys.unixtime : undefined
  const time = epochMicros(components.ts, 's') ?? epochMicros(clock, 's') ?? undefined
  for (const [key, status] of Object.entries(components)) {
    if (found.isFull) return
    if (key === 'ts') continue
    readComponent(found, key, status, { ...at, path: `${at.path}/${pointerOf(key)}`, time })
  }
}

/** The status of one component, `<type>:<id>` or `<type>`. */
export function readComponent(found: Findings, key: string, status: unknown, at: At): void {
  const [type = '', id = ''] = key.split(':')
  if (SERVICES.has(type)) return found.ignore('status')
  if (status === null) return found.ignore('null')
  if (!isRecord(status)) return found.reject(at.path, 'wrong_shape', 'a component’s status is an object')
  if (Object.keys(status).length === 0) return found.ignore('status')
  if (type === 'em' || type === 'emdata') return readThreePhases(found, status, id, at)
  const sensor = Object.hasOwn(SENSORS, type) ? SENSORS[type] : undefined
  const other = Object.hasOwn(OTHERS, type) ? OTHERS[type] : undefined
  const rules = sensor ?? other ?? (POWERED_TYPES.has(type) ? POWERED : {})
  const channel = sensor && (id === '' || id === '0') ? '' : id
  let isEmpty = true
  for (const [name, value, path] of leavesOf(status, at.path)) {
    if (found.isFull) return
    if (name === 'id') continue
    isEmpty = false
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined && (type === 'sys' || type === 'wifi' || name.endsWith('tF') || value === null)) {
      found.ignore(value === null ? 'null' : 'status')
      continue
    }
    const own = rule && { ...rule, channel: channelName(rule.channel === '@' ? `${type}-${id}` : channel) }
    readKnown(found, own, { ...at, path, value })
  }
  if (isEmpty) found.ignore('status')
}

function readThreePhases(found: Findings, status: Record<string, unknown>, id: string, at: At): void {
  for (const [name, value] of Object.entries(status)) {
    if (found.isFull) return
    if (name === 'id' || Array.isArray(value)) continue
    const phase = name[1] === '_' ? PHASES[name[0] ?? ''] : undefined
    const member = phase === undefined ? name : name.slice(2)
    const table = phase === undefined ? TOTALS : ONE_PHASE
    const rule = Object.hasOwn(table, member) ? table[member] : undefined
    const channel = [id === '0' ? '' : id, phase ?? ''].filter((part) => part !== '').join('-')
    readKnown(found, rule && { ...rule, channel: channelName(channel) }, {
      ...at,
      path: `${at.path}/${pointerOf(name)}`,
      value,
    })
  }
  found.ignoreIfEmpty('status')
}

/** Scalars of a status with their names: two levels are all there are. Lists (by_minute, errors) are left out. */
function* leavesOf(status: Record<string, unknown>, path: string): Generator<[string, unknown, string]> {
  for (const [name, value] of Object.entries(status)) {
    const at = `${path}/${pointerOf(name)}`
    if (!isRecord(value)) {
      if (!Array.isArray(value)) yield [name, value, at]
      continue
    }
    for (const [inner, scalar] of Object.entries(value))
      if (typeof scalar !== 'object' || scalar === null)
        if (inner !== 'minute_ts') yield [`${name}/${inner}`, scalar, `${at}/${pointerOf(inner)}`]
  }
}
