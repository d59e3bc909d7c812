import type { Codec, CodecContext } from '../codec.ts'
import { readFields } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isDeeperThan, isRecord, parseJson, textOf } from '../json.ts'
import { isTyped, measureOf, readTimeInstant, readTyped } from './fiware/measures.ts'
import { agentTopicOf } from './fiware/topics.ts'

/**
 * FIWARE IoT Agent for JSON (iotagent-json, User & Programmers Manual, "MQTT binding"): an object of measures, or an array
 * of such groups, on `/json/<apikey>/<device>/attrs`; one bare value on `…/attrs/<measure>`. `TimeInstant` (ISO 8601) is
 * the time of its group; one that is none spoils the group. Numbers may be text, also with a percent sign. Commands, their
 * results and requests for configuration are life cycle. What a measure is says the device's profile, or the vocabulary.
 * The older topic without `json` is that of UltraLight too: there the profile chooses.
 */
export const fiwareJson: Codec = {
  format: 'fiware-json',
  matches: (topic) => agentTopicOf(topic)?.protocol === 'json',
  decode(payload, topic, context) {
    const found = new Findings()
    const at = agentTopicOf(topic)
    if (at !== undefined && at.kind !== 'attrs') found.ignore('life_cycle')
    else if (at?.measure !== undefined) readOne(payload, at.measure, at.device, found, context)
    else {
      const json = parseJson(payload, found)
      if (json !== undefined) readGroups(json, at?.device, found, context)
    }
    // Objects with nothing in them.
    found.ignoreIfEmpty('null')
    return found.decoded()
  },
  examples: [
    {
      name: 'two groups, each at its own time; a number as text, one with a percent sign',
      topic: '/json/4jggokgpepnvsb2uv4s40d59ov/motion001/attrs',
      payload:
        '[{"TimeInstant":"2026-01-02T03:00:00.000Z","temperature":"23"},{"humidity":"45%","illuminance":null}]',
      gives: {
        readings: [
          {
            path: '/0/temperature',
            source: 'motion001',
            quantity: 'temperature',
            channel: '',
            value: 23,
            unit: 'Cel',
            time: 1_767_322_800_000_000,
          },
          {
            path: '/1/humidity',
            source: 'motion001',
            quantity: 'relative-humidity',
            channel: '',
            value: 45,
            unit: '%',
          },
        ],
        ignored: { null: 1 },
      },
    },
    {
      name: 'one measure as bare text, without the first slash',
      topic: 'json/key/dev-1/attrs/temperature',
      payload: '21.5',
      gives: {
        readings: [
          { path: '', source: 'dev-1', quantity: 'temperature', channel: '', value: 21.5, unit: 'Cel' },
        ],
      },
    },
    {
      name: 'the result of a command',
      topic: '/json/key/dev-1/cmdexe',
      payload: '{"ping":"pong"}',
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'a group whose time is none, beside one without',
      topic: '/json/key/dev-1/attrs',
      payload: '[{"TimeInstant":"yesterday","temperature":1},{"temperature":2}]',
      gives: {
        readings: [
          {
            path: '/1/temperature',
            source: 'dev-1',
            quantity: 'temperature',
            channel: '',
            value: 2,
            unit: 'Cel',
          },
        ],
        rejections: [{ path: '/0/TimeInstant', code: 'invalid_time' }],
      },
    },
    {
      name: 'UltraLight is not JSON',
      topic: '/json/key/dev-1/attrs',
      payload: 't|15',
      gives: { rejections: [{ path: '', code: 'not_json' }] },
    },
  ],
}

function readOne(
  payload: Uint8Array,
  name: string,
  source: string,
  found: Findings,
  context: CodecContext,
): void {
  const text = textOf(payload)
  if (text === undefined) return found.reject('', 'wrong_shape', 'the value of one measure is UTF-8 text')
  const value = jsonOr(text)
  const rules = context.rulesOf(source)
  if (typeof value === 'object' && value !== null && !isDeeperThan(value, DEPTH_MAX))
    readFields(found, rules, { [name]: value }, { path: '', source })
  else measureOf(found, rules, name, value, { path: '', source, time: undefined, isWhole: true })
}

const DEPTH_MAX = 15

/** Text that is no JSON is as good a value. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function readGroups(json: unknown, source: string | undefined, found: Findings, context: CodecContext): void {
  if (Array.isArray(json) && json.length === 0) return found.reject('', 'wrong_shape', 'an empty array')
  const groups = Array.isArray(json) ? [...json.entries()] : [[undefined, json] as const]
  for (const [i, group] of groups) {
    if (found.isFull) return
    const path = i === undefined ? '' : `/${i}`
    if (!isRecord(group) || Object.keys(group).length === 0)
      found.reject(
        path,
        'wrong_shape',
        'measures are an object of names and values, or an array of such objects',
      )
    else readGroup(group, path, source, found, context)
  }
}

function readGroup(
  { TimeInstant: rawTime, ...measures }: Record<string, unknown>,
  path: string,
  source: string | undefined,
  found: Findings,
  context: CodecContext,
): void {
  const time = readTimeInstant(rawTime)
  if (time === null)
    return found.reject(`${path}/TimeInstant`, 'invalid_time', `TimeInstant ${JSON.stringify(rawTime)}`)
  if (Object.keys(measures).length === 0) return found.ignore('life_cycle')
  const rules = context.rulesOf(source)
  for (const [name, value] of Object.entries(measures)) {
    if (found.isFull) return
    if (typeof value === 'string') measureOf(found, rules, name, value, { path, source, time })
    else if (isTyped(value)) readTyped(found, rules, name, value, { path, source, time })
    else readFields(found, rules, { [name]: value }, { path, source, time })
  }
}
