import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldValue, parseLine } from '../../../ingest/codecs/influx-line-protocol/line.ts'
import { CHANNEL_TAGS, DEVICE_TAGS, NAME_TAGS } from '../../../ingest/codecs/influx-line-protocol/naming.ts'
import { instantOf, nanosPerUnit } from '../../../ingest/codecs/influx-line-protocol/timestamps.ts'
import { influxLineProtocol } from '../../../ingest/codecs/influx-line-protocol.ts'
import { codecContext } from '../../support/codec-context.ts'
import { decodeText, lines } from '../../support/decode-text.ts'
import { compare, samplesOf } from '../../support/samples.ts'
import { RULES, TABLE } from './influx-line-protocol.table.ts'

const decode = (text: string, topic = 'influx') =>
  decodeText(influxLineProtocol, text, topic, codecContext({ rules: RULES }))

describe('samples', () => {
  for (const sample of samplesOf('influx-line-protocol'))
    it(sample.file, () => {
      const decoded = influxLineProtocol.decode(sample.payload, 'influx', codecContext({ rules: RULES }))
      const { wanted, found } = compare(sample, decoded, TABLE)
      expect(found).toEqual(wanted)
      expect(decoded.rejections).toEqual([])
    })

  it('devices are told apart by their tags', () => {
    const sources = (file: string) => {
      const [sample] = samplesOf('influx-line-protocol').filter((candidate) =>
        candidate.file.startsWith(file),
      )
      const decoded = influxLineProtocol.decode(
        sample?.payload ?? new Uint8Array(),
        'influx',
        codecContext({ rules: RULES }),
      )
      return [...new Set(decoded.readings.map(({ source }) => source))]
    }
    expect(sources('neoom')).toEqual([undefined, 'ELECTRICITY_METER_AC', 'PV'])
    expect(sources('modbus-energy')).toEqual(['device-fqdn.com/1'])
    expect(sources('modbus-colon')).toEqual(['modbus/1'])
    expect(sources('openweathermap')).toEqual(['Moscow', 'Kiev', 'London'])
  })
})

describe('values', () => {
  it.each<[string, number | boolean | string | undefined]>([
    ['1', 1],
    ['-1.5', -1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['-1.234456e+78', -1.234456e78],
    ['7i', 7],
    ['-7i', -7],
    ['7u', 7],
    ['"7"', '7'],
    ['""', ''],
    ['"a \\"b\\" \\\\ c, d=e"', 'a "b" \\ c, d=e'],
    ['"C:\\x"', 'C:\\x'],
    ...['t', 'T', 'true', 'True', 'TRUE'].map((text): [string, boolean] => [text, true]),
    ...['f', 'F', 'false', 'False', 'FALSE'].map((text): [string, boolean] => [text, false]),
    ['NaN', undefined],
    ['Inf', undefined],
    ['1.5i', undefined],
    ['-1u', undefined],
    ['0x1', undefined],
    ['tRUE', undefined],
    ['1i2', undefined],
  ])('%s', (raw, value) => expect(fieldValue(raw)).toBe(value))
})

describe('lines', () => {
  const good = (line: string) => {
    const point = parseLine(line)
    if ('fault' in point) throw new Error(point.fault)
    return [
      point.measurement,
      Object.fromEntries(point.tags),
      point.fields.map(({ name, raw }) => `${name}=${raw}`),
      point.timestamp,
    ]
  }

  it.each([
    ['m f=1', ['m', {}, ['f=1'], undefined]],
    ['m,t=x f=1 7', ['m', { t: 'x' }, ['f=1'], '7']],
    ['my\\ mea\\,sure=ment f=1', ['my mea,sure=ment', {}, ['f=1'], undefined]],
    ['m,ta\\ g\\=\\,=va\\=lue\\ 1 f=1', ['m', { 'ta g=,': 'va=lue 1' }, ['f=1'], undefined]],
    ['m,path=C:\\dir\\\\x f=1', ['m', { path: 'C:\\dir\\x' }, ['f=1'], undefined]],
    ['m fie\\ ld\\==1,g="a,b c=d\\" e" 7', ['m', {}, ['fie ld==1', 'g="a,b c=d\\" e"'], '7']],
    ['m,t="q" f=1', ['m', { t: '"q"' }, ['f=1'], undefined]],
    ['m  f=1   7', ['m', {}, ['f=1'], '7']],
    ['měřič,místo=Praha teplota=21', ['měřič', { místo: 'Praha' }, ['teplota=21'], undefined]],
  ])('%s', (line, point) => expect(good(line)).toEqual(point))

  it.each([
    '',
    'm',
    'm ',
    ',t=x f=1',
    'm,t f=1',
    'm,t= f=1',
    'm,=x f=1',
    'm,t=a,t=b f=1',
    'm f',
    'm f=',
    'm =1',
    'm f=1,',
    'm f="open',
    'm f="a"b',
    'm,t=x',
    'm f\\=1',
    'm,t=x\\',
  ])('%j has a fault', (line) => expect(parseLine(line)).toHaveProperty('fault'))

  it('round trip: what is escaped by the rules comes back', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((text) => !/[\n\r\\]/.test(text) && text.trim() === text && text !== '')
    const escaped = (text: string) => text.replace(/[,= ]/g, '\\$&')
    fc.assert(
      fc.property(
        name,
        fc.dictionary(name, name, { maxKeys: 4 }),
        name,
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        (measurement, tags, field, text, number) => {
          const quoted = `"${text.replace(/["\\]/g, '\\$&')}"`
          const head = [
            escaped(measurement),
            ...Object.entries(tags).map(([key, value]) => `${escaped(key)}=${escaped(value)}`),
          ].join(',')
          const point = parseLine(`${head} ${escaped(field)}=${quoted},n=${number} 17`)
          if ('fault' in point) throw new Error(point.fault)
          expect(point.measurement).toBe(measurement)
          expect([...point.tags]).toEqual(Object.entries(tags))
          expect(point.fields.map(({ name: key, raw }) => [key, fieldValue(raw)])).toEqual([
            [field, text],
            ['n', number],
          ])
          expect(point.timestamp).toBe('17')
        },
      ),
    )
  })
})

