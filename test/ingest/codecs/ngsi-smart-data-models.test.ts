import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../../core/quantity.ts'
import { CONTROLLED_PROPERTIES, MODELS } from '../../../ingest/codecs/ngsi-smart-data-models/models.ts'
import { isoInstantOrEnd } from '../../../ingest/codecs/ngsi-smart-data-models/times.ts'
import { unitOfCode } from '../../../ingest/codecs/ngsi-smart-data-models/unit-codes.ts'
import { ngsiSmartDataModels } from '../../../ingest/codecs/ngsi-smart-data-models.ts'
import { codecContext } from '../../support/codec-context.ts'
import { decodeText, lines } from '../../support/decode-text.ts'
import { compare, samplesOf } from '../../support/samples.ts'
import { ngsiTable } from './ngsi-smart-data-models.table.ts'

const decode = (json: unknown, rules = {}) =>
  decodeText(ngsiSmartDataModels, json, 'ngsi', codecContext({ rules }))

describe('samples', () => {
  for (const sample of samplesOf('ngsi-smart-data-models'))
    it(sample.file, () => {
      const decoded = ngsiSmartDataModels.decode(sample.payload, 'ngsi', codecContext())
      const { wanted, found } = compare(sample, decoded, ngsiTable(sample.file))
      expect(found).toEqual(wanted)
      expect(decoded.readings.length).toBeGreaterThanOrEqual(sample.expect.length)
    })

  it('booleans that were numbers once are refused by name, and NO3 is read once', () => {
    const [sample] = samplesOf('ngsi-smart-data-models').filter(({ file }) =>
      file.includes('quality-observed.v2'),
    )
    const decoded = ngsiSmartDataModels.decode(sample?.payload ?? new Uint8Array(), 'ngsi', codecContext())
    expect(decoded.rejections.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/TKN wrong_type',
      '/As wrong_type',
    ])
    expect(decoded.readings.filter(({ quantity }) => quantity === 'nitrate')).toHaveLength(1)
  })

  it('a measurement marked as outlier is bad, and so are no others', () => {
    const [sample] = samplesOf('ngsi-smart-data-models').filter(({ file }) =>
      file.startsWith('device-measurement'),
    )
    const decoded = ngsiSmartDataModels.decode(sample?.payload ?? new Uint8Array(), 'ngsi', codecContext())
    expect(decoded.readings).toHaveLength(1)
    expect(decoded.readings[0]?.quality).toBe('bad')
  })
})

describe('representations', () => {
  const expected = ['s-1 temperature = 21.5 Cel @2026-01-02T03:00:00.000Z', 's-1 relative-humidity = 0.4 1']
  const attributes = {
    'NGSI-LD normalized': {
      temperature: { type: 'Property', value: 21.5, unitCode: 'CEL', observedAt: '2026-01-02T03:00:00Z' },
      relativeHumidity: { type: 'Property', value: 0.4 },
    },
    'NGSI-LD concise': {
      temperature: { value: 21.5, unitCode: 'CEL', observedAt: '2026-01-02T03:00:00Z' },
      relativeHumidity: 0.4,
    },
    'NGSI-LD with full IRIs': {
      'https://smartdatamodels.org/dataModel.Weather/temperature': {
        type: 'Property',
        value: { '@type': 'Number', '@value': 21.5 },
        observedAt: { '@type': 'DateTime', '@value': '2026-01-02T03:00:00Z' },
      },
      'https://smartdatamodels.org/relativeHumidity': { type: 'Property', value: 0.4 },
    },
    'NGSIv2 normalized': {
      temperature: {
        type: 'Number',
        value: 21.5,
        metadata: { TimeInstant: { type: 'DateTime', value: '2026-01-02T03:00:00.000Z' } },
      },
      relativeHumidity: { type: 'Number', value: 0.4, metadata: {} },
    },
    'NGSIv2 with metadata timestamp and unitCode': {
      temperature: {
        type: 'Number',
        value: 21.5,
        metadata: {
          timestamp: { type: 'DateTime', value: '2026-01-02T10:00:00+07:00' },
          unitCode: { type: 'Text', value: 'CEL' },
        },
      },
      relativeHumidity: { type: 'Number', value: '0.4', metadata: {} },
    },
  }
  for (const [name, members] of Object.entries(attributes))
    it(name, () =>
      expect(lines(decode({ id: 's-1', type: 'WeatherObserved', ...members }))).toEqual(expected),
    )

  const entity = { id: 'p-1', type: 'OffStreetParking', availableSpotNumber: 12 }
  const envelopes = {
    'one entity': entity,
    'an array, as in an NGSI-LD batch': [entity],
    'an NGSIv2 notification': { subscriptionId: 'a', data: [entity] },
    'an NGSI-LD notification': { id: 'urn:n', type: 'Notification', subscriptionId: 'a', data: [entity] },
    'an NGSI-LD notification over MQTT': {
      metadata: { 'Content-Type': 'application/json' },
      body: { id: 'urn:n', type: 'Notification', data: [entity] },
    },
    'an NGSIv2 batch update': { actionType: 'append', entities: [entity] },
    GeoJSON: {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', id: 'p-1', properties: { type: entity.type, availableSpotNumber: 12 } }],
    },
  }
  for (const [name, json] of Object.entries(envelopes))
    it(name, () => expect(lines(decode(json))).toEqual(['p-1 parking-free = 12 {space}']))

  it('one bad entity does not spoil its neighbours', () => {
    const decoded = decode({ data: [entity, 7, { id: 'x' }, { ...entity, id: 'p-2' }] })
    expect(lines(decoded)).toEqual(['p-1 parking-free = 12 {space}', 'p-2 parking-free = 12 {space}'])
    expect(decoded.rejections.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/data/1 wrong_shape',
      '/data/2 wrong_shape',
    ])
  })

  it('instances of one attribute are told apart by their dataset', () =>
    expect(
      lines(
        decode({
          id: 'v-1',
          type: 'Vehicle',
          speed: [
            { type: 'Property', value: 55, datasetId: 'urn:ngsi-ld:Dataset:gps' },
            { type: 'Property', value: 54.5 },
          ],
        }),
      ),
    ).toEqual(['v-1 speed/gps = 55 km/h', 'v-1 speed = 54.5 km/h']))

  it('a notification of nothing, and a deleted entity, are life cycle', () => {
    expect(decode({ subscriptionId: 'a', data: [] }).ignored).toEqual({ life_cycle: 1 })
    expect(decode({ id: 'a', type: 'Device', deletedAt: '2026-01-02T03:00:00Z' }).ignored).toEqual({
      life_cycle: 1,
    })
    expect(decode({ id: 'a', type: 'Device', name: 'b' }).ignored).toEqual({ life_cycle: 1 })
  })
})

