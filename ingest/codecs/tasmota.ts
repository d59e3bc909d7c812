import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf, textOf } from '../json.ts'
import { onOff, readKnown } from '../known-field.ts'
import { epochMicros, isoTime } from '../times.ts'
import { readInput, readSensors } from './tasmota/sensors.ts'
import { readZigbee, zigbeeDevicesIn } from './tasmota/zigbee.ts'

/**
 * Tasmota firmware (tasmota.github.io/docs: "MQTT", "Zigbee", "Commands"), FullTopic `%prefix%/%topic%/` (the default) or
 * `%topic%/%prefix%/`. SENSOR and StatusSNS hold sensors and ENERGY, STATE and StatusSTS the device itself, LWT whether it is
 * there. The source is the `%topic%` part; a Zigbee bridge speaks for each of its devices.
 * Time is the device's local time without a zone (its profile's offset), or has one; before the clock was set it is 1970, and
 * the time of receipt counts. Wifi.RSSI is a percentage and is left out: Wifi.Signal is the level in dBm.
 */
export const tasmota: Codec = {
  format: 'tasmota',
  matches: (topic) => /^tasmota\/discovery\//.test(topic) || partsOf(topic) !== undefined,
  decode(payload, topic, context) {
    const found = new Findings()
    const { device, kind } = partsOf(topic) ?? { device: undefined, kind: 'SENSOR' }
    if (topic.startsWith('tasmota/discovery/')) readDiscovery(found, payload)
    else if (kind === 'LWT') readWill(found, payload, device)
    else if (/^POWER\d*$/.test(kind)) readPower(found, kind, textOf(payload), { path: '', source: device })
    else if (/^(?:INFO\d|HASS_STATE|MARGINS)$/.test(kind)) found.ignore('life_cycle')
    else if (/^(?:SENSOR|ZbReceived|STATE|UPTIME|RESULT|STATUS\d*)$/.test(kind))
      readObject(found, payload, kind, device, context)
    // With SetOption4, the answer to a command comes on a topic named after it.
    else found.ignore('command_reply')
    return found.decoded()
  },
  examples: [
    {
      name: 'two probes, the unit of both at the top; a probe without a value',
      topic: 'tele/cold_store/SENSOR',
      payload:
        '{"Time":"2026-01-02T10:04:05","DS18B20-1":{"Id":"00000A","Temperature":41.9},"DS18B20-2":{"Temperature":null},"TempUnit":"F"}',
      gives: {
        readings: [
          {
            path: '/DS18B20-1/Temperature',
            source: 'cold_store',
            quantity: 'temperature',
            channel: 'DS18B20-1',
            value: 41.9,
            unit: '[degF]',
            time: 1_767_323_045_000_000,
          },
        ],
        ignored: { null: 1, unmapped: 1 },
      },
    },
    {
      name: 'a relay, and a clock that was never set',
      topic: 'tele/pump/STATE',
      payload: '{"Time":"1970-01-01T00:00:12","UptimeSec":12,"POWER2":"ON","Wifi":{"RSSI":84,"Signal":-58}}',
      gives: {
        readings: [
          { path: '/UptimeSec', source: 'pump', quantity: 'uptime', channel: '', value: 12, unit: 's' },
          { path: '/POWER2', source: 'pump', quantity: 'switch', channel: '2', value: true },
          {
            path: '/Wifi/Signal',
            source: 'pump',
            quantity: 'signal-strength',
            channel: '',
            value: -58,
            unit: 'dB[mW]',
          },
        ],
        ignored: { unmapped: 1 },
      },
    },
    {
      name: 'a will',
      topic: 'tele/pump/LWT',
      payload: 'Offline',
      gives: {
        ignored: { life_cycle: 1 },
        presence: [{ source: 'pump', kind: 'disconnected', reason: 'LWT Offline' }],
      },
    },
    {
      name: 'a message that was cut',
      topic: 'tele/pump/SENSOR',
      payload: '{"Time":"2026-01-02T10:04:05","ENERGY":{"Total":3.1',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
  ],
}

/** `tele/<device>/SENSOR` or `<device>/tele/SENSOR`; a device's name may have slashes. */
function partsOf(topic: string): { device: string; kind: string } | undefined {
  const steps = topic.split('/')
  const kind = steps.at(-1) ?? ''
  if (steps.length < 3 || !/^(?:[A-Z][A-Z0-9_]*|ZbReceived)$/.test(kind)) return undefined
  if (isPrefix(steps[0])) return { device: steps.slice(1, -1).join('/'), kind }
  return isPrefix(steps.at(-2)) ? { device: steps.slice(0, -2).join('/'), kind } : undefined
}

const isPrefix = (step: string | undefined): boolean => step === 'tele' || step === 'stat'

function readWill(found: Findings, payload: Uint8Array, source: string | undefined): void {
  const word = textOf(payload)
  found.ignore('life_cycle')
  if (word !== 'Online' && word !== 'Offline') return
  found.presence.push({
    ...(source === undefined ? {} : { source }),
    kind: word === 'Online' ? 'connected' : 'disconnected',
    reason: `LWT ${word}`,
  })
}

/** The retained description of a device, for discovery: its topic is also known by its MAC. */
function readDiscovery(found: Findings, payload: Uint8Array): void {
  const json = parseJson(payload, found)
  if (json === undefined) return
  found.ignore('life_cycle')
  if (isRecord(json) && typeof json.t === 'string' && json.t !== '' && typeof json.mac === 'string')
    found.alias(json.t, json.mac.toLowerCase())
}

type At = { path: string; source: string | undefined; time?: number | undefined }

function readObject(
  found: Findings,
  payload: Uint8Array,
  kind: string,
  source: string | undefined,
  context: CodecContext,
): void {
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json))
    return found.reject('', 'wrong_shape', `${kind} is a JSON object; see the Tasmota docs`)
  const read: Read = (part, path, readPart) => {
    const offset = context.utcOffsetMinutes(source)
    const time =
      epochMicros(part.Epoch, 's') ?? isoTime(part.Time, offset) ?? epochMicros(part.Time, 's') ?? undefined
    const at = { path, source, time }
    const zigbee = zigbeeDevicesIn(part)
    if (isRecord(part.ZbState)) found.ignore('life_cycle')
    else if (zigbee) readZigbee(found, zigbee, { path: part.ZbReceived ? `${path}/ZbReceived` : path, time })
    else if (readPart) readPart(found, part, at)
    else readSensors(found, part, { at, rules: context.rulesOf(source) })
  }
  readKind(found, json, kind, read)
  // An object with a time alone is a sign of life.
  found.ignoreIfEmpty('life_cycle')
}

