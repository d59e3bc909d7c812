import type { Presence } from '../../core/message.ts'
import type { Micros } from '../../core/time.ts'
import type { Codec, CodecContext } from '../codec.ts'
import { readFields } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf } from '../json.ts'
import { pathRules } from '../path-rules.ts'
import { sourceId } from '../source-id.ts'

/**
 * ThingsBoard's MQTT APIs (thingsboard.io/docs/reference/mqtt-api and …/gateway-mqtt-api), JSON payloads.
 * Telemetry of a device, `v1/devices/me/telemetry` or `v2/t` (`v2/t/j`): `{key: value}`, `{"ts", "values": {key: value}}`, or an
 * array of either. Of a gateway, `v1/gateway/telemetry`: `{"<device name>": [as above]}`; the device is a key. `ts` is epoch
 * milliseconds, and only beside `values`, as ThingsBoard has it; one that is no time spoils its own object alone. Without it,
 * the time of receipt. Values that are objects are read member by member; where only the vocabulary knows the member, the object is the
 * channel (`room1/temperature`, and `room1.temperature` as flattened keys have it), so that two of them are two series.
 * `v1/gateway/connect` and `…/disconnect` are presence. Attributes, RPC, claims, provisioning and firmware are life cycle.
 * Protobuf payloads (`v2/t/p`) are not read.
 */