describe('times', () => {
  it.each([
    ['1767322800123456789', 'influx', 1_767_322_800_123_456],
    ['-1', 'influx', -1],
    ['-1000', 'influx', -1],
    ['1767322800123456', 'influx/precision=us', 1_767_322_800_123_456],
    ['1767322800123456', 'influx/a/precision=u', 1_767_322_800_123_456],
    ['1767322800123', 'influx/precision=ms', 1_767_322_800_123_000],
    ['1767322800', 'influx/precision=s', 1_767_322_800_000_000],
    ['29455380', 'influx/precision=m', 1_767_322_800_000_000],
    ['490923', 'influx/precision=h', 1_767_322_800_000_000],
    ['1767322800123', 'telegraf/host/modbus', 1_767_322_800],
    ['99999999999999999999', 'influx/precision=h', undefined],
    ['1.5', 'influx', undefined],
    ['', 'influx', undefined],
  ])('%s on %s', (digits, topic, micros) => expect(instantOf(digits, nanosPerUnit(topic) ?? 0n)).toBe(micros))

  it('an unknown precision refuses the whole', () => {
    expect(nanosPerUnit('influx/precision=')).toBeUndefined()
    expect(
      decode('m temperature=1 1', 'influx/precision=toString').rejections.map(({ code }) => code),
    ).toEqual(['invalid_time'])
  })

  it('the topic says the precision of every line; lines without a time have none', () =>
    expect(lines(decode('a temperature=1 1767322800\nb temperature=2', 'influx/x/precision=s'))).toEqual([
      'temperature = 1 Cel @2026-01-02T03:00:00.000Z',
      'temperature = 2 Cel',
    ]))
})

