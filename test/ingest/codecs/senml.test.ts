import { encode, Token, Type } from 'cborg'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../../core/quantity.ts'
import { QUANTITY_OF_UNIT, SUM_UNIT, UCUM_OF_SENML } from '../../../ingest/codecs/senml/units.ts'
import { senml } from '../../../ingest/codecs/senml.ts'
import { codecContext, RECEIVED_AT } from '../../support/codec-context.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const bytes = (json: unknown) => new TextEncoder().encode(JSON.stringify(json))
type Given = Parameters<typeof codecContext>[0]
const decode = (payload: Uint8Array, given?: Given) => senml.decode(payload, 'any', codecContext(given))
const read = (json: unknown, given?: Given) => decode(bytes(json), given)
const codes = (json: unknown) => read(json).rejections.map(({ path, code }) => `${path} ${code}`)

/** By the sample's quantity, and its unit where the quantity has no name. */
const TABLE: Readonly<Record<string, Landing>> = {
  voltage: { quantity: 'voltage' },
  current: { quantity: 'current' },
  temperature: { quantity: 'temperature' },
  temp: { quantity: 'temperature' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
  ' in Cel': { quantity: 'temperature' },
  ' in %RH': { quantity: 'relative-humidity', unit: '%' },
  ' in lon': { quantity: 'longitude', unit: 'deg' },
  ' in lat': { quantity: 'latitude', unit: 'deg' },
  ' in %EL': { quantity: 'battery-level', unit: '%' },
  ' in /': { left: 'a ratio without a name' },
  label: { left: 'unmapped' },
  open: { left: 'unmapped' },
  'nfv-reader': { left: 'octets' },
}

describe('the samples', () => {
  it.each(samplesOf('senml'))('$file', (sample) => {
    const expected = sample.expect.map((item) => ({
      ...item,
      quantity: item.quantity === '' ? ` in ${item.unit}` : item.quantity,
    }))
    const decoded = decode(sample.payload)
    const { wanted, found } = compare({ ...sample, expect: expected }, decoded, TABLE)
    expect(found).toEqual(wanted)
    expect(decoded.readings).toHaveLength(wanted.length)
    expect(decoded.rejections).toEqual([])
    for (const { source } of decoded.readings)
      expect(sample.expect.map(({ device }) => device)).toContain(source)
  })

  it('is read with a profile where names and units leave it open (example 13, a ratio)', () => {
    const sample = samplesOf('senml').find(({ file }) => file.includes('ex13'))
    const { readings } = decode(sample?.payload ?? new Uint8Array(), {
      rules: { '/': { quantity: 'valve-position' } },
    })
    expect(readings.map(({ source, value, unit }) => [source, value, unit])).toEqual([
      ['2001:db8::3', 0.5, '1'],
      ['2001:db8::4', 0.5, '1'],
      ['2001:db8::3', 0, '1'],
      ['2001:db8::4', 0, '1'],
    ])
  })

  it('say the same as CBOR and as JSON', () => {
    const [json, cbor] = ['json', 'cbor'].map((kind) =>
      samplesOf('senml').find(({ file }) => file.includes('ex03') && file.endsWith(kind)),
    )
    expect(decode(cbor?.payload ?? new Uint8Array())).toEqual(decode(json?.payload ?? new Uint8Array()))
  })
})

describe('time (§4.5.3)', () => {
  const timeOf = (record: object) => read([{ n: 'temperature', u: 'Cel', v: 1, ...record }]).readings[0]?.time

  it.each([
    ['none is now', {}, undefined],
    ['zero is now', { bt: 0, t: 0 }, undefined],
    ['below 2^28 counts from now', { t: -5.5 }, RECEIVED_AT - 5_500_000],
    ['the largest relative one', { t: 2 ** 28 - 1 }, RECEIVED_AT + (2 ** 28 - 1) * 1e6],
    ['2^28 is absolute', { t: 2 ** 28 }, 2 ** 28 * 1e6],
    ['the sum decides, not its parts', { bt: 1_700_000_000, t: -10 }, 1_699_999_990_000_000],
    ['both relative', { bt: -60, t: 10 }, RECEIVED_AT - 50_000_000],
    ['to the microsecond', { bt: 1_700_000_000.123456 }, 1_700_000_000_123_456],
  ])('%s', (_, record, time) => expect(timeOf(record)).toBe(time))

  it('refuses milliseconds, and text', () =>
    expect(
      codes([
        { n: 'temperature', v: 1, t: 1_700_000_000_000 },
        { n: 'temperature', v: 1, t: '1700000000' },
      ]),
    ).toEqual(['/0 invalid_time', '/1 invalid_time']))
})

describe('base values', () => {
  it('add up, and the newest holds', () =>
    expect(
      read([
        { bn: 'dev1/', bu: 'Cel', bv: 20, n: 'temperature', v: 1.5 },
        { n: 'temperature', t: -1 },
        { bv: 0, n: 'temperature', v: 3, t: -2 },
        { bn: 'dev2/', n: 'temperature', v: 4 },
      ]).readings.map(({ source, value, unit }) => [source, value, unit]),
    ).toEqual([
      ['dev1', 21.5, 'Cel'],
      ['dev1', 20, 'Cel'],
      ['dev1', 3, 'Cel'],
      ['dev2', 4, 'Cel'],
    ]))

  it('of the wrong type refuse the pack, for all after them stand on them', () => {
    for (const base of [{ bn: 1 }, { bt: '1' }, { bu: 1 }, { bv: 'x' }, { bs: true }, { bt: null }])
      expect(codes([{ n: 'temperature', v: 1 }, { ...base }])).toEqual([' wrong_shape'])
  })

  it('a version that is newer refuses the pack; 26 is version 10 with secondary units (RFC 9100)', () => {
    for (const bver of [11, 42, 0, -1, 9.5, '10'])
      expect(codes([{ n: 'temperature', v: 1 }, { bver }])).toEqual([' unsupported_feature'])
    for (const bver of [1, 5, 10, 26]) expect(codes([{ bver, n: 'temperature', v: 1 }])).toEqual([])
  })
})

describe('sums', () => {
  it('are read by a rule for the sum, or by that of the name where its quantity takes the unit', () => {
    const rules = { 'power/s': { quantity: 'active-energy' }, inflow: { quantity: 'water-volume' } }
    const { readings, ignored } = read(
      [
        { bn: 'm1/', bs: 100, n: 'power', u: 'W', v: 5, s: 3_600_000 },
        { bs: 0, n: 'inflow', u: 'm3/s', s: 12 },
        { n: 'voltage', u: 'V', v: 230, s: 7 },
      ],
      { rules: { ...rules, power: { quantity: 'active-power' } } },
    )
    expect(readings.map(({ quantity, value, unit }) => [quantity, value, unit])).toEqual([
      ['active-power', 5, 'W'],
      ['active-energy', 3_600_100, 'J'],
      ['water-volume', 12, 'm3'],
      ['voltage', 230, 'V'],
    ])
    expect(ignored).toEqual({ unmapped: 1 })
  })
})

describe('names', () => {
  it.each([
    ['urn:dev:ow:10e2073a01080063:', 'temperature', 'urn:dev:ow:10e2073a01080063'],
    ['urn:dev:mac:0024BEFFFE804FF1/', 'temperature', 'urn:dev:mac:0024befffe804ff1'],
    ['urn:dev:ow:264437f5000000ed_', 'temperature', 'urn:dev:ow:264437f5000000ed'],
    ['urn:dev:ow:264437f5000000ed', '_temperature', 'urn:dev:ow:264437f5000000ed'],
    ['', 'urn:dev:ow:264437f5000000ed_temperature', 'urn:dev:ow:264437f5000000ed'],
    ['urn:dev:ow:264437f5000000ed_temperature', '', 'urn:dev:ow:264437f5000000ed'],
    ['urn:dev:os:32473-123456_', 'temperature', 'urn:dev:os:32473-123456'],
    ['', 'urn:dev:os:32473-123456_temperature', 'urn:dev:os:32473-123456'],
    ['', 'urn:dev:os:32473-123456:temperature', 'urn:dev:os:32473-123456'],
    ['2001:db8::2/', 'temperature', '2001:db8::2'],
    ['', '2001:db8::2/temperature', '2001:db8::2'],
    ['room1.', 'temperature', 'room1'],
    ['', 'temperature', undefined],
    ['temperature', '', undefined],
    ['/3303/0/', 'temperature', undefined],
  ])('%s + %s', (bn, n, source) => {
    const { readings, rejections } = read([{ bn, n, u: 'Cel', v: 20 }])
    expect(rejections).toEqual([])
    expect(readings.map((reading) => [reading.quantity, reading.source])).toEqual([['temperature', source]])
  })

  it('LwM2M paths are names for a profile', () =>
    expect(
      read([{ bn: '/3303/0/', n: '5700', v: 21 }], {
        rules: { '3303/0/5700': { quantity: 'temperature' } },
      }).readings[0]?.quantity,
    ).toBe('temperature'))

  it('LwM2M resources are known by their objects; a unit in text is that of its sensor', () => {
    const { readings, unmapped } = read([
      { bn: '/3303/0/', n: '5700', u: 'Cel', v: 22.5 },
      { bn: '/3303/1/', n: '5700', v: 71 },
      { n: '5701', vs: 'F' },
      { bn: 'urn:dev:os:32473-123456/3/0/', n: '9', v: 95 },
      { n: '7/1', v: 3800 },
      { n: '99', v: 1 },
      { bn: '', n: '3304/0/5700', v: 80 },
    ])
    expect(
      readings.map(({ source, quantity, channel, value, unit }) => [source, quantity, channel, value, unit]),
    ).toEqual([
      [undefined, 'temperature', '', 22.5, 'Cel'],
      [undefined, 'temperature', '1', 71, '[degF]'],
      ['urn:dev:os:32473-123456', 'battery-level', '', 95, '%'],
      ['urn:dev:os:32473-123456', 'voltage', '1', 3800, 'mV'],
      [undefined, 'relative-humidity', '', 80, '%'],
    ])
    expect(unmapped?.map(({ path }) => path)).toEqual(['/2', '/5'])
    // A text that is no unit; a pressure in nobody knows what.
    const loose = read([
      { n: '3303/0/5700', v: 21 },
      { n: '3303/0/5701', vs: 'Celcius' },
      { n: '3323/0/5700', v: 3 },
    ])
    expect(loose.readings).toMatchObject([{ quantity: 'temperature', unit: 'Cel' }])
    expect(loose.ignored).toEqual({ unmapped: 2 })
  })

  it("an object link of LwM2M is no measurement, and a sensor's next record is", () => {
    const { readings, rejections, ignored } = read([
      { bn: '/3/0/', n: '22', vlo: '66:0' },
      { n: '9', v: 5 },
    ])
    expect([readings.length, rejections, ignored]).toEqual([1, [], { unmapped: 1 }])
  })

  it('a device of KPN is known by its DevEUI as well', () =>
    expect(
      read([{ bn: 'urn:dev:DEVEUI:0059AC0000182C12:', n: 'temperature', u: 'Cel', v: 1 }]).aliases,
    ).toEqual({ 'urn:dev:DEVEUI:0059AC0000182C12': ['0059ac0000182c12'] }))

  it('two hygrometers of one device are told apart; a battery is no channel', () =>
    expect(
      read([
        { bn: 'urn:dev:ow:10e2073a01080063:', n: 'in', u: '%RH', v: 50 },
        { n: 'out', u: '%RH', v: 80 },
        { n: 'battery', u: '%EL', v: 9 },
      ]).readings.map(({ quantity, channel }) => `${quantity}/${channel}`),
    ).toEqual(['relative-humidity/in', 'relative-humidity/out', 'battery-level/']))

  it('are refused beyond the characters of §4.5.1', () => {
    for (const n of ['x'.repeat(513), '', 'a b', '_a', '-a', ':a', 'é', 'a\u0000', 'a#'])
      expect(codes([{ n, u: 'Cel', v: 1 }]), n).toEqual(['/0 wrong_shape'])
  })
})

describe('units', () => {
  it('a coulomb is no degree, and a farad neither', () => {
    for (const u of ['C', 'F']) expect(read([{ n: 'temperature', u, v: 1 }]).readings[0]?.unit).toBe(u)
  })

  it('a secondary unit is the unit of the device, not yet converted', () =>
    expect(read([{ n: 'activePower', u: 'kW', v: 1.5 }]).readings[0]).toMatchObject({
      value: 1.5,
      unit: 'kW',
    }))

  it('that name a quantity are units of it', () => {
    for (const [unit, quantity] of Object.entries(QUANTITY_OF_UNIT))
      expect(QUANTITIES.get(quantity)?.accepts.has(UCUM_OF_SENML[unit] ?? ''), unit).toBe(true)
  })

  it('of sums are of values that are registered', () => {
    for (const unit of Object.keys(SUM_UNIT)) expect(Object.values(UCUM_OF_SENML)).toContain(unit)
  })
})

describe('CBOR', () => {
  const cbor = (records: unknown, options = {}) => encode(records, options)
  const record = (entries: [unknown, unknown][]) => new Map<unknown, unknown>(entries)

  it('reads integers, floats of every size and text labels', () => {
    const pack = [
      record([
        [-2, 'dev1/'],
        [0, 'temperature'],
        [2, 21],
        [-1, 10],
      ]),
      record([
        ['n', 'temperature'],
        ['v', 1.5],
        ['t', -1],
      ]),
      record([
        [0, 'temperature'],
        [2, 0.1],
        [6, -2],
        [99, 'later'],
        [7, 60],
      ]),
    ] // prettier-ignore
    expect(decode(cbor(pack)).readings.map(({ value }) => value)).toEqual([21, 1.5, 0.1])
  })

  it('reads half floats, an array of no stated length, and the tag that says CBOR', () => {
    // 55799([_ {0: "temperature", 2: 1.5 in two bytes}])
    expect(decode(Buffer.from('d9d9f79fa2006b74656d706572617475726502f93e00ff', 'hex')).readings).toEqual([
      { path: '/0', quantity: 'temperature', channel: '', value: 1.5, unit: 'Cel' },
    ])
  })

  it.each([
    ['c482201907cb', 199.5],
    ['c48221190aab', 27.31],
    ['c4820303', 3000],
    ['c48221c24101', 0.01],
    ['c48221c34100', -0.01],
  ])('reads the decimal fraction %s', (hex, value) =>
    expect(decode(Buffer.from(`81a2006b74656d706572617475726502${hex}`, 'hex')).readings[0]?.value).toBe(
      value,
    ),
  )

  it.each([
    ['a decimal fraction of text', '81a2006b74656d706572617475726502c482206130'],
    ['a tag that is not of SenML', '81a2006b74656d706572617475726502c11a514b67b0'],
    ['a label twice', '81a300616102010202'],
    ['bytes after the end', '81a2006161020100'],
    ['an array of 2^32 entries', '9affffffff'],
  ])('refuses %s', (_, hex) => expect(decode(Buffer.from(hex, 'hex')).rejections[0]?.code).toBe('not_cbor'))

  it('says what is wrong where the form is another', () => {
    // {0: "temperature", 2: 21} without an array around it.
    const alone = Buffer.from('a2006b74656d706572617475726502 15'.replace(' ', ''), 'hex')
    expect(decode(alone).rejections).toMatchObject([{ path: '', code: 'wrong_shape' }])
    const xml = new TextEncoder().encode('<sensml xmlns="urn:ietf:params:xml:ns:senml"/>')
    expect(decode(xml).rejections).toMatchObject([{ path: '', code: 'unsupported_feature' }])
  })

  it('refuses what is nested as deep as a message is long', () =>
    expect(decode(new Uint8Array(262_144).fill(0x81)).rejections[0]?.code).toBe('not_cbor'))

  it('leaves NaN to the check, which knows what is finite', () =>
    expect(
      decode(
        cbor([
          record([
            [0, 'temperature'],
            [2, Number.NaN],
          ]),
        ]),
      ).readings[0]?.value,
    ).toBeNaN()) // prettier-ignore

  it('says what JSON says, for any pack', () => {
    const name = fc.constantFrom('temperature', 'humidity', 'dev1/voltage', 'x', '')
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (Object.is(v, -0) ? 0 : v))
    const members = fc.record(
      {
        bn: name,
        bt: fc.integer(),
        bu: fc.constantFrom('Cel', 'V'),
        n: name,
        u: fc.constantFrom('K', '%RH'),
        v: number,
        vs: fc.string(),
        vb: fc.boolean(),
        t: fc.integer(),
        s: number,
      }, // prettier-ignore
      { requiredKeys: [] },
    )
    const label: Record<string, number> = {
      bn: -2,
      bt: -3,
      bu: -4,
      n: 0,
      u: 1,
      v: 2,
      vs: 3,
      vb: 4,
      s: 5,
      t: 6,
    }
    const typeEncoders = { number: (v: number) => (Number.isInteger(v) ? null : new Token(Type.float, v)) }
    fc.assert(
      fc.property(fc.array(members, { maxLength: 6 }), (pack) => {
        const records = pack.map((one) => record(Object.entries(one).map(([key, v]) => [label[key], v])))
        expect(decode(cbor(records, { typeEncoders, float64: true }))).toEqual(read(pack))
      }),
      { numRuns: 200 },
    )
  })
})

it('refuses more than a thousand records, whole', () => {
  const many = Array.from({ length: 1001 }, () => ({ n: 'nothing', v: 1 }))
  expect(codes([...many, { n: 'temperature', v: 1 }])).toEqual([' too_many_values'])
})
