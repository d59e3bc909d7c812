import type { Codec, CodecContext } from '../codec.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson } from '../json.ts'
import { isPayload, nodeName, readDataSet, readDataSetField } from './opcua-pubsub-json/data-set.ts'
import {
  devicesOf,
  readMetaData,
  rememberDevice,
  unitsOf,
  type Writer,
} from './opcua-pubsub-json/meta-data.ts'
import { qualityOf } from './opcua-pubsub-json/values.ts'

/**
 * OPC UA PubSub in JSON, OPC 10000-14 §7.2.5, in its versions 1.04 and 1.05, with or without the headers of the network message and of
 * the data set, one message or an array; on the default topics of §7.3.4.7, `opcua/json/<type>/<publisher>/<group>[/<writer>]`, or by
 * profile. The "samples" form of Azure's OPC Publisher (one node a message) is read too, and the `body` that its hub wraps around
 * either. The device is `<publisher>/<writer>`, by the writer's name where it has one.
 *
 * A field is looked up by its name, then by its last step; its unit is that of the last `ua-metadata`. A status that is uncertain makes
 * a value estimated, a bad one bad; a bad one without a value is none. Time: SourceTimestamp, ServerTimestamp, then the message's; one
 * that is no time refuses its value. Events, keep-alives and discovery measure nothing. Two documents in one payload are no JSON.
 */
