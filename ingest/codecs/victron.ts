import type { Codec, CodecContext } from '../codec.ts'
import type { FieldRule } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf } from '../json.ts'
import { readKnown } from '../known-field.ts'
import { pathRule } from './victron/paths.ts'

/**
 * Victron GX devices (Venus OS, github.com/victronenergy/dbus-flashmq): `N/<portal>/<service>/<instance>/<path>`, one value
 * a message as `{"value": …}`, its unit fixed by the path. The source is `<portal>/<service>/<instance>`. No message has a
 * time: the time of receipt counts.
 * An empty payload says that the device is gone, `Connected` whether it is there. A GX device falls silent a minute after the
 * last `R/<portal>/keepalive`, so each 50 s of hearing one, it is asked to go on; only the first of them asks for all values.
 */
export const victron: Codec = {
  format: 'victron',
  matches: (topic) => /^N\/[^/]+\/[^/]/.test(topic),
  decode(payload, topic, context) {
    const found = new Findings()
    const [, portal = '', service = '', instance = '', ...path] = topic.split('/')
    if (portal !== '') keepAlive(found, portal, context)
    if (path.length === 0 || NOT_DEVICES.has(service)) found.ignore('life_cycle')
    else readMessage(found, payload, { portal, service, instance, path: path.join('/') })
    return found.decoded()
  },
  examples: [
    {
      name: 'a grid meter, heard for the first time: it is asked for all values',
      topic: 'N/c0ffee/grid/30/Ac/L2/Energy/Reverse',
      payload: '{"value": 12.5}',
      gives: {
        readings: [
          {
            path: '/value',
            source: 'c0ffee/grid/30',
            quantity: 'active-energy-exported',
            channel: 'L2',
            value: 12.5,
            unit: 'kW.h',
          },
        ],
        answers: [{ topic: 'R/c0ffee/keepalive', payload: new Uint8Array(0) }],
      },
    },
    {
      name: 'no value, and asked already',
      topic: 'N/c0ffee/battery/512/Dc/0/Temperature',
      after: [{ topic: 'N/c0ffee/heartbeat', payload: '{"value":1767323045}' }],
      payload: '{"value": null}',
      gives: { ignored: { null: 1 } },
    },
    {
      name: 'a device that is gone',
      topic: 'N/c0ffee/pvinverter/20/Ac/Power',
      after: [{ topic: 'N/c0ffee/heartbeat', payload: '{"value":1767323045}' }],
      payload: '',
      gives: {
        ignored: { life_cycle: 1 },
        presence: [{ source: 'c0ffee/pvinverter/20', kind: 'disconnected', reason: 'empty payload' }],
      },
    },
    {
      name: 'no object',
      topic: 'N/c0ffee/grid/30/Ac/Power',
      after: [{ topic: 'N/c0ffee/heartbeat', payload: '{"value":1767323045}' }],
      payload: '936',
      gives: { rejections: [{ path: '', code: 'wrong_shape' }] },
    },
  ],
}

/** Settings, and what the GX device runs itself. */
const NOT_DEVICES: ReadonlySet<string> = new Set([
  'settings',
  'logger',
  'platform',
  'modbusclient',
  'modbustcp',
  'fronius',
  'adc',
  'vecan',
  'vrmlogger',
])

const KEEP_ALIVE_US = 50_000_000
const NO_REPUBLISH = new TextEncoder().encode('{"keepalive-options":["suppress-republish"]}')

function keepAlive(found: Findings, portal: string, { memory, receivedAt }: CodecContext): void {
  const key = `keepalive:${portal}`
  const last = memory.get(key)
  if (typeof last === 'number' && receivedAt - last < KEEP_ALIVE_US) return
  memory.set(key, receivedAt)
  // Silent for long: what changed meanwhile is asked for again.
  const isFirst = typeof last !== 'number' || receivedAt - last > 2 * KEEP_ALIVE_US
  found.answers.push({
    topic: `R/${portal}/keepalive`,
    payload: isFirst ? new Uint8Array(0) : NO_REPUBLISH,
  })
}

interface Place {
  readonly portal: string
  readonly service: string
  readonly instance: string
  readonly path: string
}

function readMessage(found: Findings, payload: Uint8Array, place: Place): void {
  const source = `${place.portal}/${place.service}/${place.instance}`
  if (payload.length === 0) {
    found.ignore('life_cycle')
    found.presence.push({ source, kind: 'disconnected', reason: 'empty payload' })
    return
  }
  const json = parseJson(payload, found)
  if (json === undefined) return
  if (!isRecord(json) || !('value' in json))
    return found.reject('', 'wrong_shape', 'a value of a GX device is {"value": …}')
  readValue(found, json.value, { ...place, source, at: '/value' })
  found.ignoreIfEmpty('null')
}

/** A value; or what is below a path, by its steps, as the answer to a read of the whole path has it. */
function readValue(found: Findings, value: unknown, place: Place & { source: string; at: string }): void {
  const { service, path, source, at } = place
  if (found.isFull) return
  if (isRecord(value)) {
    for (const [step, below] of Object.entries(value))
      readValue(found, below, { ...place, path: `${path}/${step}`, at: `${at}/${pointerOf(step)}` })
    return
  }
  // An empty list is how D-Bus writes that there is no value.
  if (Array.isArray(value)) return value.length === 0 ? found.ignore('null') : found.unmapped(at, source)
  if (path === 'Connected' && (value === 0 || value === 1)) {
    found.ignore('life_cycle')
    found.presence.push({
      source,
      kind: value === 1 ? 'connected' : 'disconnected',
      reason: `Connected ${value}`,
    })
    return
  }
  const rule = ruleOf(service, path, value)
  readKnown(found, rule, { path: at, source, value: rule?.quantity === 'fault' ? value !== 0 : value })
}

/** An alarm is 0, 1 (warning) or 2. */
function ruleOf(service: string, path: string, value: unknown): FieldRule | undefined {
  const rule = pathRule(service, path)
  return rule?.quantity === 'fault' && typeof value !== 'number' ? undefined : rule
}