export const thingsboard: Codec = {
  format: 'thingsboard',
  matches: (topic) => kindOf(topic) !== undefined,
  decode(payload, topic, context) {
    const found = new Findings()
    const kind = kindOf(topic) ?? 'telemetry'
    if (kind === 'life-cycle') {
      found.ignore('life_cycle')
      return found.decoded()
    }
    const json = parseJson(payload, found)
    if (json === undefined) return found.decoded()
    if (kind === 'telemetry') readTelemetry(json, '', undefined, found, context)
    else if (kind === 'gateway-telemetry') readGateway(json, found, context)
    else readPresence(json, kind, found)
    // Objects with nothing in them.
    found.ignoreIfEmpty('null')
    return found.decoded()
  },
  examples: [
    {
      name: 'key-values, with an object and a number as text',
      topic: 'v1/devices/me/telemetry',
      payload: '{"temperature":"21.5","env":{"humidity":40},"note":null}',
      gives: {
        readings: [
          { path: '/temperature', quantity: 'temperature', channel: '', value: 21.5, unit: 'Cel' },
          { path: '/env/humidity', quantity: 'relative-humidity', channel: 'env', value: 40, unit: '%' },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'a gateway, for two devices',
      topic: 'v1/gateway/telemetry',
      payload:
        '{"Meter 1":[{"ts":1767322800000,"values":{"voltage":230}},{"ts":1767322801000,"values":{"voltage":231}}],"Meter 2":[{"voltage":229}]}',
      gives: {
        readings: [
          {
            path: '/Meter 1/0/values/voltage',
            source: 'Meter 1',
            quantity: 'voltage',
            channel: '',
            value: 230,
            unit: 'V',
            time: 1_767_322_800_000_000,
          },
          {
            path: '/Meter 1/1/values/voltage',
            source: 'Meter 1',
            quantity: 'voltage',
            channel: '',
            value: 231,
            unit: 'V',
            time: 1_767_322_801_000_000,
          },
          {
            path: '/Meter 2/0/voltage',
            source: 'Meter 2',
            quantity: 'voltage',
            channel: '',
            value: 229,
            unit: 'V',
          },
        ],
      },
    },
    {
      name: 'a device behind a gateway is there',
      topic: 'v1/gateway/connect',
      payload: '{"device":"Meter 1","type":"meter"}',
      gives: {
        ignored: { life_cycle: 1 },
        presence: [{ source: 'Meter 1', kind: 'connected', reason: 'gateway connect' }],
      },
    },
    {
      name: 'attributes are no telemetry',
      topic: 'v1/devices/me/attributes',
      payload: '{"temperature":5}',
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'a time in seconds as text is none; the next object is read',
      topic: 'v2/t',
      payload: '[{"ts":"soon","values":{"temperature":1}},{"temperature":2}]',
      gives: {
        readings: [{ path: '/1/temperature', quantity: 'temperature', channel: '', value: 2, unit: 'Cel' }],
        rejections: [{ path: '/0/ts', code: 'invalid_time' }],
      },
    },
    {
      name: 'no telemetry',
      topic: 'v1/devices/me/telemetry',
      payload: '42',
      gives: { rejections: [{ path: '', code: 'wrong_shape' }] },
    },
  ],
}

type Kind = 'telemetry' | 'gateway-telemetry' | 'connect' | 'disconnect' | 'life-cycle'

const KINDS: Readonly<Record<string, Kind>> = {
  'v1/devices/me/telemetry': 'telemetry',
  'v2/t': 'telemetry',
  'v2/t/j': 'telemetry',
  'v1/gateway/telemetry': 'gateway-telemetry',
  'v1/gateway/connect': 'connect',
  'v1/gateway/disconnect': 'disconnect',
}

const LIFE_CYCLE = [
  'v1/devices/me/attributes',
  'v1/devices/me/rpc',
  'v1/devices/me/claim',
  'v1/gateway/attributes',
  'v1/gateway/rpc',
  'v1/gateway/claim',
  'v2/a',
  'v2/r',
  'v2/fw',
  'v2/sw',
]

function kindOf(topic: string): Kind | undefined {
  if (Object.hasOwn(KINDS, topic)) return KINDS[topic]
  return LIFE_CYCLE.some((known) => topic === known || topic.startsWith(`${known}/`))
    ? 'life-cycle'
    : undefined
}

function readGateway(json: unknown, found: Findings, context: CodecContext): void {
  if (!isRecord(json))
    return found.reject('', 'wrong_shape', 'a gateway sends {"<device name>": [{"ts", "values"}]}')
  const devices = Object.entries(json)
  if (devices.length === 0) found.ignore('life_cycle')
  for (const [device, telemetry] of devices) {
    if (found.isFull) return
    readTelemetry(telemetry, `/${pointerOf(device)}`, sourceId(device), found, context)
  }
}

function readTelemetry(
  json: unknown,
  path: string,
  source: string | undefined,
  found: Findings,
  context: CodecContext,
): void {
  if (!Array.isArray(json)) return readObject(json, path, source, found, context)
  if (json.length === 0) found.ignore('life_cycle')
  for (const [i, item] of json.entries()) {
    if (found.isFull) return
    readObject(item, `${path}/${i}`, source, found, context)
  }
}

function readObject(
  json: unknown,
  path: string,
  source: string | undefined,
  found: Findings,
  context: CodecContext,
): void {
  if (!isRecord(json))
    return found.reject(path, 'wrong_shape', 'telemetry is {key: value} or {"ts", "values": {key: value}}')
  const isTimed = 'ts' in json && isRecord(json.values)
  const values = isTimed ? json.values : json
  const time = isTimed ? millisOf(json.ts) : undefined
  if (time === null) return found.reject(`${path}/ts`, 'invalid_time', 'ts is epoch milliseconds')
  if (Object.keys(values as object).length === 0) return found.ignore('life_cycle')
  readFields(found, pathRules(context.rulesOf(source)), values, {
    path: isTimed ? `${path}/values` : path,
    source,
    time,
  })
}

/** The range of a date, in milliseconds. */
const MILLIS_MAX = 8.64e15

/** Undefined: none given. Null: not a time. */
function millisOf(ts: unknown): Micros | undefined | null {
  if (ts === null) return undefined
  const millis = typeof ts === 'string' && /^\d{1,16}$/.test(ts) ? Number(ts) : ts
  return typeof millis === 'number' && millis >= 0 && millis <= MILLIS_MAX ? Math.round(millis * 1000) : null
}

function readPresence(json: unknown, kind: 'connect' | 'disconnect', found: Findings): void {
  const source = isRecord(json) && typeof json.device === 'string' ? json.device : ''
  if (source === '') return found.reject('', 'wrong_shape', `${kind} is {"device": "<name>"}`)
  found.ignore('life_cycle')
  const presence: Presence = { source: sourceId(source), kind: `${kind}ed`, reason: `gateway ${kind}` }
  found.presence.push(presence)
}