export const opcuaPubsubJson: Codec = {
  format: 'opcua-pubsub-json',
  matches: (topic) => topic.startsWith('opcua/json/'),
  decode(payload, topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    if (json === undefined) return found.decoded()
    const at: At = { found, context, address: addressOf(topic), isLifeCycle: false }
    const isWrapped = isRecord(json) && typeof json.body === 'object' && !('Payload' in json)
    if (isWrapped) readAny(json.body, '/body', at)
    else readAny(json, '', at)
    if (at.isLifeCycle || found.isSilent) found.ignore('life_cycle')
    return found.decoded()
  },
  examples: [
    {
      name: 'values with status and 100 ns; one that is bad and has none',
      topic: 'opcua/json/data/P/G',
      payload:
        '{"MessageId":"1","MessageType":"ua-data","PublisherId":"P","Messages":[{"DataSetWriterId":1,"Timestamp":"2026-01-02T03:04:05Z","Payload":{"Temperature":{"Value":21.5,"SourceTimestamp":"2026-01-02T03:04:04.1234567Z","StatusCode":{"Code":1083441152}},"Humidity":{"StatusCode":{"Symbol":"BadNoCommunication","Code":2150694912}}}}]}',
      gives: {
        readings: [
          {
            path: '/Messages/0/Payload/Temperature',
            quantity: 'temperature',
            channel: '',
            value: 21.5,
            unit: 'Cel',
            time: 1_767_323_044_123_456,
            source: 'P/1',
            quality: 'estimated',
          },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'a unit of earlier metadata (4604232 is FAH, the degree Fahrenheit); a Variant of 1.04 with a 64-bit number in text',
      topic: 'opcua/json/data/P/G/W',
      after: [
        {
          topic: 'opcua/json/metadata/P/G/W',
          payload:
            '{"MessageType":"ua-metadata","PublisherId":"P","DataSetWriterId":7,"MetaData":{"Fields":[{"Name":"temperature","Properties":[{"Key":"0:EngineeringUnits","Value":{"UaType":22,"Value":{"UnitId":4604232}}}]}]}}',
        },
      ],
      payload: '{"DataSetWriterId":7,"Payload":{"temperature":{"Type":8,"Body":"70"}}}',
      gives: {
        readings: [
          {
            path: '/Payload/temperature',
            quantity: 'temperature',
            channel: '',
            value: 70,
            unit: '[degF]',
            source: 'P/W',
          },
        ],
      },
    },
    {
      name: 'a publisher that is gone',
      topic: 'opcua/json/status/P',
      payload: '{"MessageId":"1","MessageType":"ua-status","PublisherId":"P","IsCyclic":false,"Status":3}',
      gives: {
        presence: [{ source: 'P', kind: 'disconnected', reason: 'ua-status 3' }],
        ignored: { life_cycle: 1 },
      },
    },
    {
      name: 'two documents in one payload',
      topic: 'opcua/json/data/P/G',
      payload: '{"Payload":{"temperature":1}}\n{"Payload":{"temperature":2}}',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
    {
      name: 'nothing of OPC UA',
      topic: 'opcua/json/data/P/G',
      payload: '[7]',
      gives: { rejections: [{ path: '/0', code: 'wrong_shape' }] },
    },
  ],
}

interface At {
  readonly found: Findings
  readonly context: CodecContext
  readonly address: { readonly publisher?: string; readonly writer?: string }
  isLifeCycle: boolean
}

/** `opcua/json/data/<PublisherId>/<WriterGroup>[/<DataSetWriter>]`. */
function addressOf(topic: string): At['address'] {
  const [prefix, encoding, , publisher, , writer] = topic.split('/')
  if (prefix !== 'opcua' || encoding !== 'json') return {}
  return { ...(publisher ? { publisher } : {}), ...(writer ? { writer } : {}) }
}

function readAny(json: unknown, path: string, at: At): void {
  if (Array.isArray(json) && json.length > 0)
    for (const [i, item] of json.entries()) readOne(item, `${path}/${i}`, at)
  else readOne(json, path, at)
}

const DATA_SET_TYPES: ReadonlySet<unknown> = new Set([
  'ua-keyframe',
  'ua-deltaframe',
  'ua-event',
  'ua-condition',
  'ua-keepalive',
])

function readOne(json: unknown, path: string, at: At): void {
  if (!isPayload(json))
    return at.found.reject(path, 'wrong_shape', 'no NetworkMessage, DataSetMessage or payload with fields')
  const { MessageType: type } = json
  if (type === 'ua-metadata') {
    at.isLifeCycle = true
    readMetaData(json.MetaData, writerOf(json, at), at.context.memory, at.found)
  } else if (type === 'ua-status') readStatus(json, at)
  else if ('Messages' in json) readNetworkMessage(json, path, at)
  else if (DATA_SET_TYPES.has(type) || 'Payload' in json || 'DataSetWriterId' in json)
    readDataSetMessage(json, {}, path, at)
  else if ('NodeId' in json && 'Value' in json) readSample(json, path, at)
  else if (typeof type === 'string' && type.startsWith('ua-')) at.isLifeCycle = true
  else readPayload(json, {}, path, at)
}

function readNetworkMessage(json: Record<string, unknown>, path: string, at: At): void {
  const messages = Array.isArray(json.Messages) ? (json.Messages as unknown[]) : [json.Messages]
  const isArray = Array.isArray(json.Messages)
  for (const [i, message] of messages.entries()) {
    const each = `${path}/Messages${isArray ? `/${i}` : ''}`
    if (isRecord(message)) readDataSetMessage(message, json, each, at)
    else at.found.reject(each, 'wrong_shape', 'a DataSetMessage is an object')
  }
}

function readDataSetMessage(
  message: Record<string, unknown>,
  network: Record<string, unknown>,
  path: string,
  at: At,
): void {
  const { MessageType: type, Payload: payload } = message
  if (type === 'ua-event' || type === 'ua-condition' || payload === undefined || payload === null) {
    at.isLifeCycle = true
    return
  }
  if (!isRecord(payload)) return at.found.reject(`${path}/Payload`, 'wrong_shape', 'a payload is an object')
  readPayload(payload, { ...network, ...message }, `${path}/Payload`, at)
}

function readPayload(
  payload: Record<string, unknown>,
  header: Record<string, unknown>,
  path: string,
  at: At,
): void {
  const writer = writerOf(header, at)
  const source = sourceOf(writer, at)
  readDataSet(
    payload,
    {
      path,
      source,
      rules: at.context.rulesOf(source),
      units: unitsOf(writer, at.context.memory),
      timestamp: header.Timestamp,
      quality: qualityOf(header.Status),
    },
    at.found,
  )
}

/** OPC Publisher's "samples": one value of one node, with where it was read. */
function readSample(json: Record<string, unknown>, path: string, at: At): void {
  const extension = isRecord(json.ExtensionFields) ? json.ExtensionFields : {}
  const publisher = idOf(json.ApplicationUri) ?? idOf(extension.PublisherId) ?? idOf(json.EndpointUrl)
  const id = idOf(json.DataSetWriterId) ?? idOf(extension.DataSetWriterId)
  const source = sourceOf({ publisher, id, name: undefined }, at)
  const name = idOf(json.DisplayName) ?? nodeName(String(json.NodeId))
  const dataSet = {
    path,
    source,
    rules: at.context.rulesOf(source),
    units: new Map<string, string>(),
    timestamp: json.Timestamp,
    quality: qualityOf(json.Status),
  }
  readDataSetField(name, json.Value, `${path}/Value`, dataSet, at.found)
}

/** Disabled 0, Paused 1, Operational 2, Error 3, PreOperational 4 (OPC 10000-14 §6.2.1), or "Error_3" as verbose JSON has it. */
function readStatus({ Status: status, PublisherId }: Record<string, unknown>, at: At): void {
  at.isLifeCycle = true
  const state = typeof status === 'string' ? Number(status.slice(status.lastIndexOf('_') + 1)) : status
  const publisher = idOf(PublisherId) ?? at.address.publisher
  const kind = state === 2 ? 'connected' : state === 0 || state === 3 ? 'disconnected' : undefined
  if (kind === undefined || publisher === undefined) return
  for (const source of [publisher, ...devicesOf(publisher, at.context.memory)])
    at.found.presence.push({ source, kind, reason: `ua-status ${state}` })
}

function writerOf(json: Record<string, unknown>, { address }: At): Writer {
  return {
    publisher: idOf(json.PublisherId) ?? address.publisher,
    id: idOf(json.DataSetWriterId),
    name: idOf(json.DataSetWriterName) ?? address.writer,
  }
}

/** `<publisher>/<writer>`; of the two what there is; without either, the sender. */
function sourceOf({ publisher, id, name }: Writer, { context }: At): string | undefined {
  const writer = name ?? id
  if (publisher === undefined || writer === undefined) return publisher ?? writer
  const source = `${publisher}/${writer}`
  rememberDevice(publisher, source, context.memory)
  return source
}

const ID_CHARS_MAX = 256

const idOf = (id: unknown): string | undefined =>
  (typeof id === 'string' && id !== '') || typeof id === 'number'
    ? String(id).slice(0, ID_CHARS_MAX)
    : undefined
