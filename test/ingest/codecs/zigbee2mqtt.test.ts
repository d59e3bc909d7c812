import { describe, expect, it } from 'vitest'
import { zigbee2mqtt } from '../../../ingest/codecs/zigbee2mqtt.ts'
import { RECEIVED_AT, senderContext } from '../../support/codec-context.ts'
import { bytes, decodeOne, shortly } from '../../support/decoding.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const TABLE: Record<string, Landing> = {
  power: { quantity: 'active-power' },
  current: { quantity: 'current' },
  energy: { quantity: 'active-energy', unit: 'kW.h' },
  temperature: { quantity: 'temperature' },
  humidity: { quantity: 'relative-humidity', unit: '%' },
  pressure: { quantity: 'atmospheric-pressure' },
  battery: { quantity: 'battery-level' },
  co2: { quantity: 'co2-concentration', unit: '[ppm]' },
  voc: { left: 'without the definition nobody knows whether it is a mass or a share of the volume' },
  formaldehyd: { left: 'as voc' },
}

describe('zigbee2mqtt samples', () => {
  for (const sample of samplesOf('zigbee2mqtt'))
    it(`reads ${sample.file}`, () => {
      const decoded = decodeOne(zigbee2mqtt, sample.topic ?? '', sample.payload)
      const isBattery = sample.expect.some(({ quantity }) => quantity === 'battery')
      const voltage = { quantity: isBattery ? 'battery-voltage' : 'voltage' }
      const { wanted, found } = compare(sample, decoded, { ...TABLE, voltage })
      expect(found).toEqual(wanted)
      expect(decoded.rejections).toEqual([])
      const keys = decoded.readings.map(({ quantity, channel }) => `${quantity}/${channel}`)
      expect(new Set(keys).size).toBe(keys.length)
    })

  it('what has no unit is named as unmapped', () => {
    const sample = samplesOf('zigbee2mqtt').find(({ file }) => file === 'tuya-air-quality.json')
    const decoded = decodeOne(zigbee2mqtt, sample?.topic ?? '', sample?.payload ?? '')
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/formaldehyd', '/voc'])
  })
})

const read = (topic: string, payload: string | object, given?: Parameters<typeof decodeOne>[3]) =>
  shortly(decodeOne(zigbee2mqtt, topic, payload, given))

describe('zigbee2mqtt messages of the documentation', () => {
  it('last_seen in its forms', () => {
    const at = '2026-01-02T03:04:05.000Z'
    for (const last_seen of [
      '2026-01-02T03:04:05.000Z',
      '2026-01-02T10:04:05+07:00',
      '2026-01-02T10:04:05',
      1_767_323_045_000,
    ])
      expect(read('zigbee2mqtt/a', { humidity: 40, last_seen })).toEqual([`a relative-humidity 40 ${at}`])
    for (const last_seen of ['disable', null, '', 0])
      expect(read('zigbee2mqtt/a', { humidity: 40, last_seen })).toEqual(['a relative-humidity 40'])
  })

  it('endpoints and phases are channels', () => {
    expect(
      read('zigbee2mqtt/m', {
        state_l1: 'ON',
        state_left: 'OFF',
        power_phase_b: 100,
        voltage_phase_c: 231,
        current_a: 2,
        power_l2: 50,
        device_temperature: 30,
      }),
    ).toEqual([
      'm switch/1 1',
      'm switch/left 0',
      'm active-power/L2 0.1',
      'm voltage/L3 231',
      'm current/L1 2',
      'm active-power/2 0.05',
      'm temperature/device 30',
    ])
  })

  it('covers, lamps, contacts, flags', () => {
    expect(read('zigbee2mqtt/c', { state: 'OPEN', position: 60, brightness: 127, contact: false })).toEqual([
      'c operating-state OPEN',
      'c cover-position 60',
      'c brightness 50',
      'c contact-open 1',
    ])
    expect(read('zigbee2mqtt/c', { occupancy: true, water_leak: false, smoke: true, tamper: false })).toEqual(
      ['c motion 1', 'c leak 0', 'c smoke 1', 'c tamper 0'],
    )
  })

  it('the definition says the unit, also where the battery is not in the message', () => {
    const context = senderContext()
    const exposes = [
      { type: 'numeric', property: 'battery', unit: '%' },
      { type: 'numeric', property: 'voltage', unit: 'mV' },
      { type: 'numeric', property: 'pressure', unit: 'kPa' },
      { type: 'numeric', property: 'formaldehyd', unit: 'mg/m³' },
      { type: 'light', features: [{ property: 'voc', unit: 'µg/m³' }] },
    ]
    const devices = [
      { friendly_name: 'air/1', ieee_address: '0x00124B00AA', definition: { exposes } },
      { friendly_name: 'Coordinator', ieee_address: '0x00124B00FF', definition: null },
    ]
    const learnt = zigbee2mqtt.decode(
      bytes(devices),
      'zigbee2mqtt/bridge/devices',
      context(RECEIVED_AT - 1000),
    )
    expect([learnt.isRemembered, learnt.ignored, learnt.aliases]).toEqual([
      true,
      { life_cycle: 1 },
      { 'air/1': ['0x00124b00aa'], Coordinator: ['0x00124b00ff'] },
    ])
    const payload = bytes({ voltage: 2900, pressure: 101.3, formaldehyd: 0.02, voc: 35 })
    expect(shortly(zigbee2mqtt.decode(payload, 'zigbee2mqtt/air/1', context()))).toEqual([
      'air/1 battery-voltage 2.9',
      'air/1 atmospheric-pressure 101.3',
      'air/1 formaldehyde-concentration 20',
      'air/1 tvoc-concentration 35',
    ])
    expect(read('zigbee2mqtt/air/1', { voltage: 230 })).toEqual(['air/1 voltage 230'])
  })

  it('one attribute a topic: a bare value', () => {
    expect(read('zigbee2mqtt/kitchen/plug/power', '42')).toEqual(['kitchen/plug active-power 0.042'])
    expect(read('zigbee2mqtt/plug/state', 'ON')).toEqual(['plug switch 1'])
    expect(decodeOne(zigbee2mqtt, 'zigbee2mqtt/plug/action', 'single').unmapped).toEqual([
      { path: '', source: 'plug' },
    ])
  })

  it('availability in both forms, the bridge, its devices', () => {
    const presence = (topic: string, payload: string | object) =>
      decodeOne(zigbee2mqtt, topic, payload).presence
    expect(presence('zigbee2mqtt/a/b/availability', 'online')).toEqual([
      { source: 'a/b', kind: 'connected', reason: 'availability online' },
    ])
    expect(presence('zigbee2mqtt/bridge/state', { state: 'offline' })).toEqual([
      { kind: 'disconnected', reason: 'bridge offline' },
    ])
    const data = { friendly_name: 'a', ieee_address: '0xAA' }
    expect(presence('zigbee2mqtt/bridge/event', { type: 'device_leave', data })).toEqual([
      { source: 'a', kind: 'disconnected', reason: 'device_leave' },
    ])
    expect(presence('zigbee2mqtt/bridge/event', { type: 'device_interview', data })).toBeUndefined()
    for (const what of ['info', 'groups', 'logging', 'converters', 'health'])
      expect(decodeOne(zigbee2mqtt, `zigbee2mqtt/bridge/${what}`, 'x').ignored).toEqual({ life_cycle: 1 })
    expect(decodeOne(zigbee2mqtt, 'zigbee2mqtt/bridge/response/permit_join', '{}').ignored).toEqual({
      command_reply: 1,
    })
    expect(decodeOne(zigbee2mqtt, 'zigbee2mqtt/a/set', '{"state":"ON"}').ignored).toEqual({
      command_reply: 1,
    })
    expect(decodeOne(zigbee2mqtt, 'zigbee2mqtt/a', '').ignored).toEqual({ life_cycle: 1 })
  })

  it('a profile’s rules say what a property of its own is', () => {
    const rules = { 'meter/total': { quantity: 'water-volume', unit: 'L' } }
    expect(read('zigbee2mqtt/w', { meter: { total: 1500 } }, { rules })).toEqual(['w water-volume 1.5'])
  })

  it('a list, or a list of devices that is none, is refused', () => {
    for (const topic of ['zigbee2mqtt/a', 'zigbee2mqtt/bridge/devices'])
      expect(decodeOne(zigbee2mqtt, topic, topic.endsWith('a') ? [1] : { a: 1 }).rejections).toMatchObject([
        { code: 'wrong_shape' },
      ])
  })
})

