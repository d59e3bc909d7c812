import type { Codec, CodecContext } from '../codec.ts'
import { type Field, type FieldRule, readFields } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf, textOf } from '../json.ts'
import { onOff, readKnown, readVendorField } from '../known-field.ts'
import { epochMicros, isoTime } from '../times.ts'
import { definitionOf, learnDevices } from './zigbee2mqtt/definitions.ts'
import { propertyRule, splitProperty } from './zigbee2mqtt/properties.ts'

/**
 * Zigbee2MQTT (zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html): `zigbee2mqtt/<friendly name>`, an object of the
 * device's properties; the name may have slashes and is the source. Another base topic is chosen by a profile and has one level.
 * Where the output is by attribute, `…/<friendly name>/<property>` has a bare value; a bare value is never a whole device.
 * Units are those of the device's definition (`bridge/devices`, remembered). Before it is known the usual ones hold; `voltage`
 * is the battery's where the message has `battery` or `battery_low` too, in millivolts, else in volts of the mains.
 * The time is `last_seen` (ISO 8601 with or without a zone, or epoch milliseconds), if the bridge is set to send it.
 */
export const zigbee2mqtt: Codec = {
  format: 'zigbee2mqtt',
  matches: (topic) => topic.startsWith('zigbee2mqtt/'),
  decode(payload, topic, context) {
    const found = new Findings()
    const steps = topic.split('/').slice(1)
    const name = steps.slice(0, -1).join('/')
    const last = steps.at(-1) ?? ''
    if (steps[0] === 'bridge') readBridge(found, payload, steps.slice(1).join('/'), context)
    else if (payload.length === 0) found.ignore('life_cycle')
    else if (name !== '' && last === 'availability') readAvailability(found, payload, name)
    else if (steps.includes('set') || steps.includes('get')) found.ignore('command_reply')
    else readDevice(found, payload, steps, context)
    return found.decoded()
  },
  examples: [
    {
      name: 'a battery sensor, its contact closed',
      topic: 'zigbee2mqtt/hall/front door',
      payload:
        '{"battery":97,"contact":true,"voltage":3005,"last_seen":"2026-01-02T04:04:05+01:00","linkquality":null}',
      gives: {
        readings: [
          {
            path: '/battery',
            source: 'hall/front door',
            quantity: 'battery-level',
            channel: '',
            value: 97,
            unit: '%',
            time: 1_767_323_045_000_000,
          },
          {
            path: '/contact',
            source: 'hall/front door',
            quantity: 'contact-open',
            channel: '',
            value: false,
            time: 1_767_323_045_000_000,
          },
          {
            path: '/voltage',
            source: 'hall/front door',
            quantity: 'battery-voltage',
            channel: '',
            value: 3005,
            unit: 'mV',
            time: 1_767_323_045_000_000,
          },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'a unit that the definition says',
      topic: 'zigbee2mqtt/air',
      after: [
        {
          topic: 'zigbee2mqtt/bridge/devices',
          payload:
            '[{"friendly_name":"air","ieee_address":"0x00124B0001","definition":{"exposes":[{"type":"numeric","property":"voc","unit":"ppb"}]}}]',
        },
      ],
      payload: '{"voc":120}',
      gives: {
        readings: [
          { path: '/voc', source: 'air', quantity: 'tvoc-fraction', channel: '', value: 120, unit: '[ppb]' },
        ],
      },
    },
    {
      name: 'a device that does not answer',
      topic: 'zigbee2mqtt/pump/availability',
      payload: '{"state":"offline"}',
      gives: {
        ignored: { life_cycle: 1 },
        presence: [{ source: 'pump', kind: 'disconnected', reason: 'availability offline' }],
      },
    },
    {
      name: 'a message that was cut',
      topic: 'zigbee2mqtt/pump',
      payload: '{"power":12',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
  ],
}

/** `online` or `offline`: in an object, or as a text (legacy). */
function stateOf(payload: Uint8Array): string | undefined {
  const text = textOf(payload)?.trim() ?? ''
  const word = /^\{\s*"state"\s*:\s*"(online|offline)"/.exec(text)?.[1] ?? text
  return word === 'online' || word === 'offline' ? word : undefined
}

function readAvailability(found: Findings, payload: Uint8Array, source: string | undefined): void {
  const state = stateOf(payload)
  found.ignore('life_cycle')
  if (state === undefined) return
  found.presence.push({
    ...(source === undefined ? {} : { source }),
    kind: state === 'online' ? 'connected' : 'disconnected',
    reason: `${source === undefined ? 'bridge' : 'availability'} ${state}`,
  })
}

function readBridge(found: Findings, payload: Uint8Array, what: string, { memory }: CodecContext): void {
  // The bridge is the sender itself.
  if (what === 'state') return readAvailability(found, payload, undefined)
  if (/^(?:request|response)\//.test(what)) return found.ignore('command_reply')
  if (what !== 'devices' && what !== 'event') return found.ignore('life_cycle')
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (what === 'devices' && Array.isArray(json)) return learnDevices(found, json, memory)
  if (what === 'devices') return found.reject('', 'wrong_shape', 'bridge/devices is a list of devices')
  found.ignore('life_cycle')
  const event = isRecord(json) ? json : {}
  const device = isRecord(event.data) ? event.data : {}
  if (typeof device.friendly_name !== 'string' || device.friendly_name === '') return
  const source = device.friendly_name
  if (typeof device.ieee_address === 'string') found.alias(source, device.ieee_address.toLowerCase())
  if (event.type === 'device_joined' || event.type === 'device_announce')
    found.presence.push({ source, kind: 'connected', reason: event.type })
  if (event.type === 'device_leave') found.presence.push({ source, kind: 'disconnected', reason: event.type })
}

function readDevice(
  found: Findings,
  payload: Uint8Array,
  steps: readonly string[],
  context: CodecContext,
): void {
  const text = textOf(payload)?.trim()
  if (text === undefined) return found.reject('', 'not_json', 'the payload is no JSON text in UTF-8')
  const last = steps.at(-1) ?? ''
  const isAttribute = steps.length > 1 && !text.startsWith('{') && !text.startsWith('[')
  const source = isAttribute ? steps.slice(0, -1).join('/') : steps.join('/')
  const json = isAttribute ? { [last]: scalarOf(text) } : parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json))
    return found.reject('', 'wrong_shape', 'a device’s state is an object of its properties')
  const time = epochMicros(json.last_seen, 'ms') ?? isoTime(json.last_seen, context.utcOffsetMinutes(source))
  const device = new Device(source, json, context)
  for (const [property, value] of Object.entries(json)) {
    if (found.isFull) return
    if (property === 'last_seen') continue
    device.read(found, property, { path: isAttribute ? '' : `/${pointerOf(property)}`, value, time, source })
  }
  found.ignoreIfEmpty('life_cycle')
}

/** A bare value of one attribute: the quotes of JSON are not there. */
const scalarOf = (text: string): unknown => (text === 'null' ? null : text)

/** One device’s properties, read with what else the message has and what its definition says. */
class Device {
  readonly #json: Record<string, unknown>
  readonly #context: CodecContext
  readonly #units: ReadonlyMap<string, string> | undefined

  constructor(source: string, json: Record<string, unknown>, context: CodecContext) {
    this.#json = json
    this.#context = context
    this.#units = definitionOf(source, context.memory)
  }

  read(found: Findings, property: string, field: Omit<Field, 'name'>): void {
    const { value } = field
    const { name, end } = splitProperty(property)
    const channel = end
    if (value === null || value === '') return found.ignore('null')
    if (name === 'voltage') return this.#readVoltage(found, property, channel, field)
    if (name === 'contact' && typeof onOff(value) === 'boolean')
      // True: the contact is closed.
      return readKnown(found, { quantity: 'contact-open', channel }, { ...field, value: !onOff(value) })
    if (name === 'state') return readState(found, channel, field)
    if (name === 'brightness' && Number.isFinite(Number(value)))
      // Of 254 steps.
      return readKnown(
        found,
        { quantity: 'brightness', unit: '1', channel },
        { ...field, value: Number(value) / 254 },
      )
    // Twice the same: the older name beside the newer, and the raw value beside lux.
    if (property === 'consumption') return this.#energy(found, field)
    const better = Object.hasOwn(TWICE, property) ? TWICE[property] : undefined
    if (better !== undefined && this.#json[better] !== undefined) return found.ignore('unmapped')
    const unit = this.#units?.get(property)
    const rule = propertyRule(property === 'illuminance_lux' ? 'illuminance' : property, unit || undefined)
    if (rule)
      return readKnown(found, this.#adjusted(rule, property, value), {
        ...field,
        value: flagOf(rule.quantity, value),
      })
    const rules = this.#context.rulesOf(field.source)
    if (typeof value === 'object') readFields(found, rules, value, { ...field, name: property })
    else readVendorField(found, rules, { ...field, name: property })
  }

  /** A battery may be told in volts under one name and in millivolts under the other. */
  #readVoltage(found: Findings, property: string, channel: string, field: Omit<Field, 'name'>): void {
    const rule = this.#voltage(property, field.value)
    if (rule.quantity === 'battery-voltage' && this.#json.battery_voltage !== undefined)
      found.ignore('unmapped')
    else readKnown(found, { ...rule, channel }, field)
  }

  /** Of the mains in volts, or of a battery in millivolts (`exposes` has one name for both). */
  #voltage(property: string, value: unknown): FieldRule {
    const said = this.#units?.get(property)
    const has = (name: string): boolean => this.#units?.has(name) === true || this.#json[name] !== undefined
    // No battery here has more than 60 V, and no mains of a Zigbee device more than 1 kV.
    const isBattery =
      said === 'mV' ||
      (said === undefined && Number(value) > 1000) ||
      (!has('battery_voltage') &&
        (has('battery') || has('battery_low')) &&
        (said !== 'V' || Number(value) <= 60))
    const unit = said === 'V' || said === 'mV' || said === 'kV' ? said : isBattery ? milliOrWhole(value) : 'V'
    return { quantity: isBattery ? 'battery-voltage' : 'voltage', unit }
  }

  /** Where no definition says more, the value itself tells what it can only be. */
  #adjusted(rule: FieldRule, property: string, value: unknown): FieldRule {
    // Of a radiator valve.
    if (property === 'position' && this.#json.local_temperature !== undefined)
      return { ...rule, quantity: 'valve-position' }
    if (this.#units?.get(property)) return rule
    if (rule.quantity === 'power-factor' && Math.abs(Number(value)) > 1) return { ...rule, unit: '%' }
    return rule.quantity === 'battery-voltage' ? { ...rule, unit: milliOrWhole(value) } : rule
  }

  #energy(found: Findings, field: Omit<Field, 'name'>): void {
    if (this.#json.energy !== undefined) found.ignore('unmapped')
    else readKnown(found, { quantity: 'active-energy', unit: 'kW.h' }, field)
  }
}

/** Names that say the same as another, where that one is there. */
const TWICE: Readonly<Record<string, string>> = {
  illuminance: 'illuminance_lux',
  active_power: 'power',
  apparent_power: 'power_apparent',
  // Of a radiator valve.
  position: 'pi_heating_demand',
}

/** Volts of a battery: some converters have them in V, most in mV. */
const milliOrWhole = (value: unknown): string => (Number(value) < 100 ? 'V' : 'mV')

/** ON and OFF of a relay; OPEN, CLOSE and STOP of a cover; LOCK of a lock. */
function readState(found: Findings, channel: string, field: Omit<Field, 'name'>): void {
  const on = onOff(field.value)
  if (on !== undefined) readKnown(found, { quantity: 'switch', channel }, { ...field, value: on })
  else if (typeof field.value === 'string') readKnown(found, { quantity: 'operating-state', channel }, field)
  else found.unmapped(field.path, field.source)
}

const FLAGS: ReadonlySet<string> = new Set(['motion', 'leak', 'smoke', 'tamper', 'battery-low'])

/** Some devices, and the output by attribute, write flags as words. */
const flagOf = (quantity: string, value: unknown): unknown =>
  FLAGS.has(quantity) ? (onOff(value) ?? value) : value
