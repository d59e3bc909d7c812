import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc16 } from '../../../ingest/codecs/dsmr-p1/telegram.ts'
import { dsmrP1 } from '../../../ingest/codecs/dsmr-p1.ts'
import { decodeOne, shortly } from '../../support/decoding.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const TABLE: Record<string, Landing> = {
  'energy imported tariff 1': { quantity: 'active-energy', channel: 'T1', unit: 'kW.h' },
  'energy imported tariff 2': { quantity: 'active-energy', channel: 'T2', unit: 'kW.h' },
  'energy exported tariff 1': { quantity: 'active-energy-exported', channel: 'T1', unit: 'kW.h' },
  'energy exported tariff 2': { quantity: 'active-energy-exported', channel: 'T2', unit: 'kW.h' },
  'power imported': { quantity: 'active-power' },
  'power exported': { quantity: 'active-power-exported' },
  'current L1': { quantity: 'current', channel: 'L1' },
  'voltage L1': { quantity: 'voltage', channel: 'L1' },
  'gas volume': { quantity: 'gas-volume' },
  'water volume': { quantity: 'water-volume' },
}

const telegrams = samplesOf('dsmr-p1').filter(({ file }) => file.endsWith('.txt'))

describe('dsmr-p1 samples', () => {
  for (const sample of telegrams)
    it(`reads ${sample.file}`, () => {
      const decoded = decodeOne(dsmrP1, 'meter/p1', sample.payload)
      const { wanted, found } = compare(sample, decoded, TABLE)
      expect(found).toEqual(wanted)
      expect(decoded.rejections).toEqual([])
      for (const { device } of sample.expect)
        expect(decoded.readings.some(({ source }) => source === device)).toBe(true)
    })

  it('a checksum that fits is good, a placeholder is not, and version 3 has none', () => {
    const qualities = telegrams.map(({ file, payload }) => {
      const { readings } = decodeOne(dsmrP1, 'p1', payload)
      return [file, ...new Set(readings.map(({ quality }) => quality))]
    })
    expect(qualities).toEqual([
      ['dsmr-4.2-kaifa.txt', undefined],
      ['emucs-p1-flanders-gas-and-water.txt', 'bad'],
      ['dsmr-3.0-spec.txt', undefined],
    ])
  })

  it('limits, demand and months past are named and not read', () => {
    const belgian = telegrams.find(({ file }) => file.startsWith('emucs'))
    const decoded = decodeOne(dsmrP1, 'p1', belgian?.payload ?? '')
    expect(decoded.readings.map(({ value }) => value)).not.toContain(99.999)
    expect(decoded.readings.map(({ value }) => value)).not.toContain(999.99)
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['1-0:1.4.0', '1-0:1.6.0', '0-0:98.1.0', '0-0:17.0.0', '1-0:31.4.0']),
    )
  })

  it('a telegram whose line ends a gateway has changed keeps its checksum', () => {
    const kaifa = telegrams.find(({ file }) => file.includes('kaifa'))
    const text = new TextDecoder().decode(kaifa?.payload).replaceAll('\r\n', '\n')
    expect(decodeOne(dsmrP1, 'p1', text).readings.every(({ quality }) => quality === undefined)).toBe(true)
    const broken = text.replace('004726.494', '004726.495')
    expect(decodeOne(dsmrP1, 'p1', broken).readings.every(({ quality }) => quality === 'bad')).toBe(true)
  })
})

/** A telegram as a meter sends it, with its checksum. */
const telegram = (...lines: string[]): string => {
  const body = `/XYZ5\\METER\r\n\r\n${lines.join('\r\n')}\r\n!`
  return `${body}${crc16(body).toString(16).toUpperCase().padStart(4, '0')}\r\n`
}
const read = (...lines: string[]) => shortly(decodeOne(dsmrP1, 'p1', telegram(...lines)))

