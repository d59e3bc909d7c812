import type { Codec, CodecContext } from '../codec.ts'
import { addReading, type FieldRule } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, textOf } from '../json.ts'
import {
  descendantsOf,
  describedBy,
  descriptionOf,
  kindOf,
  nodesOf,
  rememberAttribute,
  rememberDescription,
} from './homie/descriptions.ts'
import { type HomieTopic, homieTopicOf } from './homie/topics.ts'
import { readPropertyValue } from './homie/values.ts'

/**
 * The Homie convention (homieiot.github.io), versions 3, 4 (`homie/<device>/<node>/<property>`, with `$unit` and `$datatype` as
 * topics) and 5 (`homie/5/…`, with a `$description`). Values are bare text; the device is `<device>/<node>`. What is known of
 * a property's type and unit is remembered; before it is known, numbers, `true` and `false` are read as such, in the unit of
 * the rule for `<node>/<property>`. Times are those of receipt: the convention has none.
 * `$state` is presence, of the device, of its nodes, and, when it is gone, of its children: init, ready, alert are there;
 * disconnected, sleeping and lost are not, nor a device whose `$state` is cleared. Statistics (`$stats`) that have a
 * documented unit are read. Commands (`/set`), `$target`, alerts, logs and all other attributes are life cycle.
 */
