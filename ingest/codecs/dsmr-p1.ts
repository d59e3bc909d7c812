import type { Micros } from '../../core/time.ts'
import type { Codec, CodecContext } from '../codec.ts'
import type { FieldRule } from '../fields.ts'
import { Findings } from '../findings.ts'
import { textOf } from '../json.ts'
import { readKnown } from '../known-field.ts'
import { isoTime } from '../times.ts'
import { readReaderJson, readReaderTopic } from './dsmr-p1/dsmr-reader.ts'
import { DEVICE_RULES, electricityRule, mbusRule } from './dsmr-p1/objects.ts'
import { type CosemObject, parseTelegram } from './dsmr-p1/telegram.ts'

/**
 * Telegrams of smart meters at the P1 port: DSMR 2.2 to 5.0.2 (Netherlands), eMUCs-P1 (Belgium) and their kin. The meter is
 * the source, by its equipment id as the telegram has it (0-0:96.1.1); its serial as text is its other name. Devices on its M-Bus
 * (channels 1 to 4) are sources of their own with the time of their own reading.
 * Times end in S or W, summer or winter in Central European time; without the letter (DSMR 2 and 3) they are local time of
 * the profile. A checksum that does not fit leaves the values, as `bad`: a placeholder and a broken line look alike.
 * A format without topics of its own but for those of DSMR-reader, `dsmr/…`.
 */
export const dsmrP1: Codec = {
  format: 'dsmr-p1',
  matches: (topic) => topic.startsWith('dsmr/'),
  decode(payload, topic, context) {
    const found = new Findings()
    // Whatever its topic, a telegram begins with its mark.
    const isTelegram = payload[0] === 0x2f || payload[0] === ENCRYPTED || !/^dsmr\/(?!telegram$)/.test(topic)
    if (isTelegram) readTelegram(found, payload, context)
    else if (topic === 'dsmr/json') readReaderJson(found, payload, context.utcOffsetMinutes())
    else readReaderTopic(found, payload, /^dsmr\/reading\/(.*)$/.exec(topic)?.[1] ?? '')
    return found.decoded()
  },
  examples: [
    {
      name: 'version 5 with a water meter on the M-Bus; winter time; its checksum is a placeholder',
      topic: 'p1/telegram',
      payload:
        '/XYZ5\\METER\r\n\r\n0-0:1.0.0(260102040405W)\r\n0-0:96.1.1(4B41)\r\n1-0:1.8.1(000012.500*kWh)\r\n0-2:24.1.0(007)\r\n0-2:96.1.0(4B42)\r\n0-2:24.2.1(260102040000W)(00001.250*m3)\r\n!0000\r\n',
      gives: {
        readings: [
          {
            path: '1-0:1.8.1',
            source: '4B41',
            quantity: 'active-energy',
            channel: 'T1',
            value: 12.5,
            unit: 'kW.h',
            time: 1_767_323_045_000_000,
            quality: 'bad',
          },
          {
            path: '0-2:24.2.1',
            source: '4B42',
            quantity: 'water-volume',
            channel: '',
            value: 1.25,
            unit: 'm3',
            time: 1_767_322_800_000_000,
            quality: 'bad',
          },
        ],
        aliases: { '4B41': ['KA'], '4B42': ['KB'] },
      },
    },
    {
      name: 'a telegram that was cut',
      topic: 'p1/telegram',
      payload: '/XYZ5\\METER\r\n\r\n1-0:1.8.1(000012.500*kWh)\r\n1-0:1.8.2(0000',
      gives: { rejections: [{ path: '', code: 'wrong_shape' }] },
    },
    {
      name: 'an encrypted telegram (Luxembourg)',
      topic: 'p1/telegram',
      payload: { hex: 'db085341473500112233823a001122' },
      gives: { rejections: [{ path: '', code: 'wrong_shape' }] },
    },
  ],
}

/** General-Glo-Ciphering (DLMS Green Book §9.2.7): Luxembourg, Austria. */
const ENCRYPTED = 0xdb

/** What holds for a whole telegram. */
interface Meter {
  readonly source: string | undefined
  readonly time: Micros | undefined
  readonly quality: 'bad' | undefined
}

function readTelegram(found: Findings, payload: Uint8Array, context: CodecContext): void {
  if (payload[0] === ENCRYPTED)
    return found.reject(
      '',
      'wrong_shape',
      'an encrypted telegram: the gateway must decrypt it with the key of the grid company',
    )
  const telegram = parseTelegram(textOf(payload) ?? Buffer.from(payload).toString('latin1'))
  if ('fault' in telegram) return found.reject('', 'wrong_shape', telegram.fault)
  const first = (code: string): string | undefined =>
    telegram.objects.find((object) => object.code === code)?.groups[0] || undefined
  const source = first('0-0:96.1.1') ?? first('0-0:96.1.0') ?? first('0-0:42.0.0')
  const quality = telegram.isIntact === false ? 'bad' : undefined
  const offset = context.utcOffsetMinutes(source)
  const meter: Meter = { source, quality, time: timeOf(first('0-0:1.0.0'), offset) }
  nameOf(found, source)
  const channels = new Map<string, CosemObject[]>()
  for (const object of telegram.objects) {
    const channel = /^0-([1-9]):/.exec(object.code)?.[1]
    if (channel !== undefined) channels.set(channel, [...(channels.get(channel) ?? []), object])
    else readOwn(found, object, meter)
  }
  for (const [channel, objects] of channels) readMbus(found, channel, objects, meter, offset)
  found.ignoreIfEmpty('null')
}

