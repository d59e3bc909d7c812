import { type Micros, parseRfc3339 } from '../../core/time.ts'
import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf } from '../json.ts'
import { propertyRules, readValue } from './ditto-protocol/properties.ts'

/**
 * Messages of Eclipse Ditto (eclipse.dev/ditto, "Protocol specification"): an envelope with `topic`
 * (`<namespace>/<name>/things/<channel>/<criterion>/<action>`), `path` and `value`. Also what a device sends before Ditto's own mapping,
 * any JSON object. Ditto has no MQTT topics of its own: a profile chooses this format.
 *
 * The device is the thing, `<namespace>:<name>`. Properties of features are read from what sets or reports state: twin commands create,
 * modify and merge, and events created, modified and merged of both channels. A live command asks something of a device, and what is
 * desired is no measurement. Property `x` of feature `accelerometer` is `accelerometer/x` to a profile; where only the vocabulary knows
 * the property, the feature is the channel. A `unit` among the properties is that of its neighbours; "23.42 °C" is a number with its
 * unit. Time is the event's `timestamp`, else (or if that is no time) that of receipt.
 */
export const dittoProtocol: Codec = {
  format: 'ditto-protocol',
  matches: () => false,
  decode(payload, _topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    if (json !== undefined) readMessage(json, context, found)
    return found.decoded()
  },
  examples: [
    {
      name: 'an event with two features and what is wanted of one',
      topic: 'any',
      payload:
        '{"topic":"org.acme/room-1/things/twin/events/merged","path":"/features","value":{"temperature":{"properties":{"value":21.5,"unit":"°C"},"desiredProperties":{"value":19}},"air":{"properties":{"humidity":"55 %"}}},"revision":7,"timestamp":"2026-01-02T03:04:05Z"}',
      gives: {
        readings: [
          {
            path: '/value/temperature/properties/value',
            quantity: 'temperature',
            channel: '',
            value: 21.5,
            unit: 'Cel',
            time: 1_767_323_045_000_000,
            source: 'org.acme:room-1',
          },
          {
            path: '/value/air/properties/humidity',
            quantity: 'relative-humidity',
            channel: 'air',
            value: 55,
            unit: '%',
            time: 1_767_323_045_000_000,
            source: 'org.acme:room-1',
          },
        ],
        ignored: { life_cycle: 1 },
      },
    },
    {
      name: 'one property',
      topic: 'any',
      payload:
        '{"topic":"org.acme/room-1/things/twin/commands/modify","path":"/features/temperature_2/properties/value","value":20}',
      gives: {
        readings: [
          {
            path: '/value',
            quantity: 'temperature',
            channel: '2',
            value: 20,
            unit: 'Cel',
            source: 'org.acme:room-1',
          },
        ],
      },
    },
    {
      name: 'the answer to a command',
      topic: 'any',
      payload:
        '{"topic":"org.acme/room-1/things/twin/commands/modify","path":"/features/temperature/properties/value","status":204}',
      gives: { ignored: { command_reply: 1 } },
    },
    {
      name: 'a payload before mapping',
      topic: 'any',
      payload: '{"temp":"23.42 °C","hum":78,"room":"12 Main Street"}',
      gives: {
        readings: [
          { path: '/temp', quantity: 'temperature', channel: '', value: 23.42, unit: 'Cel' },
          { path: '/hum', quantity: 'relative-humidity', channel: '', value: 78, unit: '%' },
        ],
        ignored: { unmapped: 1 },
      },
    },
    {
      name: 'an envelope whose topic is too short',
      topic: 'any',
      payload: '{"topic":"org.acme/room-1/things","path":"/features","value":{}}',
      gives: { rejections: [{ path: '/topic', code: 'wrong_shape' }] },
    },
  ],
}

interface Thing {
  readonly source: string | undefined
  readonly time: Micros | undefined
  readonly context: CodecContext
  readonly found: Findings
}

