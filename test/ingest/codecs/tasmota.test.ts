import { describe, expect, it } from 'vitest'
import { tasmota } from '../../../ingest/codecs/tasmota.ts'
import { decodeOne, shortly } from '../../support/decoding.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const TABLE: Record<string, Landing> = {
  Total: { quantity: 'active-energy', unit: 'kW.h' },
  'Total 0': { quantity: 'active-energy', channel: '1', unit: 'kW.h' },
  'Total 1': { quantity: 'active-energy', channel: '2', unit: 'kW.h' },
  'Total Phase1': { quantity: 'active-energy', channel: 'L1', unit: 'kW.h' },
  'Total Phase2': { quantity: 'active-energy', channel: 'L2', unit: 'kW.h' },
  'TotalTariff 0': { quantity: 'active-energy', channel: 'T1' },
  'TotalTariff 1': { quantity: 'active-energy', channel: 'T2' },
  Power: { quantity: 'active-power', unit: 'W' },
  ApparentPower: { quantity: 'apparent-power', unit: 'V.A' },
  ReactivePower: { quantity: 'reactive-power', unit: 'var' },
  Voltage: { quantity: 'voltage' },
  Current: { quantity: 'current' },
  Frequency: { quantity: 'frequency' },
  ImportActive: { quantity: 'active-energy', channel: 'import', unit: 'kW.h' },
  'TX23 Speed Act': { quantity: 'wind-speed', channel: 'TX23' },
  'TX23 Speed Avg': { quantity: 'wind-speed', channel: 'TX23-Avg' },
  'TX23 Dir Deg': { quantity: 'wind-direction', channel: 'TX23' },
  'DS18B20 Temperature': { quantity: 'temperature', channel: 'DS18B20' },
}

/** Local times of the samples at the offset of the province. */
const LOCAL: Record<string, string> = {
  'energy-two-tariffs.json': '2020-09-25T12:47:15+07:00',
  'energy-total-is-array.json': '2020-09-25T12:47:15+07:00',
  'energy-total-is-object.json': '2023-01-27T11:04:56+07:00',
  'ds18b20-temperature.json': '2023-01-27T11:04:56+07:00',
}

describe('tasmota samples', () => {
  for (const sample of samplesOf('tasmota'))
    it(`reads ${sample.file}`, () => {
      const topic = (sample.topic ?? '').replace('%topic%', 'tasmota_<id>')
      const expect_ = sample.expect.map((one) => ({ ...one, at: one.at ?? LOCAL[sample.file] ?? null }))
      const decoded = decodeOne(tasmota, topic, sample.payload)
      const { wanted, found } = compare({ ...sample, expect: expect_ }, decoded, TABLE)
      expect(found).toEqual(wanted)
      expect(decoded.rejections).toEqual([])
      expect(decoded.readings.every(({ source }) => source === 'tasmota_<id>')).toBe(true)
    })

  it('leaves counters of a day or a period out, and says so', () => {
    const sample = samplesOf('tasmota').find(({ file }) => file === 'energy-two-tariffs.json')
    const decoded = decodeOne(tasmota, 'tele/m/SENSOR', sample?.payload ?? '')
    expect(decoded.unmapped?.map(({ path }) => path)).toEqual([
      '/ENERGY/TotalStartTime',
      '/ENERGY/Yesterday',
      '/ENERGY/Today',
      '/ENERGY/Period',
      '/ENERGY/PhaseAngle',
    ])
  })
})

const read = (topic: string, payload: string | object, given?: Parameters<typeof decodeOne>[3]) =>
  shortly(decodeOne(tasmota, topic, payload, given))

