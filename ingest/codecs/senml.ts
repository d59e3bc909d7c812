import { QUANTITIES } from '../../core/quantity.ts'
import { channelName } from '../channel-name.ts'
import type { Codec, CodecContext } from '../codec.ts'
import { addReading, type FieldRule, type FieldRules } from '../fields.ts'
import { Findings } from '../findings.ts'
import { ucumOf } from '../unit-names.ts'
import { resourceOf } from './senml/lwm2m.ts'
import { ownerOf } from './senml/owner.ts'
import { recordsOf } from './senml/records.ts'
import { type Resolved, resolve } from './senml/resolve.ts'
import { QUANTITY_OF_UNIT, SELF_NAMED, SUM_UNIT, UCUM_OF_SENML } from './senml/units.ts'

/**
 * Sensor Measurement Lists, RFC 8428 with the units of RFC 8798 and the versions of RFC 9100, as JSON or as CBOR: which of the
 * two, the first byte says. SenML has no topics of its own: a profile chooses it.
 *
 * The quantity is found by the name (a profile's rule, then the common vocabulary); where the name is no more than the device's,
 * by the unit, and a path of LwM2M (`/3303/0/5700`) by the registry of its objects. A sum `s` over time is of another unit than the value: it is read where a rule named `<name>/s`, or that of the
 * name itself, is for a quantity that takes it (W: J, m3/s: m3), else left out. Octets (`vd`) are no measurement. `ut` says when
 * the next one is due, and is not used. A time that is no time refuses its record; so does a value of the wrong type.
 */
export const senml: Codec = {
  format: 'senml',
  matches: () => false,
  decode(payload, _topic, context) {
    const found = new Findings()
    const records = recordsOf(payload, found)
    if (records !== null) readPack(resolve(records, context.receivedAt, found), context, found)
    return found.decoded()
  },
  examples: [
    {
      name: 'base name, time and unit; a time before the base; a value that is exact in ten only (0.14e1)',
      topic: 'any',
      payload:
        '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1276020076.001,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},{"n":"current","t":-5,"v":0.14e1}]',
      gives: {
        readings: [
          {
            path: '/0',
            quantity: 'voltage',
            channel: '',
            value: 120.1,
            unit: 'V',
            time: 1_276_020_076_001_000,
            source: 'urn:dev:ow:10e2073a0108006',
          },
          {
            path: '/1',
            quantity: 'current',
            channel: '',
            value: 1.4,
            unit: 'A',
            time: 1_276_020_071_001_000,
            source: 'urn:dev:ow:10e2073a0108006',
          },
        ],
      },
    },
    {
      name: 'CBOR: [{-2: "urn:dev:ow:10e2073a01080063_", 0: "temp", 1: "Cel", 2: 4([-1, 231]), 6: -60}], a minute ago',
      topic: 'any',
      payload: {
        hex: '81a521781c75726e3a6465763a6f773a313065323037336130313038303036335f006474656d70016343656c02c4822018e706383b',
      },
      gives: {
        readings: [
          {
            path: '/0',
            quantity: 'temperature',
            channel: '',
            value: 23.1,
            unit: 'Cel',
            time: 1_767_322_985_678_901,
            source: 'urn:dev:ow:10e2073a01080063',
          },
        ],
      },
    },
    {
      name: 'quantities told by their units alone; text and octets that nothing knows',
      topic: 'any',
      payload:
        '[{"bn":"urn:dev:ow:10e2073a01080063","u":"%RH","v":20},{"u":"lon","v":106.1},{"u":"%EL","v":98},{"n":":label","vs":"Room"},{"n":":raw","vd":"aGkgCg"}]',
      gives: {
        readings: [
          { path: '/0', quantity: 'relative-humidity', channel: '', value: 20, unit: '%' },
          { path: '/1', quantity: 'longitude', channel: '', value: 106.1, unit: 'deg' },
          { path: '/2', quantity: 'battery-level', channel: '', value: 98, unit: '%' },
        ].map((reading) => ({ ...reading, source: 'urn:dev:ow:10e2073a01080063' })),
        ignored: { unmapped: 2 },
      },
    },
    {
      name: 'a pack that only sets base values',
      topic: 'any',
      payload: '[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1276020076}]',
      gives: { ignored: { life_cycle: 1 } },
    },
    {
      name: 'a label that must be understood refuses the pack',
      topic: 'any',
      payload: '[{"n":"temperature","u":"Cel","v":1},{"n":"temperature","v":2,"foo_":1}]',
      gives: { rejections: [{ path: '', code: 'unsupported_feature' }] },
    },
    {
      name: 'no value, two values, no name, an object for an array of them',
      topic: 'any',
      payload: '[{"n":"temperature"},{"n":"temperature","v":1,"vb":true},{"v":1},{"n":"a b","v":1},7]',
      gives: { rejections: [0, 1, 2, 3, 4].map((i) => ({ path: `/${i}`, code: 'wrong_shape' as const })) },
    },
    {
      name: 'CBOR that is cut short',
      topic: 'any',
      payload: { hex: '81a20064' },
      gives: { rejections: [{ path: '', code: 'not_cbor' }] },
    },
  ],
}