export const homie: Codec = {
  format: 'homie',
  matches: (topic) => topic.startsWith('homie/'),
  decode(payload, topic, context) {
    const found = new Findings()
    const text = textOf(payload)
    if (text === undefined) found.reject('', 'wrong_shape', 'payloads of Homie are UTF-8 text')
    else readMessage(homieTopicOf(topic), text, payload, found, context)
    // Objects with nothing in them.
    found.ignoreIfEmpty('null')
    return found.decoded()
  },
  examples: [
    {
      name: 'version 5: the description tells the unit, whatever the property is called',
      topic: 'homie/5/boiler/tank/temperature',
      payload: '158',
      after: [
        {
          topic: 'homie/5/boiler/$description',
          payload:
            '{"homie":"5.0","nodes":{"tank":{"properties":{"temperature":{"datatype":"float","unit":"°F"}}}}}',
        },
      ],
      gives: {
        readings: [
          {
            path: '',
            source: 'boiler/tank',
            quantity: 'temperature',
            channel: '',
            value: 158,
            unit: '[degF]',
          },
        ],
      },
    },
    {
      name: 'version 4, before anything is known of the property',
      topic: 'homie/boiler/tank/temperature',
      payload: '21.5',
      gives: {
        readings: [
          { path: '', source: 'boiler/tank', quantity: 'temperature', channel: '', value: 21.5, unit: 'Cel' },
        ],
      },
    },
    {
      name: 'the last will of a device whose description is known',
      topic: 'homie/5/boiler/$state',
      payload: 'lost',
      after: [
        {
          topic: 'homie/5/boiler/$description',
          payload: '{"homie":"5.0","nodes":{"tank":{}},"children":["pump"]}',
        },
      ],
      gives: {
        ignored: { life_cycle: 1 },
        presence: [
          { source: 'boiler', kind: 'disconnected', reason: '$state lost' },
          { source: 'boiler/tank', kind: 'disconnected', reason: '$state lost' },
          { source: 'pump', kind: 'disconnected', reason: '$state lost' },
        ],
      },
    },
    {
      name: 'a command to the device',
      topic: 'homie/5/boiler/tank/temperature/set',
      payload: '60',
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'a float that is none',
      topic: 'homie/boiler/tank/temperature',
      payload: 'NaN',
      after: [{ topic: 'homie/boiler/tank/temperature/$datatype', payload: 'float' }],
      gives: { rejections: [{ path: '', code: 'wrong_type' }] },
    },
    {
      name: 'a description that is no JSON',
      topic: 'homie/5/boiler/$description',
      payload: '{"nodes":',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
  ],
}

function readMessage(
  topic: HomieTopic,
  text: string,
  payload: Uint8Array,
  found: Findings,
  context: CodecContext,
): void {
  const { memory } = context
  switch (topic.is) {
    case 'value': {
      // A retained value is cleared so.
      if (text === '') return found.ignore('life_cycle')
      const { device, node, property } = topic
      const source = `${device}/${node}`
      const kind = kindOf(memory, device, node, property)
      return readPropertyValue(found, context.rulesOf(source), kind, text, {
        name: `${node}/${property}`,
        source,
      })
    }
    case 'state':
      return readState(topic.device, text.trim(), found, context)
    case 'online':
      return readPresence(topic.device, text === 'true', `$online ${text}`, found, context)
    case 'description':
      return readDescription(topic.device, payload, found, context)
    case 'nodes':
      found.isRemembered = true
      rememberDescription(memory, topic.device, text === '' ? undefined : nodesOf(text))
      return found.ignore('life_cycle')
    case 'attribute':
      found.isRemembered = true
      rememberAttribute(memory, topic, text)
      return found.ignore('life_cycle')
    case 'statistic':
      return readStatistic(topic.device, topic.name, text, found)
    case 'other':
      return found.ignore('life_cycle')
  }
}

function readDescription(
  device: string,
  payload: Uint8Array,
  found: Findings,
  { memory }: CodecContext,
): void {
  if (payload.length === 0) rememberDescription(memory, device, undefined)
  else {
    const json = parseJson(payload, found)
    if (json === undefined) return
    if (!isRecord(json)) return found.reject('', 'wrong_shape', '$description is an object with "nodes"')
    rememberDescription(memory, device, descriptionOf(json))
  }
  found.isRemembered = true
  found.ignore('life_cycle')
}

const STATES: Readonly<Record<string, 'connected' | 'disconnected'>> = {
  init: 'connected',
  ready: 'connected',
  alert: 'connected',
  disconnected: 'disconnected',
  sleeping: 'disconnected',
  lost: 'disconnected',
  '': 'disconnected',
}

const PRESENCE_MAX = 1000

function readState(device: string, state: string, found: Findings, context: CodecContext): void {
  const kind = Object.hasOwn(STATES, state) ? STATES[state] : undefined
  if (kind === undefined) return found.ignore('life_cycle')
  readPresence(device, kind === 'connected', state === '' ? 'removed' : `$state ${state}`, found, context)
}

function readPresence(
  device: string,
  isThere: boolean,
  reason: string,
  found: Findings,
  { memory }: CodecContext,
): void {
  found.ignore('life_cycle')
  const kind = isThere ? 'connected' : 'disconnected'
  // Children speak through the connection of their root: it is gone, so are they. That it is back says nothing of them.
  const devices = isThere ? [device] : [device, ...descendantsOf(memory, device)]
  for (const id of devices) {
    const nodes = describedBy(memory, id)?.nodes ?? []
    for (const source of [id, ...nodes.map((node) => `${id}/${node}`)])
      if (found.presence.length < PRESENCE_MAX) found.presence.push({ source, kind, reason })
  }
}

/** Legacy stats extension (org.homie.legacy-stats) and version 3; signal is a percentage of nobody knows what. */
const STATISTICS: Readonly<Record<string, FieldRule>> = {
  uptime: { quantity: 'uptime', unit: 's' },
  battery: { quantity: 'battery-level', unit: '%' },
  cputemp: { quantity: 'temperature', unit: 'Cel', channel: 'cpu' },
  supply: { quantity: 'voltage', unit: 'V', channel: 'supply' },
}

function readStatistic(device: string, name: string, text: string, found: Findings): void {
  if (text === '' || name === 'interval') return found.ignore('life_cycle')
  const rule = Object.hasOwn(STATISTICS, name) ? STATISTICS[name] : undefined
  if (rule === undefined) return found.unmapped('', device)
  addReading(found, rule, { path: '', value: text, source: device })
}