describe('times', () => {
  it.each([
    ['2026-01-02T03:00:00Z', '2026-01-02T03:00:00.000Z'],
    ['2026-01-02T03:00Z', '2026-01-02T03:00:00.000Z'],
    ['2026-01-02T10:00:00.5+0700', '2026-01-02T03:00:00.500Z'],
    ['2026-01-02T02:00:00Z/2026-01-02T03:00:00Z', '2026-01-02T03:00:00.000Z'],
    ['2026-01-02T02:00:00Z/PT1H', '2026-01-02T03:00:00.000Z'],
    ['2026-01-02T03:00:00', undefined],
    ['2026-01-02T02:00:00/2026-01-02T03:00:00', undefined],
    ['2020-03-17TT08:45:00Z', undefined],
    ['2026-02-30T03:00:00Z', undefined],
    ['', undefined],
  ])('%s', (text, instant) => {
    const time = isoInstantOrEnd(text)
    expect(time === undefined ? undefined : new Date(time / 1000).toISOString()).toBe(instant)
  })

  it('go by the documented order of trust', () => {
    const flow = (times: object) =>
      lines(decode({ id: 't', type: 'TrafficFlowObserved', intensity: 1, ...times }))[0]
    const own = { intensity: { value: 1, observedAt: '2026-01-02T01:00:00Z' } }
    const to = { dateObservedTo: '2026-01-02T02:00:00Z' }
    const at = { dateObserved: '2026-01-02T03:00:00Z' }
    expect(flow({ ...at, ...to, ...own })).toMatch(/@2026-01-02T01/)
    expect(flow({ ...at, ...to })).toMatch(/@2026-01-02T03/)
    expect(flow({ dateObserved: '2026-01-02T09:00:00', ...to })).toMatch(/@2026-01-02T02/)
    expect(flow({ dateObserved: 'now' })).toBe('t vehicle-count = 1 {vehicle}')
  })
})

describe('units', () => {
  it('every rule has a unit that its quantity accepts', () => {
    const rules = [
      ...Object.values(MODELS).flatMap((model) => Object.values(model).flat()),
      ...Object.values(CONTROLLED_PROPERTIES),
    ]
    for (const { quantity, unit } of rules) {
      const known = QUANTITIES.get(quantity)
      expect(known, quantity).toBeDefined()
      if (unit !== undefined) expect([...(known?.accepts.keys() ?? [])], quantity).toContain(unit)
    }
  })

  it('are common codes, or usual names; unknown ones leave the model its own', () => {
    expect(unitOfCode('KNT', 'mean-speed')).toBe('[kn_i]')
    expect(unitOfCode('kWh', 'active-energy')).toBe('kW.h')
    expect(unitOfCode('UDT0000016', 'relative-humidity')).toBeUndefined()
    expect(
      lines(decode({ id: 'd', type: 'WeatherObserved', windSpeed: { value: 3, unitCode: 'XXX' } })),
    ).toEqual(['d wind-speed = 3 m/s'])
    // A known unit of something else stays, so that the check can refuse it.
    expect(
      lines(decode({ id: 'd', type: 'WeatherObserved', windSpeed: { value: 3, unitCode: 'CEL' } })),
    ).toEqual(['d wind-speed = 3 Cel'])
  })
})

