import type { Micros } from '../../core/time.ts'
import type { Codec, CodecContext } from '../codec.ts'
import { addReading } from '../fields.ts'
import { Findings } from '../findings.ts'
import { pointerOf, textOf } from '../json.ts'
import { fieldValue, type Point, parseLine } from './influx-line-protocol/line.ts'
import { fieldName, ruleOf, sourceOf, unitOf } from './influx-line-protocol/naming.ts'
import { instantOf, nanosPerUnit, otherPrecision } from './influx-line-protocol/timestamps.ts'

/**
 * InfluxDB line protocol (docs.influxdata.com, "Line protocol reference"): `measurement,tag=value field=value timestamp`, a batch of
 * lines. A newline ends a line, also in quotes, so that a bad line never swallows the next; comments and blank lines
 * are skipped. Paths are `/<line, from 1>/<field>`.
 *
 * Times are nanoseconds; another precision is said by the last level of the topic, `…/precision=ms` (ns, us, ms, s, m, h):
 * it is not guessed. A line without one is of the time of receipt. Whose values: see `sourceOf`. What a field is says the
 * rule of `<measurement>/<field>`, then of `<field>`; a tag `unit` is its unit, and tags such as `phase` its channel.
 * A batch of more than 1,000 values that have a meaning is refused whole: split it.
 */
export const influxLineProtocol: Codec = {
  format: 'influx-line-protocol',
  matches: (topic) => topic === 'influx' || topic.startsWith('influx/'),
  decode(payload, topic, context) {
    const found = new Findings()
    const text = textOf(payload)
    const nanos = nanosPerUnit(topic)
    if (text === undefined) found.reject('', 'wrong_shape', 'line protocol is UTF-8 text')
    else if (nanos === undefined)
      found.reject('', 'invalid_time', 'the topic ends in precision=<p>, where p is ns, us, ms, s, m or h')
    else readLines(text, nanos, found, context)
    return found.decoded()
  },
  examples: [
    {
      name: 'Modbus: the device is name and slave; integers, escapes, nanoseconds beyond 2^53',
      topic: 'influx/site',
      payload: 'modbus,name=Meter\\ 1,slave_id=7 voltage=230i,current=-1.5e1 1767322800123456789',
      gives: {
        readings: [
          {
            path: '/1/voltage',
            source: 'Meter 1/7',
            quantity: 'voltage',
            channel: '',
            value: 230,
            unit: 'V',
            time: 1_767_322_800_123_456,
          },
          {
            path: '/1/current',
            source: 'Meter 1/7',
            quantity: 'current',
            channel: '',
            value: -15,
            unit: 'A',
            time: 1_767_322_800_123_456,
          },
        ],
      },
    },
    {
      name: 'the measurement is the quantity, tags are unit and phase, the topic says milliseconds',
      topic: 'influx/site/precision=ms',
      payload: '# meters\r\n\r\nactive_power,device=m-1,phase=2,unit=kW value=3 1767322800000\r\n',
      gives: {
        readings: [
          {
            path: '/3/value',
            source: 'm-1',
            quantity: 'active-power',
            channel: 'L2',
            value: 3,
            unit: 'kW',
            time: 1_767_322_800_000_000,
          },
        ],
      },
    },
    {
      name: 'a bad line and a bad field do not spoil their neighbours',
      topic: 'influx',
      payload: 'env temperature=21\nenv humidity\nenv temperature=NaN,humidity=40\nenv temperature=1 noon',
      gives: {
        readings: [
          { path: '/1/temperature', quantity: 'temperature', channel: '', value: 21, unit: 'Cel' },
          { path: '/3/humidity', quantity: 'relative-humidity', channel: '', value: 40, unit: '%' },
        ],
        rejections: [
          { path: '/2', code: 'wrong_shape' },
          { path: '/3/temperature', code: 'wrong_type' },
          { path: '/4', code: 'invalid_time' },
        ],
      },
    },
    {
      name: 'a precision that there is not',
      topic: 'influx/precision=days',
      payload: 'env temperature=21 1',
      gives: { rejections: [{ path: '', code: 'invalid_time' }] },
    },
    {
      name: 'nothing but a comment',
      topic: 'influx',
      payload: '# nothing',
      gives: { ignored: { life_cycle: 1 } },
    },
  ],
}

function readLines(text: string, nanos: bigint, found: Findings, context: CodecContext): void {
  let isEmpty = true
  for (const [i, line] of text.split('\n').entries()) {
    if (found.isFull) return
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    isEmpty = false
    readLine(trimmed, `/${i + 1}`, nanos, found, context)
  }
  if (isEmpty) found.ignore('life_cycle')
}

function readLine(line: string, path: string, nanos: bigint, found: Findings, context: CodecContext): void {
  const point = parseLine(line)
  if ('fault' in point)
    return found.reject(
      path,
      'wrong_shape',
      `${point.fault}; a line is measurement,tag=value field=value timestamp`,
    )
  const { timestamp } = point
  const time = timestamp === undefined ? undefined : instantOf(timestamp, nanos)
  const hint = timestamp === undefined ? undefined : otherPrecision(timestamp, nanos)
  if (hint !== undefined) return found.reject(path, 'invalid_time', hint)
  if (timestamp !== undefined && time === undefined)
    return found.reject(path, 'invalid_time', `a line ends in a whole number, not in ${timestamp}`)
  readPoint(point, path, time, found, context)
}

function readPoint(
  point: Point,
  path: string,
  time: Micros | undefined,
  found: Findings,
  context: CodecContext,
): void {
  const source = sourceOf(point.tags)
  const rules = context.rulesOf(source)
  const unit = unitOf(point.tags)
  for (const { name, raw } of point.fields) {
    if (found.isFull) return
    const at = `${path}/${pointerOf(name)}`
    const value = fieldValue(raw)
    const rule = ruleOf(rules, fieldName(point, name))
    if (value === undefined)
      found.reject(at, 'wrong_type', `${raw} is no number, integer (1i, 1u), boolean or "text"`)
    else if (rule === null) found.ignore('unmapped')
    else if (rule === undefined) found.unmapped(at, source)
    else if (value === '') found.ignore('null')
    else addReading(found, rule, { path: at, value, unit, time, source })
  }
}