/** An object of the electricity meter itself. */
function readOwn(found: Findings, { code, groups }: CosemObject, meter: Meter): void {
  const [medium = '', rest = ''] = code.split(':')
  const [c = '', d = '', e = ''] = rest.split('.')
  const rule = medium.startsWith('1-')
    ? electricityRule(c, d, e)
    : Object.hasOwn(DEVICE_RULES, rest)
      ? DEVICE_RULES[rest]
      : undefined
  if (NO_MEASURES.has(code) || (rule === undefined && groups.join('') === '')) return
  readValue(found, code, rule, groups.at(-1), meter)
}

/** Names, versions, times: what has been read already, or says nothing of a measurement. */
const NO_MEASURES: ReadonlySet<string> = new Set([
  '1-3:0.2.8',
  '0-0:96.1.4',
  '0-0:1.0.0',
  '0-0:96.1.0',
  '0-0:96.1.1',
  '0-0:96.1.2',
  '0-0:42.0.0',
])

function readValue(
  found: Findings,
  code: string,
  rule: FieldRule | undefined,
  group: string | undefined,
  meter: Meter,
): void {
  const { value, unit } = measureOf(group)
  const field = { path: code, ...meter, value, ...(unit === undefined ? {} : { unit }) }
  if (rule === undefined || value === '') return readKnown(found, rule, field)
  if (!/^-?\d+(?:\.\d+)?$/.test(value))
    return found.reject(code, 'wrong_type', `"${value}" is no number; see the P1 companion standard`)
  readKnown(found, rule, { ...field, value: Number(value) })
}

/** `001.19*kW` */
function measureOf(group: string | undefined): { value: string; unit: string | undefined } {
  const [value = '', unit] = (group ?? '').split('*', 2)
  return {
    value: value.trim().replace(',', '.'),
    unit: unit === undefined || unit === '' ? undefined : unit.trim(),
  }
}

/** A device on the M-Bus: its type, its id, and the last reading that it sent to the meter (24.2.x with its time, or 24.3.x of
 *  version 3 with the unit before the value). */
function readMbus(
  found: Findings,
  channel: string,
  objects: readonly CosemObject[],
  meter: Meter,
  utcOffsetMinutes: number,
): void {
  const first = (rest: string): string | undefined =>
    objects.find(({ code }) => code === `0-${channel}:${rest}`)?.groups[0] || undefined
  const id = first('96.1.1') ?? first('96.1.0') ?? first('96.1.2')
  const source = id ?? (meter.source === undefined ? undefined : `${meter.source}/mbus-${channel}`)
  const typeText = first('24.1.0')
  const type = typeText !== undefined && /^\d{1,3}$/.test(typeText) ? Number(typeText) : undefined
  const readings = objects.filter(({ code }) => /:24\.[23]\.\d+$/.test(code))
  if (readings.length > 0) nameOf(found, id)
  for (const { code, groups } of readings) {
    const said = code.includes(':24.3.') ? groups.at(-2) : measureOf(groups.at(-1)).unit
    const rule = mbusRule(type, said)
    const own = rule && { ...rule, unit: said ?? (rule.quantity === 'active-energy' ? 'kW.h' : 'm3') }
    const hasTime = groups.length > 1
    const time = hasTime ? timeOf(groups[0], utcOffsetMinutes) : meter.time
    // A meter that was not heard yet has an empty time, or one of long ago.
    if (hasTime && time === undefined) found.ignore('null')
    else readValue(found, code, own, groups.at(-1), { ...meter, source, time })
  }
}

/** Ids are ASCII in hex. */
function nameOf(found: Findings, id: string | undefined): void {
  if (id === undefined || id.length > 96 || !/^(?:[0-9A-Fa-f]{2})+$/.test(id)) return
  const text = Buffer.from(id, 'hex').toString('latin1')
  if (/^[\x21-\x7e]+$/.test(text)) found.alias(id, text)
}

/** `YYMMDDhhmmss` and S (+02:00) or W (+01:00). */
function timeOf(text: string | undefined, utcOffsetMinutes: number): Micros | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW]?)$/.exec(text ?? '')
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, season] = match
  const offset = season === 'S' ? 120 : season === 'W' ? 60 : utcOffsetMinutes
  // A meter on the M-Bus that was never heard may say 1970.
  const century = Number(year) >= 70 ? '19' : '20'
  return isoTime(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}`, offset)
}