describe('models', () => {
  it('no value is no reading: -1 of a battery, an RSSI of no stated scale', () => {
    const decoded = decode({ id: 'd', type: 'Device', batteryLevel: -1, rssi: 0.86, controlledProperty: [] })
    expect(decoded.readings).toEqual([])
    expect(decoded.ignored).toEqual({ null: 1, unmapped: 1 })
    expect(lines(decode({ id: 'd', type: 'Device', rssi: -87 }))).toEqual(['d signal-strength = -87 dB[mW]'])
  })

  it.each([
    ['l%3D0.22%3Bt%3D21.2', ['fillingLevel', 'temperature']],
    ['l|0.22|t|21.2', ['fillingLevel', 'temperature']],
    ['l|0.22#t|21.2', ['fillingLevel', 'temperature']],
    [
      ['0.22', 21.2],
      ['fillingLevel', 'temperature'],
    ],
  ])('the value of a device, %s, is in the order of its properties', (value, controlledProperty) =>
    expect(lines(decode({ id: 'd', type: 'Device', value, controlledProperty }))).toEqual([
      'd fill-level = 0.22 1',
      'd temperature = 21.2 Cel',
    ]),
  )

  it('the value of a device with one property; a broken percent sign', () => {
    expect(lines(decode({ id: 'd', type: 'Device', value: 7.1, controlledProperty: 'pH' }))).toEqual([
      'd ph = 7.1 [pH]',
    ])
    expect(
      decode({ id: 'd', type: 'Device', value: '%E0%A4', controlledProperty: 'pH' }).readings,
    ).toHaveLength(1)
  })

  it('a wind from the north-west is 315, however it is counted', () =>
    expect(lines(decode({ id: 'w', type: 'WeatherObserved', windDirection: -45 }))).toEqual([
      'w wind-direction = 315 deg',
    ]))

  it('a parking spot has a state, and a vehicle where it is known', () => {
    const spot = (status: string) => lines(decode({ id: 's', type: 'ParkingSpot', status }))
    expect(spot('occupied')).toEqual(['s operating-state = occupied', 's parking-occupied = 1'])
    expect(spot('closed')).toEqual(['s operating-state = closed'])
  })

  it.each([
    {
      type: 'GeoProperty',
      value: { type: 'Point', coordinates: [108.05, 12.68] },
      observedAt: '2026-01-02T03:00:00Z',
    },
    {
      type: 'geo:json',
      value: { type: 'Point', coordinates: [108.05, 12.68] },
      metadata: { TimeInstant: { value: '2026-01-02T03:00:00Z' } },
    },
  ])('a vehicle is where it is, longitude first', (location) =>
    expect(lines(decode({ id: 'v', type: 'Vehicle', location, speed: -1 }))).toEqual([
      'v longitude = 108.05 deg @2026-01-02T03:00:00.000Z',
      'v latitude = 12.68 deg @2026-01-02T03:00:00.000Z',
    ]),
  )

  it('a place of a vehicle that is none is refused, or left', () => {
    const at = (location: unknown) => decode({ id: 'v', type: 'Vehicle', location })
    expect(at({ type: 'Point', coordinates: ['x', null] }).rejections.map(({ path }) => path)).toEqual([
      '/location',
    ])
    expect(at({ type: 'Polygon', coordinates: [] }).readings).toEqual([])
    expect(
      decode({ id: 'p', type: 'ParkingSpot', location: { type: 'Point', coordinates: [1, 2] } }).readings,
    ).toEqual([])
  })

  it('a street light', () =>
    expect(
      lines(decode({ id: 'l', type: 'Streetlight', powerState: 'low', illuminanceLevel: 0.3, status: 'ok' })),
    ).toEqual([
      'l operating-state/power = low',
      'l switch = 1',
      'l brightness = 0.3 1',
      'l operating-state = ok',
    ]))

  it('phases by other names, and as a list', () => {
    const of = (current: unknown) => lines(decode({ id: 'a', type: 'ACMeasurement', current }))
    expect(of({ R: 1, S: 2, T: 3 })).toEqual([
      'a current/L1 = 1 A',
      'a current/L2 = 2 A',
      'a current/L3 = 3 A',
    ])
    expect(of([1, 2, 3])).toEqual(['a current/L1 = 1 A', 'a current/L2 = 2 A', 'a current/L3 = 3 A'])
    expect(of({ L: 4 })).toEqual(['a current/L1 = 4 A'])
  })

  it('an extra measurand has a unit and a time of its own', () =>
    expect(
      lines(
        decode({
          id: 'q',
          type: 'WaterQualityObserved',
          dateObserved: '2026-01-02T03:00:00Z',
          measurand: ['NH4, 12, H29, Ammonium', 'XYZ, 1, M1, no such'],
        }),
      ),
    ).toEqual(['q ammonium = 12 ug/L @2026-01-02T03:00:00.000Z']))

  it('a type without a model is read by the profile, then the vocabulary; the rest is named', () => {
    const json = {
      id: 'm',
      type: 'SmartMeter',
      temperature: { value: 70, unitCode: 'FAH' },
      reading: { a: 5 },
      x: 1,
    }
    const decoded = decode(json, { 'reading/a': { quantity: 'active-energy', unit: 'W.h' } })
    expect(lines(decoded)).toEqual(['m temperature = 70 [degF]', 'm active-energy = 5 W.h'])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/x'])
  })

  it('more than 1,000 values are refused whole; 1,000 are not', () => {
    const entities = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ id: `p-${i}`, type: 'OffStreetParking', occupancy: 0.5 }))
    expect(decode(entities(1000)).readings).toHaveLength(1000)
    expect(decode(entities(1001)).rejections.map(({ code }) => code)).toEqual(['too_many_values'])
  })
})