describe('naming', () => {
  it('goes by the surest tag', () => {
    const source = (tags: string) => decode(`m,${tags} temperature=1`).readings[0]?.source
    expect(source('host=pi,device_id=d-1')).toBe('d-1')
    expect(source('host=pi')).toBe('pi')
    expect(source('source=10.0.0.1,room=12')).toBeUndefined()
    expect(source('slave_id=4')).toBe('4')
    expect(source('dev_eui=70B3D5499ABCDEF0')).toBe('70b3d5499abcdef0')
    expect(source('device=Meter-A')).toBe('Meter-A')
  })

  it('is what the documentation says, in its order', () => {
    const documented = readFileSync(new URL('../../../docs/influx-line-protocol.md', import.meta.url), 'utf8')
    for (const tags of [DEVICE_TAGS, NAME_TAGS, CHANNEL_TAGS])
      expect(documented.replace(/\s+/g, ' ')).toContain(tags.map((tag) => `\`${tag}\``).join(', '))
  })

  it('a field called value is the measurement, or what a tag says', () => {
    expect(lines(decode('temperature,sensor=s value=1'))).toEqual(['s temperature = 1 Cel'])
    expect(lines(decode('m,metric=humidity value=1'))).toEqual(['relative-humidity = 1 %'])
    expect(decode('m value=1').unmapped?.map(({ path }) => path)).toEqual(['/1/value'])
  })

  it('tags are channels, beside that of a rule', () => {
    expect(lines(decode('m,phase=L2 voltage=230'))).toEqual(['voltage/L2 = 230 V'])
    expect(lines(decode('m,tariff=T1,phase=3 active_energy=2'))).toEqual(['active-energy/L3.T1 = 2 kW.h'])
    expect(lines(decode('m,channel=a b voltage=1'))).toEqual([])
    expect(lines(decode('m,channel=a\\ b voltage=1'))).toEqual(['voltage/a-b = 1 V'])
  })

  it('a name that ends in a phase is that phase of what is before it', () => {
    expect(lines(decode('m voltage_l1=230,currentL2=5,active_power_P3=1,voltage=231'))).toEqual([
      'voltage/L1 = 230 V',
      'current/L2 = 5 A',
      'active-power/L3 = 1 W',
      'voltage = 231 V',
    ])
    expect(decode('m voltage_l4=1,voltagel1=1,voltage_x1=1,_l1=1,l1=1').ignored).toEqual({ unmapped: 5 })
  })

  it('units of a tag hold, None is no unit', () => {
    expect(lines(decode('m,unit=°F temperature=70'))).toEqual(['temperature = 70 [degF]'])
    expect(lines(decode('m,unit=None temperature=20'))).toEqual(['temperature = 20 Cel'])
  })
})

describe('batches', () => {
  it('a quote that is not closed does not swallow the next line', () => {
    const decoded = decode('m note="open\nm temperature=2')
    expect(lines(decoded)).toEqual(['temperature = 2 Cel'])
    expect(decoded.rejections.map(({ path, code }) => `${path} ${code}`)).toEqual(['/1 wrong_shape'])
  })

  it('1,000 values are read, 1,001 refused; fields without a meaning do not count', () => {
    const batch = (count: number) =>
      Array.from({ length: count }, (_, i) => `m temperature=${i},x=1 ${i}`).join('\n')
    expect(decode(batch(1000)).readings).toHaveLength(1000)
    expect(decode(batch(1000)).ignored).toEqual({ unmapped: 1000 })
    expect(decode(batch(1001)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  })

  it('answers any text with a decoded of each line', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'m,t= "\\f1i#µ') }), { maxLength: 20 }),
        (texts) => {
          const { readings, rejections, ignored } = decode(texts.join('\n'))
          expect(readings.length + rejections.length + Object.values(ignored).length).toBeGreaterThan(0)
        },
      ),
    ))

  it('256 KiB of the shortest fields take no time to speak of', () => {
    const batch = `m ${'a=1,'.repeat(65_000)}a=1`
    expect(decode(batch).ignored).toEqual({ unmapped: 65_001 })
    expect(decode(`m f="${'\\"'.repeat(130_000)}`).rejections).toHaveLength(1)
    expect(decode('m\n'.repeat(130_000)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  })
})

it('a time in seconds or milliseconds without a precision in the topic says what to do', () => {
  const decoded = decodeText(
    influxLineProtocol,
    'env temperature=21 1767322800\nenv temperature=21 1767322800000',
    'influx',
  )
  expect(decoded.readings).toEqual([])
  expect(decoded.rejections.map(({ path, code, detail }) => `${path} ${code} ${detail}`)).toEqual([
    '/1 invalid_time 1767322800 counts s: let the topic end in /precision=s',
    '/2 invalid_time 1767322800000 counts ms: let the topic end in /precision=ms',
  ])
  expect(
    decodeText(influxLineProtocol, 'env temperature=21 1767322800', 'influx/precision=s').rejections,
  ).toEqual([])
  for (const [digits, unit] of [
    ['1767322800000', 'ms'],
    ['1767322800000000000', 'ns'],
  ] as const)
    expect(
      decodeText(influxLineProtocol, `env temperature=21 ${digits}`, 'influx/precision=s').rejections,
    ).toMatchObject([
      { code: 'invalid_time', detail: `${digits} counts ${unit}: let the topic end in /precision=${unit}` },
    ])
})
