import type { Codec, CodecContext } from '../codec.ts'
import type { FieldRule } from '../fields.ts'
import { Findings } from '../findings.ts'
import { isRecord, parseJson, pointerOf } from '../json.ts'
import { readKnown, readVendorField } from '../known-field.ts'
import { isoTime } from '../times.ts'
import { meterRule } from './wmbusmeters/rules.ts'

/**
 * wmbusmeters, the reader of wireless M-Bus meters, publishing to `wmbusmeters/<name>` (its README, "MQTT"): one flat object
 * a telegram, marked `"_": "telegram"`. The source is the meter's `id`; the name it was given is its other name.
 * The unit ends the key and `media` says what is metered. Texts of status are operating states.
 * Left out, and named: figures of another day than the telegram's (`target_…`, `…_at_set_date…`, `prev_…`, `history…`: their
 * dates are local days without a time, so nobody can say to the hour when they held) and maxima, minima and averages.
 * A temperature of 127 Cel says that there is none. `timestamp` is UTC, when the telegram was heard.
 */
export const wmbusmeters: Codec = {
  format: 'wmbusmeters',
  matches: (topic) => /^wmbusmeters\/[^/]/.test(topic),
  decode(payload, _topic, context) {
    const found = new Findings()
    const json = parseJson(payload, found)
    if (json !== undefined) readTelegram(found, json, context)
    return found.decoded()
  },
  examples: [
    {
      name: 'a water meter; the volume of a set date and a temperature of 127 are left out',
      topic: 'wmbusmeters/pump house',
      payload:
        '{"_":"telegram","media":"cold water","meter":"multical21","name":"pump house","id":"00004711","status":"DRY","total_m3":8.25,"target_m3":7.9,"flow_temperature_c":127,"timestamp":"2026-01-02T03:04:05Z"}',
      gives: {
        readings: [
          {
            path: '/status',
            source: '00004711',
            quantity: 'operating-state',
            channel: '',
            value: 'DRY',
            time: 1_767_323_045_000_000,
          },
          {
            path: '/total_m3',
            source: '00004711',
            quantity: 'water-volume',
            channel: '',
            value: 8.25,
            unit: 'm3',
            time: 1_767_323_045_000_000,
          },
        ],
        ignored: { null: 1, unmapped: 1 },
        aliases: { '00004711': ['pump house'] },
      },
    },
    {
      name: 'no meter is named',
      topic: 'wmbusmeters/x',
      payload: '{"_":"telegram","media":"water","total_m3":8.25}',
      gives: { rejections: [{ path: '/id', code: 'wrong_shape' }] },
    },
  ],
}

/** What says who and how, and measures nothing. */
const WORDS: ReadonlySet<string> = new Set([
  '_',
  'media',
  'meter',
  'name',
  'id',
  'timestamp',
  'device',
  'meter_type',
  'telegram',
])

function readTelegram(found: Findings, json: unknown, context: CodecContext): void {
  if (!isRecord(json)) return found.reject('', 'wrong_shape', 'a telegram is a JSON object')
  if (json._ !== undefined && json._ !== 'telegram') return found.ignore('life_cycle')
  const id = typeof json.id === 'number' ? String(json.id) : json.id
  if (typeof id !== 'string' || id === '')
    return found.reject('/id', 'wrong_shape', 'a telegram has the id of its meter')
  if (typeof json.name === 'string') found.alias(id, json.name)
  const time = isoTime(json.timestamp, 0)
  const media = typeof json.media === 'string' ? json.media.toLowerCase() : ''
  // One figure may be there in two units: all of a telegram is of one time, so the second would only contradict the first.
  const read = new Set<string>()
  for (const [key, value] of Object.entries(json)) {
    if (found.isFull) return
    if (WORDS.has(key)) continue
    const field = { path: `/${pointerOf(key)}`, source: id, time, value }
    const rule = meterRule(key, media)
    if (rule === null) found.unmapped(field.path, id)
    else if (rule === undefined) readVendorField(found, context.rulesOf(id), { ...field, name: key })
    else if (key.endsWith('_c') && Number(value) === NO_TEMPERATURE) found.ignore('null')
    else if (read.has(seriesOf(rule))) found.unmapped(field.path, id)
    else {
      if (value !== null && value !== '') read.add(seriesOf(rule))
      readKnown(found, rule, field)
    }
  }
  found.ignoreIfEmpty('life_cycle')
}

const seriesOf = ({ quantity, channel = '' }: FieldRule): string => `${quantity}/${channel}`

const NO_TEMPERATURE = 127
