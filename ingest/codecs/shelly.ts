import type { Codec } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, textOf } from '../json.ts'
import { readKnown } from '../known-field.ts'
import { readGen1Info, readGen1Topic } from './shelly/gen1.ts'
import { readComponent, readComponents } from './shelly/gen2.ts'

/**
 * Shelly devices (shelly-api-docs.shelly.cloud). First generation: `shellies/<id>/…`, bare texts and the `info` object. From
 * the second on: `<prefix>/status/<component>`, `<prefix>/events/rpc`, `<prefix>/online` and replies of the RPC channel; the
 * prefix is the device's id unless it was changed, and then a profile chooses this format.
 * The source is the device's part of the topic, or the sender of an RPC reply; its MAC and its id are its other names.
 * A component's id is the channel, as Shelly counts (from 0); phases are L1 to L3.
 */
export const shelly: Codec = {
  format: 'shelly',
  matches: (topic) =>
    /^shellies\/[^/]/.test(topic) ||
    /^shelly[^/]*\/(?:status|events|online|rpc|debug|announce|info|command)(?:\/|$)/.test(topic),
  decode(payload, topic) {
    const found = new Findings()
    const gen2 = /^(.+?)\/(status\/[a-z0-9_]+(?::\d+)?|events\/rpc|rpc|debug\/.+)$/.exec(topic)
    const steps = topic.split('/')
    const last = steps.at(-1) ?? ''
    if (last === 'online') readOnline(found, payload, steps.slice(0, -1))
    else if (last === 'announce') readAnnounce(found, payload)
    else if (last === 'command') found.ignore('command_reply')
    else if (gen2?.[2]?.startsWith('debug/')) found.ignore('status')
    else if (gen2 && !GEN1_STATUS.test(topic)) readGen2(found, payload, gen2[1] ?? '', gen2[2] ?? '')
    else if (topic.startsWith('shellies/')) readGen1(found, payload, steps)
    else readReply(found, payload, undefined)
    return found.decoded()
  },
  examples: [
    {
      name: 'a relay of the first generation counts watt-minutes',
      topic: 'shellies/shelly1pm-AB12/relay/0/energy',
      payload: '600',
      gives: {
        readings: [
          {
            path: '',
            source: 'shelly1pm-AB12',
            quantity: 'active-energy',
            channel: '0',
            value: 600,
            unit: 'W.min',
          },
        ],
      },
    },
    {
      name: 'a part of a status, with the time of the notification; the clamp of the neutral is not there',
      topic: 'shellypro3em-ab12/events/rpc',
      payload:
        '{"src":"shellypro3em-ab12","dst":"shellypro3em-ab12/events","method":"NotifyStatus","params":{"ts":1767323045.25,"em:0":{"id":0,"b_voltage":229.5,"n_current":null}}}',
      gives: {
        readings: [
          {
            path: '/params/em:0/b_voltage',
            source: 'shellypro3em-ab12',
            quantity: 'voltage',
            channel: 'L2',
            value: 229.5,
            unit: 'V',
            time: 1_767_323_045_250_000,
          },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'a device that went away',
      topic: 'shellyplus1-ab12/online',
      payload: 'false',
      gives: {
        ignored: { life_cycle: 1 },
        presence: [{ source: 'shellyplus1-ab12', kind: 'disconnected', reason: 'online false' }],
      },
    },
    {
      name: 'a status that was cut',
      topic: 'shellyplus1pm-ab12/status/switch:0',
      payload: '{"id":0,"apower":12.',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
  ],
}

/** Of the motion sensor and the lights, whose first generation has a `status` too. */
const GEN1_STATUS = /^shellies\/[^/]+\/(?:(?:light|white|color)\/\d+\/)?status$/

function readOnline(found: Findings, payload: Uint8Array, steps: readonly string[]): void {
  const word = textOf(payload)
  found.ignore('life_cycle')
  if (word !== 'true' && word !== 'false') return
  const source = steps[0] === 'shellies' && steps.length === 2 ? (steps[1] ?? '') : steps.join('/')
  found.presence.push({
    source,
    kind: word === 'true' ? 'connected' : 'disconnected',
    reason: `online ${word}`,
  })
}

function readAnnounce(found: Findings, payload: Uint8Array): void {
  const json = parseJson(payload, found)
  if (json === undefined) return
  found.ignore('life_cycle')
  if (isRecord(json) && typeof json.id === 'string' && json.id !== '' && typeof json.mac === 'string')
    found.alias(json.id, json.mac.toLowerCase())
}

function readGen1(found: Findings, payload: Uint8Array, steps: readonly string[]): void {
  const source = steps[1] ?? ''
  const kind = steps[2] ?? ''
  const below = steps.slice(2)
  const text = textOf(payload)
  if (text === undefined) return found.reject('', 'wrong_shape', 'neither text nor JSON in UTF-8')
  if (below.length === 0) return found.unmapped('', source)
  if (!text.trimStart().startsWith('{') && kind !== 'info')
    return readGen1Topic(found, below, text, { path: '', source })
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json)) return found.reject('', 'wrong_shape', `${below.join('/')} is a JSON object`)
  if (kind === 'info') {
    nameByMac(found, source, json.mac)
    readGen1Info(found, json, { path: '', source })
  } else if (kind === 'status') readMotion(found, json, source)
  else if (kind === 'input_event') readInputEvent(found, json, source, steps[3] ?? '')
  else if (below.length === 3 && below[2] === 'status') readLight(found, json, Number(below[1]), source)
  else found.unmapped('', source)
}

/** The lamp's power is only here, where `info` has it among the meters. */
function readLight(found: Findings, json: Record<string, unknown>, index: number, source: string): void {
  const { power } = json
  const meters = power === undefined ? [] : sparse(index, { power })
  readGen1Info(found, { lights: sparse(index, json), meters }, { path: '', source })
}

/** A list whose only item is at this index (of a device with a few ports). */
const sparse = (index: number, item: unknown): unknown[] =>
  index < 8 ? [...Array.from({ length: index }, () => null), item] : []

function readMotion(found: Findings, json: Record<string, unknown>, source: string): void {
  const { motion, lux, bat, tmp, timestamp } = json
  const value = (part: unknown): unknown => (isRecord(part) ? part.value : part)
  const info = {
    sensor: { motion },
    unixtime: timestamp,
    lux: { value: value(lux) },
    bat: { value: value(bat) },
    tmp: { tC: value(tmp) },
  }
  readGen1Info(found, info, { path: '', source })
}

function readInputEvent(found: Findings, json: Record<string, unknown>, source: string, index: string): void {
  const channel = /^\d{1,2}$/.test(index) ? `input-${index}` : 'input'
  const rule = { quantity: 'event-count', unit: '1', channel }
  readKnown(found, rule, { path: '/event_cnt', source, value: json.event_cnt })
}

function readGen2(found: Findings, payload: Uint8Array, prefix: string, rest: string): void {
  const source = prefix.startsWith('shellies/') ? prefix.slice('shellies/'.length) : prefix
  if (!rest.startsWith('status/')) return readReply(found, payload, rest === 'rpc' ? undefined : source)
  const json = parseJson(payload, found)
  if (json === undefined) return
  readComponent(found, rest.slice('status/'.length), json, { path: '', source })
}

/** A notification or a reply, by the RPC frame (gen2 "RPC Protocol"); or a bare status, as Shelly.GetStatus has it. */
function readReply(found: Findings, payload: Uint8Array, topicSource: string | undefined): void {
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json)) return found.reject('', 'wrong_shape', 'an RPC frame or a status is a JSON object')
  const sender = typeof json.src === 'string' && json.src !== '' ? json.src : undefined
  const source = topicSource ?? sender
  if (source !== undefined && sender !== undefined) found.alias(source, sender)
  const { method, params, result } = json
  if (method === 'NotifyEvent') return found.ignore('life_cycle')
  if (method === 'NotifyStatus' || method === 'NotifyFullStatus') {
    if (isRecord(params)) readStatus(found, params, '/params', source)
    else found.reject('/params', 'wrong_shape', `${method} has an object "params"`)
  } else if (isRecord(result) && isStatus(result)) readStatus(found, result, '/result', source)
  else if (isStatus(json)) readStatus(found, json, '', source)
  // A request or its answer: what was asked or set, nothing measured.
  else if (method !== undefined || json.id !== undefined) found.ignore('command_reply')
  else found.reject('', 'wrong_shape', 'neither an RPC frame nor a status with components such as "switch:0"')
}

const isStatus = (json: Record<string, unknown>): boolean =>
  Object.keys(json).some((key) => /^[a-z0-9_]+:\d+$/.test(key)) || isRecord(json.sys)

function readStatus(
  found: Findings,
  status: Record<string, unknown>,
  path: string,
  named: string | undefined,
): void {
  const mac = isRecord(status.sys) && typeof status.sys.mac === 'string' ? status.sys.mac.toLowerCase() : ''
  const source = named ?? (mac === '' ? undefined : mac)
  if (source !== undefined) nameByMac(found, source, mac)
  readComponents(found, status, { path, source })
  found.ignoreIfEmpty('status')
}

function nameByMac(found: Findings, source: string, mac: unknown): void {
  if (typeof mac === 'string' && /^[0-9a-f]{12}$/i.test(mac)) found.alias(source, mac.toLowerCase())
}