type Read = (part: Record<string, unknown>, path: string, readPart: typeof readState | null) => void

function readKind(found: Findings, json: Record<string, unknown>, kind: string, read: Read): void {
  const { StatusSNS, StatusSTS } = json
  if (isRecord(StatusSNS)) read(StatusSNS, '/StatusSNS', null)
  if (isRecord(StatusSTS)) read(StatusSTS, '/StatusSTS', readState)
  if (isRecord(StatusSNS) || isRecord(StatusSTS)) return
  if (kind === 'SENSOR' || kind === 'ZbReceived') read(json, '', null)
  else if (kind === 'STATE' || kind === 'UPTIME') read(json, '', readState)
  else if (kind === 'RESULT') read(json, '', readResult)
  else found.ignore('command_reply')
}

function readState(found: Findings, json: Record<string, unknown>, at: At): void {
  for (const [name, value] of Object.entries(json)) {
    const field = { ...at, path: `${at.path}/${pointerOf(name)}`, value }
    if (/^POWER\d*$/.test(name)) readPower(found, name, value, field)
    else if (name === 'UptimeSec') readKnown(found, { quantity: 'uptime', unit: 's' }, field)
    else if (name === 'Vcc') readKnown(found, { quantity: 'voltage', unit: 'V', channel: 'Vcc' }, field)
    else if (/^Dimmer\d*$/.test(name))
      readKnown(found, { quantity: 'brightness', unit: '%', channel: name.slice('Dimmer'.length) }, field)
    else if (name === 'Wifi' && isRecord(value)) readWifi(found, value, field)
    else if (name !== 'Time' && name !== 'Epoch') found.unmapped(field.path, at.source)
  }
}

/** The answer to a command: what it says of relays is their state. */
function readResult(found: Findings, json: Record<string, unknown>, at: At): void {
  const powers = Object.entries(json).filter(([name]) => /^POWER\d*$/.test(name))
  for (const [name, value] of powers) readPower(found, name, value, { ...at, path: `${at.path}/${name}` })
  const inputs = Object.entries(json).filter(
    ([name, value]) => /^Switch\d{1,2}$/.test(name) && isRecord(value),
  )
  for (const [name, value] of inputs)
    readInput(found, name.slice('Switch'.length), value, { ...at, path: `${at.path}/${name}` })
  if (powers.length + inputs.length === 0) found.ignore('command_reply')
}

function readPower(found: Findings, name: string, value: unknown, at: At): void {
  const on = onOff(value)
  const rule = { quantity: 'switch', channel: name.slice('POWER'.length) }
  // SetStateText may have any words for the states.
  readKnown(found, on === undefined ? undefined : rule, { ...at, value: on ?? value })
}

function readWifi(found: Findings, wifi: Record<string, unknown>, at: At): void {
  for (const [name, value] of Object.entries(wifi)) {
    const rule = name === 'Signal' ? { quantity: 'signal-strength', unit: 'dB[mW]' } : undefined
    readKnown(found, rule, { ...at, path: `${at.path}/${pointerOf(name)}`, value })
  }
}
