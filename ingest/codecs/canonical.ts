import { type Micros, parseRfc3339 } from '../../core/time.ts'
import { isReadingsTopic } from '../../core/topic.ts'
import type { Codec } from '../codec.ts'
import { Findings, VALUES_MAX } from '../findings.ts'
import { isRecord, parseJson, pointerOf } from '../json.ts'

const DETAIL_CHARS_MAX = 200

/**
 * Plumbline's own form, on `devices/<id>/readings`: an object, or an array of objects,
 * `{"time"?, "values": {"<quantity>[/<channel>]": number | boolean | string | null | {"value", "unit"?}}}`.
 * `time` is RFC 3339 or epoch milliseconds. `null` means 'no measurement'. A bad value does not spoil its neighbours.
 */
export const canonical: Codec = {
  format: 'canonical',
  matches: isReadingsTopic,
  decode(payload) {
    const found = new Findings()
    const json = parseJson(payload, found)
    if (json !== undefined) readCanonical(json, found)
    return found.decoded()
  },
  examples: [
    {
      name: 'two quantities at a time of the device, one with its own unit',
      topic: 'devices/wm-1/readings',
      payload:
        '{"time":"2026-01-02T03:04:05.678901+07:00","values":{"water-volume":12.5,"water-pressure":{"value":3.1,"unit":"bar"}}}',
      gives: {
        readings: [
          {
            path: '/values/water-volume',
            quantity: 'water-volume',
            channel: '',
            value: 12.5,
            time: 1_767_297_845_678_901,
          },
          {
            path: '/values/water-pressure',
            quantity: 'water-pressure',
            channel: '',
            value: 3.1,
            unit: 'bar',
            time: 1_767_297_845_678_901,
          },
        ],
        rejections: [],
        ignored: {},
      },
    },
    {
      name: 'an array; a channel, a boolean, a label, no measurement, epoch milliseconds',
      topic: 'devices/tr-1/readings',
      payload:
        '[{"values":{"voltage/L1":230,"frequency":null}},{"time":1767297845000,"values":{"operating-state":"open","occupancy":true}}]',
      gives: {
        readings: [
          { path: '/0/values/voltage~1L1', quantity: 'voltage', channel: 'L1', value: 230 },
          {
            path: '/1/values/operating-state',
            quantity: 'operating-state',
            channel: '',
            value: 'open',
            time: 1_767_297_845_000_000,
          },
          {
            path: '/1/values/occupancy',
            quantity: 'occupancy',
            channel: '',
            value: true,
            time: 1_767_297_845_000_000,
          },
        ],
        rejections: [],
        ignored: { null: 1 },
      },
    },
    {
      name: 'a bad value beside a good one',
      topic: 'devices/wm-1/readings',
      payload: '{"values":{"water-volume":1,"water-flow":[2],"water-pressure":{"value":"3","unit":7}}}',
      gives: {
        readings: [{ path: '/values/water-volume', quantity: 'water-volume', channel: '', value: 1 }],
        rejections: [
          { path: '/values/water-flow', code: 'wrong_type' },
          { path: '/values/water-pressure', code: 'wrong_type' },
        ],
        ignored: {},
      },
    },
    {
      name: 'a time without a zone spoils the whole object',
      topic: 'devices/wm-1/readings',
      payload: '{"time":"2026-01-02 03:04:05","values":{"water-volume":1,"water-flow":2}}',
      gives: {
        readings: [],
        rejections: [
          { path: '/values/water-volume', code: 'invalid_time' },
          { path: '/values/water-flow', code: 'invalid_time' },
        ],
        ignored: {},
      },
    },
    {
      name: 'NaN is not JSON',
      topic: 'devices/wm-1/readings',
      payload: '{"values":{"water-volume":NaN}}',
      gives: { readings: [], rejections: [{ path: '', code: 'not_json' }], ignored: {} },
    },
  ],
}

/** Reads the canonical form. With `allowsDevice` an object may name the device whose readings it has. */
export function readCanonical(json: unknown, found: Findings, allowsDevice = false): void {
  if (!Array.isArray(json)) return readObject(json, '', found, allowsDevice)
  if (json.length === 0) found.reject('', 'wrong_shape', 'an empty array')
  for (const [i, item] of json.entries()) {
    if (found.isFull) return found.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
    readObject(item, `/${i}`, found, allowsDevice)
  }
}

function readObject(json: unknown, path: string, found: Findings, allowsDevice: boolean): void {
  if (!isRecord(json) || !isRecord(json.values))
    return found.reject(
      path,
      'wrong_shape',
      'no object with an object "values": {"values": {"<quantity>": number}}',
    )
  const source = allowsDevice && json.device !== undefined ? String(json.device) : undefined
  const time = readTime(json.time)
  let isEmpty = true
  for (const name in json.values) {
    isEmpty = false
    if (found.isFull) return found.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
    const at = `${path}/values/${pointerOf(name)}`
    if (time === null) found.reject(at, 'invalid_time', `time ${shownTime(json.time)}`)
    else readValue(name, json.values[name], at, { time, source }, found)
  }
  if (isEmpty) found.reject(path, 'wrong_shape', '"values" is empty')
}

const shownTime = (raw: unknown): string =>
  typeof raw === 'string'
    ? `${raw.slice(0, DETAIL_CHARS_MAX)}: takes RFC 3339 with a zone, as 2026-01-02T03:04:05+07:00 or …Z`
    : `of type ${typeof raw}: takes RFC 3339 with a zone, or epoch milliseconds`

/** Undefined: none given. Null: not a time. */
function readTime(raw: unknown): Micros | undefined | null {
  if (raw === undefined || raw === null) return undefined
  if (typeof raw === 'string') return parseRfc3339(raw)
  // 8.64e15 ms is the range of a date; fractions of a millisecond are kept to the microsecond.
  return typeof raw === 'number' && Math.abs(raw) <= 8.64e15 ? Math.round(raw * 1000) : null
}

function readValue(
  name: string,
  raw: unknown,
  path: string,
  { time, source }: { time: Micros | undefined; source: string | undefined },
  found: Findings,
): void {
  const withUnit = isRecord(raw) ? raw : null
  const value = withUnit ? withUnit.value : raw
  const unit = withUnit?.unit
  if (value === null) return found.ignore('null')
  const isScalar = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
  if (!isScalar || (unit !== undefined && typeof unit !== 'string'))
    return found.reject(path, 'wrong_type', 'takes a number, boolean, text or null, or {"value", "unit"}')
  const slash = name.indexOf('/')
  const quantity = slash < 0 ? name : name.slice(0, slash)
  const channel = slash < 0 ? '' : name.slice(slash + 1)
  // One shape for the common case, and without the cost of spreading.
  if (unit === undefined && time !== undefined && source === undefined)
    return void found.readings.push({ path, quantity, channel, value, time })
  found.readings.push({
    path,
    quantity,
    channel,
    value,
    ...(unit === undefined ? {} : { unit }),
    ...(time === undefined ? {} : { time }),
    ...(source === undefined ? {} : { source }),
  })
}