function readMessage(json: unknown, context: CodecContext, found: Findings): void {
  if (!isRecord(json) || Object.keys(json).length === 0)
    return found.reject('', 'wrong_shape', 'neither a Ditto envelope nor an object with values')
  if (typeof json.topic === 'string' && json.topic.includes('/')) return readEnvelope(json, context, found)
  const rules = propertyRules(context.rulesOf())
  readValue(json, { path: '', name: '', rules, time: undefined, source: undefined }, found)
  found.ignoreIfEmpty('life_cycle')
}

function readEnvelope(json: Record<string, unknown>, context: CodecContext, found: Findings): void {
  if (json.status !== undefined) return found.ignore('command_reply')
  const [namespace, name, group, channel, criterion, action] = String(json.topic).split('/')
  if (!namespace || !name || !group || !channel || (group === 'things' && !criterion))
    return found.reject(
      '/topic',
      'wrong_shape',
      'a topic is <namespace>/<name>/things/<channel>/<criterion>/<action>',
    )
  if (group !== 'things' || !isOfState(channel, criterion, action)) return found.ignore('life_cycle')
  if (typeof json.path !== 'string' || (json.path !== '' && !json.path.startsWith('/')))
    return found.reject('/path', 'wrong_shape', 'a path is a JSON Pointer into the thing, such as /features')
  // Null removes what is at the path, in a merge.
  if (json.value === undefined || json.value === null) return found.ignore('life_cycle')
  const time = typeof json.timestamp === 'string' ? parseRfc3339(json.timestamp) : null
  const source = sourceOf(namespace, name)
  readAtPath(stepsOf(json.path), json.value, '/value', { source, time: time ?? undefined, context, found })
  found.ignoreIfEmpty('life_cycle')
}

/** `_` stands for what the connection knows: its default namespace, or the thing that is the sender. */
const sourceOf = (namespace: string, name: string): string | undefined =>
  name === '_' ? undefined : namespace === '_' ? name : `${namespace}:${name}`

const SETS: ReadonlySet<string | undefined> = new Set(['create', 'modify', 'merge'])
const REPORTS: ReadonlySet<string | undefined> = new Set(['created', 'modified', 'merged'])

const isOfState = (channel: string, criterion: string | undefined, action: string | undefined): boolean =>
  (channel === 'twin' && criterion === 'commands' && SETS.has(action)) ||
  ((channel === 'twin' || channel === 'live') && criterion === 'events' && REPORTS.has(action))

/** RFC 6901 §4. Ditto's root is `/`. */
const stepsOf = (path: string): string[] =>
  path
    .split('/')
    .filter((step) => step !== '')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The parts of a thing that a value at such a path is, down to properties of features and attributes. */
function readAtPath(steps: readonly string[], value: unknown, path: string, thing: Thing): void {
  const [part, feature, kind, ...inner] = steps
  if (part === 'features' && kind === 'properties')
    return readProperties([feature ?? '', ...inner].join('/'), value, path, thing, true)
  if (part === 'attributes') return readProperties(steps.join('/'), value, path, thing, false)
  const isAbove = part === undefined || (part === 'features' && kind === undefined)
  if (!isAbove || !isRecord(value)) return thing.found.ignore('life_cycle')
  for (const [step, each] of Object.entries(value))
    if (!isFixed(steps, step)) readAtPath([...steps, step], each, `${path}/${pointerOf(step)}`, thing)
}

/** What says which thing it is and what may be done with it, and never changes with a measurement. */
const isFixed = (steps: readonly string[], step: string): boolean =>
  (steps.length === 0 && step !== 'features' && step !== 'attributes') ||
  (steps.length === 2 && step === 'definition')

function readProperties(
  name: string,
  value: unknown,
  path: string,
  { context, source, time, found }: Thing,
  isOfFeature: boolean,
): void {
  const rules = context.rulesOf(source)
  readValue(value, { path, name, rules: isOfFeature ? propertyRules(rules) : rules, time, source }, found)
}