function readPack(records: readonly Resolved[], context: CodecContext, found: Findings): void {
  const units = unitsInText(records)
  for (const record of records) {
    if (found.isFull) return
    readRecord(record, units, context, found)
  }
  // An empty pack, or one with base values alone, says nothing, and that is allowed.
  if (records.length === 0 && found.rejections.length === 0) found.ignore('life_cycle')
}

/** Resource 5701 of LwM2M's sensors is their unit in text. */
const unitsInText = (records: readonly Resolved[]): ReadonlyMap<string, string> =>
  new Map(
    records.flatMap(({ base, local, value }) =>
      local.endsWith('5701') && typeof value === 'string' ? [[base + local, ucumOf(value)]] : [],
    ),
  )

function readRecord(
  record: Resolved,
  units: ReadonlyMap<string, string>,
  context: CodecContext,
  found: Findings,
): void {
  const { path, time, value, sum } = record
  const anyone = context.rulesOf()
  const resource = resourceOf(record.base + record.local)
  const { source, name } =
    resource ?? ownerOf(record.base, record.local, (candidate) => Boolean(anyone(candidate)))
  const unit = record.unit ?? (resource && unitOf(resource, units))
  const rules = context.rulesOf(source)
  const eui = DEV_EUI.exec(source ?? '')?.[1]
  if (source !== undefined && eui !== undefined) found.alias(source, eui.toLowerCase())
  const byObject = unit === undefined && resource?.rule.unit === undefined ? undefined : resource?.rule
  const rule = ruleOf(rules, name, unit, byObject)
  const at = { path, time, source }
  if (record.isData || (value !== undefined && rule === undefined)) found.unmapped(path, source)
  else if (value !== undefined && rule === null) found.ignore('unmapped')
  else if (value !== undefined && rule) addReading(found, inUnit(rule, unit, value), { ...at, value })
  if (sum === undefined) return
  const sumUnit = SUM_UNIT[codeOf(unit ?? '')] ?? ''
  const sumRule = [rules(`${name}/s`), rule].find((candidate) => candidate && takes(candidate, sumUnit))
  if (sumRule) addReading(found, { ...sumRule, unit: sumUnit }, { ...at, value: sum })
  else found.unmapped(`${path}/s`, source)
}

/** Where the text is no unit of the quantity (`Celcius`), the one that is usual for the object holds. */
function unitOf(
  { rule, unitName }: NonNullable<ReturnType<typeof resourceOf>>,
  units: ReadonlyMap<string, string>,
): string | undefined {
  const unit = units.get(unitName)
  return unit !== undefined && takes(rule, unit) ? unit : undefined
}

/** As KPN names devices of LoRaWAN. */
const DEV_EUI = /^urn:dev:deveui:([0-9a-f]{16})$/i

function ruleOf(
  rules: FieldRules,
  name: string,
  unit = '',
  byObject?: FieldRule,
): FieldRule | null | undefined {
  const own = rules(name === '' ? unit : name, unit)
  const known = own === undefined ? byObject : own
  if (known !== undefined) return known
  const quantity = Object.hasOwn(QUANTITY_OF_UNIT, unit) ? QUANTITY_OF_UNIT[unit] : undefined
  if (quantity === undefined || name === '') return quantity === undefined ? undefined : { quantity }
  const words = Object.hasOwn(SELF_NAMED, unit) ? SELF_NAMED[unit] : undefined
  // Two hygrometers of one device are told apart by what they are called.
  const isNamed = words?.includes(name.toLowerCase().replace(/[^a-z0-9]/g, ''))
  return words && { quantity, channel: isNamed ? '' : channelName(name) }
}

/** The code is put into the rule, past the usual names of units: there "C" would be degrees, and here it is the coulomb. */
function inUnit(rule: FieldRule, unit: string | undefined, value: Resolved['value']): FieldRule {
  return unit === undefined || typeof value === 'string' ? rule : { ...rule, unit: codeOf(unit) }
}

const codeOf = (unit: string): string =>
  Object.hasOwn(UCUM_OF_SENML, unit) ? (UCUM_OF_SENML[unit] ?? unit) : ucumOf(unit)

const takes = ({ quantity }: FieldRule, unit: string): boolean =>
  unit !== '' && QUANTITIES.get(quantity)?.accepts.has(unit) === true
