import { isAscii } from 'node:buffer'
import type { Decoded, IgnoreReason, Reading } from '../../core/message.ts'
import type { RejectionCode, RejectionItem } from '../../core/rejection-codes.ts'
import { type Micros, parseRfc3339 } from '../../core/time.ts'
import { isReadingsTopic } from '../../core/topic.ts'
import type { Codec } from '../codec.ts'

const DEPTH_MAX = 16
const VALUES_MAX = 1000
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
    const json = parseJson(payload)
    if (json === undefined) found.reject('', 'not_json', 'the payload is no JSON text in UTF-8')
    else if (isDeeperThan(json, DEPTH_MAX)) found.reject('', 'too_deep', `deeper than ${DEPTH_MAX} levels`)
    else readMessage(json, found)
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

class Findings {
  readonly readings: Reading[] = []
  readonly rejections: RejectionItem[] = []
  readonly #ignored: Partial<Record<IgnoreReason, number>> = {}

  reject(path: string, code: RejectionCode, detail: string): void {
    this.rejections.push({ path, code, detail: printable(detail) })
  }

  ignore(reason: IgnoreReason): void {
    this.#ignored[reason] = (this.#ignored[reason] ?? 0) + 1
  }

  /** All or nothing where the message as a whole is at fault. */
  get isFull(): boolean {
    return this.readings.length + this.rejections.length >= VALUES_MAX
  }

  onlyReject(code: RejectionCode, detail: string): void {
    this.readings.length = 0
    this.rejections.length = 0
    this.reject('', code, detail)
  }

  decoded(): Decoded {
    return { readings: this.readings, rejections: this.rejections, ignored: this.#ignored }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(payload))
  } catch {
    return undefined
  }
}

/** ASCII, which nearly all payloads are, needs no decoder: that is a fifth of the whole cost of a short message. */
function textOf(payload: Uint8Array): string {
  return isAscii(payload)
    ? Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('latin1')
    : utf8.decode(payload)
}

function isDeeperThan(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false
  if (levels === 0) return true
  if (Array.isArray(json)) return json.some((value) => isDeeperThan(value, levels - 1))
  const members = json as Record<string, unknown>
  // What JSON.parse made has no inherited members.
  for (const name in members) if (isDeeperThan(members[name], levels - 1)) return true
  return false
}

function readMessage(json: unknown, found: Findings): void {
  if (!Array.isArray(json)) return readObject(json, '', found)
  if (json.length === 0) found.reject('', 'wrong_shape', 'an empty array')
  for (const [i, item] of json.entries()) {
    if (found.isFull) return found.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
    readObject(item, `/${i}`, found)
  }
}

function readObject(json: unknown, path: string, found: Findings): void {
  if (!isRecord(json) || !isRecord(json.values))
    return found.reject(path, 'wrong_shape', 'no object with an object "values"')
  const time = readTime(json.time)
  let isEmpty = true
  for (const name in json.values) {
    isEmpty = false
    if (found.isFull) return found.onlyReject('too_many_values', `more than ${VALUES_MAX} values`)
    const at = `${path}/values/${pointerOf(name)}`
    if (time === null) found.reject(at, 'invalid_time', `time ${shownTime(json.time)}`)
    else readValue(name, json.values[name], at, time, found)
  }
  if (isEmpty) found.reject(path, 'wrong_shape', '"values" is empty')
}

const PLAIN_NAME = /^[a-zA-Z0-9-]{1,64}$/

/** A member's name as a step of a JSON Pointer (RFC 6901 §3). */
const pointerOf = (name: string): string =>
  PLAIN_NAME.test(name) ? name : printable(name).replaceAll('~', '~0').replaceAll('/', '~1')

const shownTime = (raw: unknown): string =>
  typeof raw === 'string' ? raw.slice(0, DETAIL_CHARS_MAX) : `of type ${typeof raw}`

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
  time: Micros | undefined,
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
  if (unit === undefined && time !== undefined)
    return void found.readings.push({ path, quantity, channel, value, time })
  found.readings.push({
    path,
    quantity,
    channel,
    value,
    ...(unit === undefined ? {} : { unit }),
    ...(time === undefined ? {} : { time }),
  })
}

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Names and values of a sender go into our records: bounded, and without what PostgreSQL's text cannot hold. */
const printable = (text: string): string =>
  text
    .slice(0, DETAIL_CHARS_MAX)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\ufffd')