describe('ngsi, models beyond the samples', () => {
  const of = (entity: object): string[] =>
    lines(decodeText(ngsiSmartDataModels, { id: 'e', ...entity })).map((line) => line.replace(/^e /, ''))

  it('a share of one is no percentage, in models that are not described either', () => {
    expect(
      of({ type: 'IndoorEnvironmentObserved', relativeHumidity: 0.54, peopleCount: 10, NO2: 69 }),
    ).toEqual(['relative-humidity = 0.54 1', 'person-count = 10 {person}', 'no2-concentration = 69 ug/m3'])
    expect(of({ type: 'SomethingElse', relativeHumidity: 0.4, batteryLevel: 0.8 })).toEqual([
      'relative-humidity = 0.4 1',
      'battery-level = 0.8 1',
    ])
    expect(of({ type: 'WeatherObserved', relativeHumidity: 1 })).toEqual(['relative-humidity = 1 1'])
  })

  it('more than one cannot be a share: it is a percentage', () => {
    expect(of({ type: 'AirQualityObserved', relativeHumidity: 54 })).toEqual(['relative-humidity = 54 %'])
    expect(of({ type: 'Device', batteryLevel: { type: 'Property', value: 80 } })).toEqual([
      'battery-level = 80 %',
    ])
    expect(of({ type: 'Device', batteryLevel: { value: 0.5, unitCode: 'P1' } })).toEqual([
      'battery-level = 0.5 %',
    ])
  })

  it('parks, parcels, bins and cabinets', () => {
    expect(of({ type: 'GreenspaceRecord', soilMoistureVwc: 0.85, soilMoistureEc: 0.05 })).toEqual([
      'soil-moisture = 0.85 1',
      'conductivity/soil = 0.05 S/m',
    ])
    expect(of({ type: 'WasteContainer', fillingLevel: 0.4, status: 'ok' })).toEqual([
      'fill-level = 0.4 1',
      'operating-state = ok',
    ])
    expect(of({ type: 'AgriParcelRecord', solarRadiation: 0.8, leafTemperature: 25 })).toEqual([
      'solar-irradiance = 0.8 kW/m2',
      'temperature/leaf = 25 Cel',
    ])
    expect(
      of({ type: 'StreetlightControlCabinet', intensityR: 20.1, reactivePowerT: 42, activePowerS: 2 }),
    ).toEqual(['current/L1 = 20.1 A', 'reactive-power/L3 = 42 kvar', 'active-power/L2 = 2 kW'])
  })

  it('what the model describes is not met by another name for it', () => {
    const decoded = decodeText(ngsiSmartDataModels, {
      id: 'e',
      type: 'WaterQualityObserved',
      O2: 3,
      dissolvedOxygen: 5,
    })
    expect(lines(decoded)).toEqual(['e dissolved-oxygen = 3 mg/L'])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/dissolvedOxygen'])
  })

  it('a history has a time for each value', () => {
    const values = [
      [12, '2026-01-02T03:00:00Z'],
      [13, '2026-01-02T03:01:00Z'],
    ]
    expect(of({ type: 'AirQualityObserved', pm10: { type: 'Property', unitCode: 'GQ', values } })).toEqual([
      'pm10 = 12 ug/m3 @2026-01-02T03:00:00.000Z',
      'pm10 = 13 ug/m3 @2026-01-02T03:01:00.000Z',
    ])
  })
})