describe('zigbee2mqtt, what a value can only be', () => {
  const of = (payload: object): string[] =>
    shortly(decodeOne(zigbee2mqtt, 'zigbee2mqtt/d', payload)).map((line) => line.slice(2))

  it('a two-way meter: percent of power factor, both directions, the sum', () => {
    expect(
      of({ power_a: 10, power_b: 20, power_ab: 30, power_factor_b: 96, energy_b: 2, energy_produced_b: 0.2 }),
    ).toEqual([
      'active-power/L1 0.01',
      'active-power/L2 0.02',
      'active-power 0.03',
      'power-factor/L2 0.96',
      'active-energy/L2 2',
      'active-energy-exported/L2 0.2',
    ])
  })

  it('the volts of a battery, in mV or V, beside those of the mains', () => {
    expect(of({ battery_low: false, voltage: 2900 })).toEqual(['battery-low 0', 'battery-voltage 2.9'])
    expect(of({ battery: 97, battery_voltage: 3000, voltage: 230 })).toEqual([
      'battery-level 97',
      'battery-voltage 3',
      'voltage 230',
    ])
    expect(of({ battery_voltage: 3.1 })).toEqual(['battery-voltage 3.1'])
    expect(of({ voltage: 3000 })).toEqual(['battery-voltage 3'])
  })

  it('a radiator valve’s position is no cover’s', () => {
    expect(of({ local_temperature: 20.5, position: 55 })).toEqual([
      'temperature/local 20.5',
      'valve-position 55',
    ])
    expect(of({ position: 50, state: 'OPEN' })).toEqual(['cover-position 50', 'operating-state OPEN'])
  })

  it('two names of one figure do not meet in one series', () => {
    expect(of({ battery_voltage: 3.0, voltage: 3000 })).toEqual(['battery-voltage 3'])
    expect(of({ local_temperature: 20, pi_heating_demand: 30, position: 31 })).toEqual([
      'temperature/local 20',
      'valve-position 30',
    ])
    expect(of({ active_power: 500, power: 480 })).toEqual(['active-power 0.48'])
    expect(of({ active_power: 500, apparent_power: 510 })).toEqual([
      'active-power 0.5',
      'apparent-power 0.51',
    ])
  })

  it('numbered ports and probes; a wind of words is no fault', () => {
    expect(of({ state_1: 'ON', power_2: 5, temperature_probe: 12, temperature_external: 13 })).toEqual([
      'switch/1 1',
      'active-power/2 0.005',
      'temperature/probe 12',
      'temperature/external 13',
    ])
    const decoded = decodeOne(zigbee2mqtt, 'zigbee2mqtt/d', {
      wind_direction: 'NE',
      temperature_calibration: 1,
    })
    expect(decoded.readings).toEqual([])
    expect(decoded.rejections).toEqual([])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/wind_direction', '/temperature_calibration'])
  })
})
