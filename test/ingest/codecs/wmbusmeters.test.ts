import { describe, expect, it } from 'vitest'
import { wmbusmeters } from '../../../ingest/codecs/wmbusmeters.ts'
import { decodeOne, shortly } from '../../support/decoding.ts'

const AT = '2026-01-02T03:04:05.000Z'
const decode = (media: string, members: object) =>
  decodeOne(wmbusmeters, 'wmbusmeters/cellar', {
    _: 'telegram',
    media,
    meter: 'driver',
    name: 'cellar',
    id: '12345678',
    ...members,
    timestamp: '2026-01-02T03:04:05Z',
  })
const read = (media: string, members: object) =>
  shortly(decode(media, members)).map((line) => line.replace('12345678 ', '').replace(` ${AT}`, ''))

describe('wmbusmeters', () => {
  it('a heat meter has energy, power, water and its temperatures', () => {
    expect(
      read('heat', {
        total_energy_consumption_kwh: 1234,
        total_volume_m3: 45.6,
        volume_flow_m3h: 0.12,
        power_kw: 2.5,
        flow_temperature_c: 55.5,
        return_temperature_c: 40,
        status: 'OK',
      }),
    ).toEqual([
      'thermal-energy 1234',
      'water-volume 45.6',
      'water-flow 0.12',
      'thermal-power 2.5',
      'water-temperature/flow 55.5',
      'water-temperature/return 40',
      'operating-state OK',
    ])
  })

  it('an electricity meter has phases and tariffs', () => {
    expect(
      read('electricity', {
        total_energy_consumption_kwh: 100,
        total_energy_consumption_tariff_2_kwh: 60,
        total_energy_production_kwh: 5,
        current_power_consumption_kw: 0.4,
        voltage_at_phase_1_v: 230,
        current_at_phase_3_a: 1.5,
        total_reactive_energy_kvarh: 3,
      }),
    ).toEqual([
      'active-energy 100',
      'active-energy/T2 60',
      'active-energy-exported 5',
      'active-power 0.4',
      'voltage/L1 230',
      'current/L3 1.5',
      'reactive-energy 3',
    ])
  })

  it('gas, heat cost, room sensors', () => {
    expect(read('gas', { total_m3: 12 })).toEqual(['gas-volume 12'])
    expect(
      read('heat cost allocation', { current_consumption_hca: 77, consumption_at_set_date_hca: 5 }),
    ).toEqual(['heat-cost-units 77'])
    expect(
      read('room sensor', {
        current_temperature_c: 21.5,
        current_relative_humidity_rh: 45,
        average_temperature_1h_c: 20,
        rssi_dbm: -90,
        battery_v: 3.1,
      }),
    ).toEqual(['temperature 21.5', 'relative-humidity 45', 'signal-strength -90', 'battery-voltage 3.1'])
  })

  it('what held at another time, and what is no value, is no reading', () => {
    const decoded = decode('warm water', {
      total_m3: 10,
      target_m3: 8,
      target_date: '2025-12-31',
      max_flow_m3h: 2,
      min_external_temperature_c: 4,
      consumption_at_set_date_m3: 7,
      consumption_at_history_1_m3: 6,
      prev_date: '2025-01-01',
      external_temperature_c: 127,
      flow_temperature_c: null,
      current_status: 'LEAK',
      remaining_battery_life_y: 11,
      meter_datetime: '2026-01-02 10:04',
    })
    expect(shortly(decoded)).toEqual([
      `12345678 water-volume 10 ${AT}`,
      `12345678 operating-state/current LEAK ${AT}`,
    ])
    expect(decoded.ignored).toEqual({ null: 2, unmapped: 9 })
    expect(decoded.aliases).toEqual({ '12345678': ['cellar'] })
  })

  it('keeps the noughts of an id, and takes the time of receipt where there is no other', () => {
    const payload = { _: 'telegram', id: '00000042', media: 'water', total_m3: 1, timestamp: 'soon' }
    expect(shortly(decodeOne(wmbusmeters, 'wmbusmeters/a', payload))).toEqual(['00000042 water-volume 1'])
    expect(decodeOne(wmbusmeters, 'wmbusmeters/a', { _: 'alarm' }).ignored).toEqual({ life_cycle: 1 })
    expect(decodeOne(wmbusmeters, 'wmbusmeters/a', '[]').rejections).toMatchObject([{ code: 'wrong_shape' }])
  })

  it('what the media does not tell is the profile’s to say', () => {
    const rules = { total_m3: { quantity: 'water-volume', unit: 'm3' } }
    const payload = { _: 'telegram', id: '7', media: 'other', total_m3: 1 }
    expect(shortly(decodeOne(wmbusmeters, 'wmbusmeters/a', payload, { rules }))).toEqual(['7 water-volume 1'])
    expect(decodeOne(wmbusmeters, 'wmbusmeters/a', payload).unmapped).toEqual([
      { path: '/total_m3', source: '7' },
    ])
  })
})