describe('dsmr-p1 telegrams of the specifications', () => {
  it('totals, reactive and phase values (Sweden, Luxembourg, Hungary); summer time', () => {
    expect(
      read(
        '0-0:1.0.0(260702050405S)',
        '1-0:1.8.0(00006678.394*kWh)',
        '1-0:3.8.0(00000021.988*kvarh)',
        '1-0:4.8.0(00001020.971*kvarh)',
        '1-0:5.8.0(00000011.000*kvarh)',
        '1-0:4.7.0(0000.166*kvar)',
        '1-0:21.7.0(0001.023*kW)',
        '1-0:42.7.0(0000.500*kW)',
        '1-0:63.7.0(0000.040*kvar)',
        '1-0:52.7.0(235.9*V)',
        '1-0:71.7.0(001.6*A)',
        '1-0:13.7.0(0.998)',
        '1-0:14.7.0(50.00*Hz)',
      ),
    ).toEqual(
      [
        'active-energy 6678.394',
        'reactive-energy 21.988',
        'reactive-energy-exported 1020.971',
        'reactive-energy/Q1 11',
        'reactive-power/exported 0.166',
        'active-power/L1 1.023',
        'active-power-exported/L2 0.5',
        'reactive-power/L3 0.04',
        'voltage/L2 235.9',
        'current/L3 1.6',
        'power-factor 0.998',
        'frequency 50',
      ].map((line) => `${line} 2026-07-02T03:04:05.000Z`),
    )
  })

  it('counts of sags, swells and failures', () => {
    expect(
      read('1-0:52.32.0(00003)', '1-0:72.36.0(00001)', '0-0:96.7.21(00013)', '0-0:96.7.9(00007)'),
    ).toEqual([
      'event-count/sags-L2 3',
      'event-count/swells-L3 1',
      'event-count/power-failures 13',
      'event-count/long-power-failures 7',
    ])
  })

  it('heat in GJ, a slave meter in kWh, a device without an id', () => {
    expect(
      read(
        '0-0:96.1.1(4B41)',
        '0-1:24.1.0(004)',
        '0-1:96.1.0(48)',
        '0-1:24.2.1(260102040000W)(00012.000*GJ)',
        '0-2:24.1.0(002)',
        '0-2:96.1.0(45)',
        '0-2:24.2.1(260102040000W)(00007.500*kWh)',
        '0-3:24.1.0(003)',
        '0-3:24.2.1(260102040000W)(00001.000*m3)',
      ),
    ).toEqual([
      '48 thermal-energy 3333.33333 2026-01-02T03:00:00.000Z',
      '45 active-energy 7.5 2026-01-02T03:00:00.000Z',
      '4B41/mbus-3 gas-volume 1 2026-01-02T03:00:00.000Z',
    ])
  })

  it('version 2: gas on a second line, local time of the profile', () => {
    const text =
      '/KMP5 KA6U001\r\n\r\n0-0:96.1.1(4B41)\r\n1-0:1.8.1(00185.000*kWh)\r\n0-1:24.1.0(3)\r\n0-1:96.1.0(47)\r\n0-1:24.3.0(260102040000)(00)(60)(1)(0-1:24.2.1)(m3)\r\n(00024.123)\r\n!\r\n'
    expect(shortly(decodeOne(dsmrP1, 'p1', text, { utcOffsetMinutes: 60 }))).toEqual([
      '4B41 active-energy/T1 185',
      '47 gas-volume 24.123 2026-01-02T03:00:00.000Z',
    ])
  })

  it('a gas meter that was never heard has no value; a value that is no number is refused alone', () => {
    const silent = ['0-1:24.1.0(003)', '0-1:96.1.0(47)', '0-1:24.2.1(700101010000W)(00000000)']
    expect(decodeOne(dsmrP1, 'p1', telegram(...silent)).ignored).toEqual({ null: 1 })
    const decoded = decodeOne(dsmrP1, 'p1', telegram('1-0:1.8.1(0x1*kWh)', '1-0:1.8.2(1*kWh)'))
    expect(decoded.rejections).toMatchObject([{ path: '1-0:1.8.1', code: 'wrong_type' }])
    expect(shortly(decoded)).toEqual(['active-energy/T2 1'])
  })

  it('ids are named in plain text as well', () => {
    const decoded = decodeOne(dsmrP1, 'p1', telegram('0-0:96.1.1(4B3132)', '1-0:1.8.1(1*kWh)'))
    expect(decoded.aliases).toEqual({ '4B3132': ['K12'] })
  })

  it('any value survives the way through a telegram', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (milli) => {
        const text = (milli / 1000).toFixed(3).padStart(10, '0')
        const [reading] = decodeOne(dsmrP1, 'p1', telegram(`1-0:1.8.1(${text}*kWh)`)).readings
        expect([reading?.value, reading?.quality]).toEqual([milli / 1000, undefined])
      }),
      { numRuns: 50 },
    ))

  it('what is no telegram is refused whole', () => {
    for (const text of ['', 'hello', '1-0:1.8.1(1*kWh)\r\n!'])
      expect(decodeOne(dsmrP1, 'p1', text).rejections).toMatchObject([{ code: 'wrong_shape' }])
  })
})

describe('DSMR-reader', () => {
  it('single values and the whole reading', () => {
    expect(shortly(decodeOne(dsmrP1, 'dsmr/reading/phase_currently_returned_l2', '0.125'))).toEqual([
      'active-power-exported/L2 0.125',
    ])
    const json = {
      id: 1,
      timestamp: '2026-01-02T03:04:05Z',
      electricity_delivered_1: '12.500',
      electricity_currently_returned: '0.010',
      phase_voltage_l3: 231,
      phase_power_current_l1: null,
      extra_device_timestamp: '2026-01-02T03:00:00Z',
      extra_device_delivered: '7.125',
    }
    const decoded = decodeOne(dsmrP1, 'dsmr/json', json)
    expect(shortly(decoded)).toEqual([
      'active-energy/T1 12.5 2026-01-02T03:04:05.000Z',
      'active-power-exported 0.01 2026-01-02T03:04:05.000Z',
      'voltage/L3 231 2026-01-02T03:04:05.000Z',
      'gas-volume 7.125 2026-01-02T03:00:00.000Z',
    ])
    expect(decoded.ignored).toEqual({ null: 1 })
  })

  it('sums over days are left out; a telegram is read as one', () => {
    expect(decodeOne(dsmrP1, 'dsmr/day-consumption/electricity1', '3.2').ignored).toEqual({ unmapped: 1 })
    for (const topic of ['dsmr/telegram', 'dsmr/house 7'])
      expect(shortly(decodeOne(dsmrP1, topic, telegram('1-0:1.7.0(01.5*kW)')))).toEqual(['active-power 1.5'])
  })
})