describe('tasmota messages of the documentation', () => {
  it('a three-phase meter gives one value a phase, and the local time of its profile', () => {
    const payload = {
      Time: '2026-01-02T05:04:05',
      ENERGY: { Total: 12.5, Power: [100, 200, 300], Voltage: [230, 231, 232], Current: [0.5, 1, 1.5] },
    }
    expect(read('tele/m/SENSOR', payload, { utcOffsetMinutes: 120 })).toEqual([
      'm active-energy 12.5 2026-01-02T03:04:05.000Z',
      'm active-power/1 0.1 2026-01-02T03:04:05.000Z',
      'm active-power/2 0.2 2026-01-02T03:04:05.000Z',
      'm active-power/3 0.3 2026-01-02T03:04:05.000Z',
      'm voltage/1 230 2026-01-02T03:04:05.000Z',
      'm voltage/2 231 2026-01-02T03:04:05.000Z',
      'm voltage/3 232 2026-01-02T03:04:05.000Z',
      'm current/1 0.5 2026-01-02T03:04:05.000Z',
      'm current/2 1 2026-01-02T03:04:05.000Z',
      'm current/3 1.5 2026-01-02T03:04:05.000Z',
    ])
  })

  it('air sensors side by side keep their own series; pressure in inches, distance by its sensor', () => {
    const payload = {
      BME280: { Temperature: 70, Humidity: 40, DewPoint: 45, Pressure: 29.92 },
      'AM2301-14': { Temperature: 71 },
      MHZ19B: { Model: 'B', CarbonDioxide: 650, Temperature: 72 },
      SGP30: { eCO2: 400, TVOC: 120 },
      PMS5003: { CF1: 1, PM1: 2, 'PM2.5': 3, PM10: 4, 'PB0.3': 100 },
      BH1750: { Illuminance: 320 },
      VL53L0X: { Distance: 26.3 },
      SR04: { Distance: 26.3 },
      HX711: { Weight: 1.25 },
      ANALOG: { A0: 512, Temperature1: 50 },
      COUNTER: { C1: 7, C3: 9 },
      TempUnit: 'F',
      PressureUnit: 'inHg',
    }
    expect(read('tele/a/b/SENSOR', payload)).toEqual([
      'a/b temperature/BME280 21.1111111',
      'a/b relative-humidity/BME280 40',
      'a/b atmospheric-pressure/BME280 101.320454',
      'a/b temperature/AM2301-14 21.6666667',
      'a/b co2-concentration/MHZ19B 650',
      'a/b temperature/MHZ19B 22.2222222',
      'a/b co2-concentration/SGP30-eCO2 400 estimated',
      'a/b tvoc-fraction/SGP30 0.12',
      'a/b pm1/PMS5003 2',
      'a/b pm2.5/PMS5003 3',
      'a/b pm10/PMS5003 4',
      'a/b illuminance/BH1750 320',
      'a/b distance/VL53L0X 0.263',
      'a/b distance/SR04 0.263',
      'a/b mass/HX711 1.25',
      'a/b temperature/ANALOG-1 10',
      'a/b event-count/1 7',
      'a/b event-count/3 9',
    ])
  })

  it('no two members of one message share a series', () => {
    const payload = {
      ENERGY: { Voltage: 230, Power: 5 },
      'INA219-1': { Voltage: 12.1, Current: 0.5, Power: 6 },
      'INA219-2': { Voltage: 5.1, Current: 0.1, Power: 0.5 },
      SCD40: { CarbonDioxide: 618, eCO2: 623 },
      'LYWSD03-52680f': { Temperature: 21, Battery: 100, RSSI: -70 },
      'ATC-aabbcc': { Temperature: 22, Battery: 90, RSSI: -71 },
      ANALOG: { pH1: 7.1 },
      MLX90614: { OBJTMP: 23.8, AMBTMP: 22.7 },
      AS3935: { Distance: 12 },
      'VL53L1X-2': { Distance: 999.9 },
      TempUnit: 'C',
    }
    expect(read('tele/m/SENSOR', payload)).toEqual([
      'm voltage 230',
      'm active-power 0.005',
      'm voltage/INA219-1 12.1',
      'm current/INA219-1 0.5',
      'm active-power/INA219-1 0.006',
      'm voltage/INA219-2 5.1',
      'm current/INA219-2 0.1',
      'm active-power/INA219-2 0.0005',
      'm co2-concentration/SCD40 618',
      'm co2-concentration/SCD40-eCO2 623 estimated',
      'm temperature/LYWSD03-52680f 21',
      'm battery-level/LYWSD03-52680f 100',
      'm signal-strength/LYWSD03-52680f -70',
      'm temperature/ATC-aabbcc 22',
      'm battery-level/ATC-aabbcc 90',
      'm signal-strength/ATC-aabbcc -71',
      'm ph/ANALOG-1 7.1',
      'm temperature/MLX90614-object 23.8',
      'm temperature/MLX90614-ambient 22.7',
      'm distance/AS3935 12000',
    ])
  })

  it('two scripted meters with words of the vocabulary stay apart; a profile names them otherwise', () => {
    const payload = { A: { frequency: 50 }, B: { frequency: 50.1 } }
    expect(read('tele/m/SENSOR', payload)).toEqual(['m frequency/A 50', 'm frequency/B 50.1'])
    const rules = { 'A/frequency': { quantity: 'frequency', unit: 'Hz', channel: '' } }
    expect(read('tele/m/SENSOR', payload, { rules })).toEqual(['m frequency 50', 'm frequency/B 50.1'])
  })

  it('inputs that only tell, several dimmers', () => {
    expect(read('stat/m/RESULT', { Switch2: { Action: 'ON' } })).toEqual(['m switch/input-2 1'])
    expect(decodeOne(tasmota, 'stat/m/RESULT', { Switch1: { Action: 'HOLD' } }).rejections).toEqual([])
    expect(read('tele/m/STATE', { Dimmer1: 50, Dimmer2: 20 })).toEqual([
      'm brightness/1 50',
      'm brightness/2 20',
    ])
  })

  it('the names of a scripted meter are the profile’s to say', () => {
    const payload = { MT175: { E_in: 4711.2, P: 230 } }
    const rules = { 'MT175/E_in': { quantity: 'active-energy', unit: 'kW.h' } }
    const decoded = decodeOne(tasmota, 'tele/m/SENSOR', payload, { rules })
    expect(shortly(decoded)).toEqual(['m active-energy 4711.2'])
    expect(decoded.unmapped).toEqual([{ path: '/MT175/P', source: 'm' }])
  })

  it('STATUS10, STATUS11, RESULT, POWER, inputs and shutters', () => {
    expect(
      read('stat/m/STATUS10', { StatusSNS: { Time: '2026-01-02T10:04:05+07:00', Switch1: 'ON' } }),
    ).toEqual(['m switch/input-1 1 2026-01-02T03:04:05.000Z'])
    expect(read('stat/m/STATUS11', { StatusSTS: { POWER: 'OFF', Vcc: 3.2 } })).toEqual([
      'm switch 0',
      'm voltage/Vcc 3.2',
    ])
    expect(read('stat/m/RESULT', { POWER1: 'ON' })).toEqual(['m switch/1 1'])
    expect(read('stat/m/POWER3', 'OFF')).toEqual(['m switch/3 0'])
    expect(read('tele/m/SENSOR', { Shutter1: { Position: 40, Direction: 0 } })).toEqual([
      'm cover-position/1 40',
    ])
    expect(decodeOne(tasmota, 'stat/m/RESULT', { Teleperiod: 60 }).ignored).toEqual({ command_reply: 1 })
  })

  it('a Zigbee bridge speaks for its devices', () => {
    const decoded = decodeOne(tasmota, 'tele/zb/SENSOR', {
      ZbReceived: {
        '0x99BB': { Device: '0x99BB', Name: 'Porch', Temperature: 21.5, Endpoint: 1, LinkQuality: 8 },
        '0x1234': { Device: '0x1234', BatteryPercentage: 90 },
      },
    })
    expect(shortly(decoded)).toEqual([
      'Porch temperature 21.5',
      'Porch link-quality 8',
      '0x1234 battery-level 90',
    ])
    expect(decoded.aliases).toEqual({ Porch: ['0x99BB'] })
  })

  it('gangs of a Zigbee switch are told by endpoint; what a remote asks for is no state', () => {
    const zigbee = (device: object) => ({ ZbReceived: { '0x99BB': { Device: '0x99BB', ...device } } })
    expect(
      read('tele/zb/SENSOR', zigbee({ Power: 1, RMSVoltage: 230, RMSCurrent: 0.5, Endpoint: 2 })),
    ).toEqual(['0x99BB switch/2 1', '0x99BB voltage/2 230'])
    expect(read('tele/zb/SENSOR', zigbee({ Contact: 1, Fire: 0, Endpoint: 1 }))).toEqual([
      '0x99BB contact-open 1',
      '0x99BB smoke 0',
    ])
    expect(read('tele/zb/SENSOR', zigbee({ Power2: 0, Endpoint: 1 }))).toEqual(['0x99BB switch/2 0'])
    expect(read('tele/zb/SENSOR', zigbee({ Power: true }))).toEqual(['0x99BB switch 1'])
    expect(read('tele/zb/SENSOR', zigbee({ '0006!01': '', Power: 1, Endpoint: 1 }))).toEqual([])
    expect(read('tele/zb/SENSOR', zigbee({ Power: 2, Endpoint: 1 }))).toEqual([])
    expect(read('tele/zb/SENSOR', zigbee({ Voltage: 2.995, Battery: 98 }))).toEqual([
      '0x99BB battery-voltage 2.995',
      '0x99BB battery-level 98',
    ])
  })

  it('a Zigbee bridge that leaves ZbReceived out, or has it in the topic', () => {
    const payload = { Porch: { Device: '0x99BB', Name: 'Porch', Humidity: 50, Endpoint: 1, LinkQuality: 8 } }
    for (const topic of ['tele/zb/SENSOR', 'tele/zb/Porch/SENSOR', 'tele/zb/ZbReceived']) {
      expect(tasmota.matches(topic)).toBe(true)
      expect(read(topic, payload)).toEqual(['Porch relative-humidity 50', 'Porch link-quality 8'])
    }
    expect(decodeOne(tasmota, 'tele/zb/SENSOR', { ZbState: { Status: 21 } }).ignored).toEqual({
      life_cycle: 1,
    })
  })

  it('both orders of the topic; what is not Tasmota’s is left to others', () => {
    const will = decodeOne(tasmota, 'garden/pump/tele/LWT', 'Online')
    expect(will.presence).toEqual([{ source: 'garden/pump', kind: 'connected', reason: 'LWT Online' }])
    for (const topic of ['tele/m/SENSOR', 'stat/m/POWER2', 'm/tele/STATE', 'tasmota/discovery/AA/config'])
      expect([topic, tasmota.matches(topic)]).toEqual([topic, true])
    for (const topic of [
      'tele/SENSOR',
      'cmnd/m/POWER',
      'v1/devices/me/telemetry',
      'tele/m/sensor',
      'm/SENSOR',
    ])
      expect([topic, tasmota.matches(topic)]).toEqual([topic, false])
  })

  it('a SENSOR message that is no object is refused; more than a thousand values are refused whole', () => {
    expect(decodeOne(tasmota, 'tele/m/SENSOR', [1]).rejections).toMatchObject([{ code: 'wrong_shape' }])
    const many = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`AM2301-${i}`, { Humidity: i }]))
    const decoded = decodeOne(tasmota, 'tele/m/SENSOR', many)
    expect(decoded.rejections).toMatchObject([{ code: 'too_many_values' }])
    expect(decoded.readings).toEqual([])
  })
})
