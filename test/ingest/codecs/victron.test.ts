import { describe, expect, it } from 'vitest'
import { victron } from '../../../ingest/codecs/victron.ts'
import { RECEIVED_AT, senderContext } from '../../support/codec-context.ts'
import { bytes, decodeOne, shortly } from '../../support/decoding.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const TABLE: Record<string, Landing> = {
  'Ac/Power': { quantity: 'active-power' },
  'Dc/0/Voltage': { quantity: 'voltage', channel: 'dc-0' },
}

describe('victron samples', () => {
  for (const sample of samplesOf('victron'))
    it(`reads ${sample.file}`, () => {
      const decoded = decodeOne(victron, sample.topic ?? '', sample.payload)
      const { wanted, found } = compare(sample, decoded, TABLE)
      expect(found).toEqual(wanted)
      expect([decoded.readings.length, decoded.rejections]).toEqual([sample.expect.length, []])
    })
})

const read = (path: string, value: unknown) =>
  shortly(decodeOne(victron, `N/c0ffee/${path}`, { value })).map((line) => line.replace('c0ffee/', ''))

describe('victron paths of the documentation', () => {
  it.each([
    ['switch/1/SwitchableOutput/output_1/State', 1, 'switch/1 switch/output_1 1'],
    ['switch/1/SwitchableOutput/2/Dimming', 40, 'switch/1 brightness/2 40'],
    ['battery/512/Voltages/Cell12', 3.3, 'battery/512 battery-voltage/cell-12 3.3'],
    ['battery/512/System/MinCellVoltage', 3.2, 'battery/512 battery-voltage/cell-min 3.2'],
    ['battery/512/System/MaxCellTemperature', 23, 'battery/512 temperature/cell-max 23'],
    ['grid/30/Ac/L1/Power', 500, 'grid/30 active-power/L1 0.5'],
    ['grid/30/Ac/Energy/Forward', 12.5, 'grid/30 active-energy 12.5'],
    ['grid/30/Ac/L3/Energy/Reverse', 1, 'grid/30 active-energy-exported/L3 1'],
    ['grid/30/Ac/L1L2/Voltage', 400, 'grid/30 voltage/L1-L2 400'],
    ['vebus/276/Ac/ActiveIn/L1/V', 231, 'vebus/276 voltage/active-in-L1 231'],
    ['vebus/276/Ac/Out/L2/P', 100, 'vebus/276 active-power/out-L2 0.1'],
    ['vebus/276/Ac/Out/L2/S', 120, 'vebus/276 apparent-power/out-L2 0.12'],
    ['vebus/276/Ac/Out/L1/F', 50, 'vebus/276 frequency/out-L1 50'],
    ['vebus/276/Energy/InverterToAcOut', 7, 'vebus/276 active-energy/inverter-to-ac-out 7'],
    ['vebus/276/State', 9, 'vebus/276 operating-state 9'],
    ['vebus/276/Alarms/LowBattery', 2, 'vebus/276 fault/low-battery 1'],
    ['battery/512/Soc', 87.5, 'battery/512 battery-level 87.5'],
    ['battery/512/Dc/0/Current', -12.5, 'battery/512 current/dc-0 -12.5'],
    ['battery/512/History/ChargedEnergy', 900, 'battery/512 active-energy/charged 900'],
    ['solarcharger/279/Yield/User', 490.8, 'solarcharger/279 active-energy/user 490.8'],
    ['solarcharger/279/Pv/V', 18.5, 'solarcharger/279 voltage/pv 18.5'],
    ['solarcharger/279/Pv/1/P', 250, 'solarcharger/279 active-power/pv-1 0.25'],
    ['system/0/Ac/Consumption/L1/Power', 1500, 'system/0 active-power/consumption-L1 1.5'],
    ['system/0/Ac/PvOnGrid/L2/Power', 100, 'system/0 active-power/pv-on-grid-L2 0.1'],
    ['system/0/Dc/Battery/Soc', 70, 'system/0 battery-level/dc-battery 70'],
    ['system/0/Relay/1/State', 1, 'system/0 switch/1 1'],
    ['tank/3/Level', 45.5, 'tank/3 fill-level 45.5'],
    ['temperature/24/Temperature', 4.5, 'temperature/24 temperature 4.5'],
    ['temperature/24/Pressure', 1013, 'temperature/24 atmospheric-pressure 101.3'],
    ['meteo/20/Irradiance', 800, 'meteo/20 solar-irradiance 800'],
    ['gps/0/Position/Latitude', 10.78, 'gps/0 latitude 10.78'],
    ['gps/0/Speed', 10, 'gps/0 speed 36'],
    ['genset/0/Engine/Speed', 1500, 'genset/0 rotational-speed 1500'],
    ['genset/0/StarterVoltage', 12.6, 'genset/0 battery-voltage/starter 12.6'],
    ['acload/35/Ac/L1/Current', 2, 'acload/35 current/L1 2'],
  ])('%s', (path, value, expected) => expect(read(path, value)).toEqual([expected]))

  it('limits, modes, names, consumed amp-hours and days past are named and not read', () => {
    for (const path of [
      'vebus/276/Ac/ActiveIn/CurrentLimit',
      'vebus/276/Mode',
      'battery/512/ConsumedAmphours',
      'battery/512/TimeToGo',
      'solarcharger/279/History/Daily/0/Yield',
      'grid/30/ProductName',
      'tank/3/Remaining',
    ]) {
      const decoded = decodeOne(victron, `N/c0ffee/${path}`, { value: 5 })
      expect([path, decoded.readings, decoded.ignored]).toEqual([path, [], { unmapped: 1 }])
    }
  })

  it('a whole path in one message; an empty list is no value', () => {
    expect(read('grid/30/Ac', { L1: { Power: 500, Voltage: 230, Current: [] }, Power: 900 })).toEqual([
      'grid/30 active-power/L1 0.5',
      'grid/30 voltage/L1 230',
      'grid/30 active-power 0.9',
    ])
    expect(decodeOne(victron, 'N/c0ffee/grid/30/Ac/Power', { value: [] }).ignored).toEqual({ null: 1 })
  })

  it('Connected is presence, settings and markers are not measurements', () => {
    expect(decodeOne(victron, 'N/c0ffee/grid/30/Connected', { value: 1 }).presence).toEqual([
      { source: 'c0ffee/grid/30', kind: 'connected', reason: 'Connected 1' },
    ])
    for (const topic of ['N/c0ffee/keepalive', 'N/c0ffee/heartbeat', 'N/c0ffee/settings/0/Settings/X/Y'])
      expect(decodeOne(victron, topic, { value: 1 }).ignored).toEqual({ life_cycle: 1 })
  })
})

it('a GX device is asked to go on each 50 s, and for all values when it was silent for long', () => {
  const context = senderContext()
  const answersAt = (seconds: number, portal = 'c0ffee') =>
    (
      victron.decode(
        bytes({ value: 1 }),
        `N/${portal}/grid/30/Ac/Power`,
        context(RECEIVED_AT + seconds * 1_000_000),
      ).answers ?? []
    ).map(({ topic, payload }) => [topic, new TextDecoder().decode(payload)])
  const goOn = '{"keepalive-options":["suppress-republish"]}'
  expect(answersAt(0)).toEqual([['R/c0ffee/keepalive', '']])
  expect(answersAt(49)).toEqual([])
  expect(answersAt(49, 'beef')).toEqual([['R/beef/keepalive', '']])
  expect(answersAt(50)).toEqual([['R/c0ffee/keepalive', goOn]])
  expect(answersAt(99)).toEqual([])
  expect(answersAt(600)).toEqual([['R/c0ffee/keepalive', '']])
})