describe('wmbusmeters, keys of drivers that say it otherwise', () => {
  it('figures of another date never meet the one of now', () => {
    expect(
      read('heat', {
        total_energy_consumption_kwh: 3112,
        total_energy_consumption_at_date_kwh: 3047,
        energy_consumption_at_reporting_date_kwh: 3000,
        consumption_1_months_ago_kwh: 2900,
        energy_returned_kwh: 5,
        power_kw: 1,
        power_max_kw: 9,
        total_volume_m3: 2,
        volume_month_period_m3: 1,
      }),
    ).toEqual(['thermal-energy 3112', 'thermal-power 1', 'water-volume 2'])
  })

  it('flow and return go by several names', () => {
    expect(
      read('heat', {
        total_kwh: 8608,
        total_water_m3: 841.6,
        flow_water_m3h: 0.2,
        forward_c: 24,
        return_c: 23,
      }),
    ).toEqual([
      'thermal-energy 8608',
      'water-volume 841.6',
      'water-flow 0.2',
      'water-temperature/flow 24',
      'water-temperature/return 23',
    ])
    expect(
      read('heat', { heat_kwh: 8974, volume_m3: 1995, t1_temperature_c: 52, t2_temperature_c: 51 }),
    ).toEqual([
      'thermal-energy 8974',
      'water-volume 1995',
      'water-temperature/flow 52',
      'water-temperature/return 51',
    ])
    expect(
      read('heat/cooling load', { total_heating_m3: 4, total_cooling_m3: 1, supply_temperature_c: 21.8 }),
    ).toEqual(['water-volume 4', 'water-volume/cooling 1', 'water-temperature/flow 21.8'])
  })

  it('a heat cost allocator with its two temperatures', () => {
    expect(
      read('heat cost allocator', {
        current_hca: 131,
        previous_hca: 1026,
        temp_room_c: 22.44,
        temp_radiator_c: 25.51,
      }),
    ).toEqual(['heat-cost-units 131', 'temperature/room 22.44', 'temperature/radiator 25.51'])
  })

  it('a voltage between phases is not that of one', () => {
    expect(read('electricity', { voltage_l1_n_v: 230, voltage_l1_l2_v: 400, voltage_l3_l1_v: 401 })).toEqual([
      'voltage/L1 230',
      'voltage/L1-L2 400',
      'voltage/L3-L1 401',
    ])
  })

  it('one figure in two units is read once', () => {
    const decoded = decode('heat', {
      total_energy_consumption_kwh: 10,
      total_energy_mj: 37,
      power_kw: null,
      power_w: 5,
    })
    expect(shortly(decoded).map((line) => line.split(' ')[1])).toEqual(['thermal-energy', 'thermal-power'])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/total_energy_mj'])
  })

  it('a word where a number is due has no meaning, and is no fault', () => {
    const decoded = decode('smoke detector', { battery_level: '3.00V', battery: 'BATTERY_330' })
    expect(decoded.rejections).toEqual([])
    expect(decoded.readings).toEqual([])
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual(['/battery_level', '/battery'])
  })
})
