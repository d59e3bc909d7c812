import { describe, expect, it } from 'vitest'
import { shelly } from '../../../ingest/codecs/shelly.ts'
import { decodeOne, shortly } from '../../support/decoding.ts'
import { compare, type Landing, samplesOf } from '../../support/samples.ts'

const TABLE: Record<string, Landing> = {
  a_act_power: { quantity: 'active-power', channel: 'L1' },
  b_act_power: { quantity: 'active-power', channel: 'L2' },
  c_act_power: { quantity: 'active-power', channel: 'L3' },
  total_act_power: { quantity: 'active-power' },
  a_voltage: { quantity: 'voltage', channel: 'L1' },
  a_current: { quantity: 'current', channel: 'L1' },
  a_freq: { quantity: 'frequency', channel: 'L1' },
  a_pf: { quantity: 'power-factor', channel: 'L1' },
  total_aprt_power: { quantity: 'apparent-power', unit: 'V.A' },
  total_act: { quantity: 'active-energy', unit: 'W.h' },
  total_act_ret: { quantity: 'active-energy-exported', unit: 'W.h' },
  a_total_act_energy: { quantity: 'active-energy', channel: 'L1', unit: 'W.h' },
  temperature: { quantity: 'temperature' },
  'cover:0 apower': { quantity: 'active-power', channel: '0' },
  'cover:0 voltage': { quantity: 'voltage', channel: '0' },
  'cover:0 energy total': { quantity: 'active-energy', channel: '0', unit: 'W.h' },
  'cover:0 temperature': { quantity: 'temperature', channel: 'cover-0' },
  power: { quantity: 'active-power', channel: '0' },
  'energy counter': { quantity: 'active-energy', channel: '0' },
  'gas concentration': { quantity: 'gas-concentration', unit: '[ppm]' },
}

describe('shelly samples', () => {
  for (const sample of samplesOf('shelly'))
    it(`reads ${sample.file}`, () => {
      const topic = (sample.topic ?? 'some/prefix/rpc').replace('<id>', 'AB12CD')
      const decoded = decodeOne(shelly, topic, sample.payload)
      // A status without a topic of the device is its MAC's; else the topic names it, and the MAC is its other name.
      const expected = sample.expect.map((one) => ({
        ...one,
        device:
          one.device === 'AABBCCDDEEFF'
            ? sample.topic
              ? (topic.split('/')[1] ?? '')
              : 'aabbccddeeff'
            : one.device,
      }))
      const { wanted, found } = compare({ ...sample, expect: expected }, decoded, TABLE)
      expect(found).toEqual(wanted)
      expect(decoded.rejections).toEqual([])
      const keys = decoded.readings.map(({ quantity, channel }) => `${quantity}/${channel}`)
      expect(new Set(keys).size).toBe(keys.length)
      if (sample.file.startsWith('gen1'))
        expect(Object.values(decoded.aliases ?? {})).toEqual([['aabbccddeeff']])
    })
})

const read = (topic: string, payload: string | object) => shortly(decodeOne(shelly, topic, payload))

describe('shelly of the first generation, by its documentation', () => {
  it.each([
    ['shellies/shelly1pm-A/relay/0', 'on', ['shelly1pm-A switch/0 1']],
    ['shellies/shelly1pm-A/relay/0/power', '42.5', ['shelly1pm-A active-power/0 0.0425']],
    ['shellies/shelly1pm-A/relay/0/energy', '6000', ['shelly1pm-A active-energy/0 0.1']],
    ['shellies/shelly2-A/relay/power', '10', ['shelly2-A active-power 0.01']],
    ['shellies/shellyem-A/emeter/1/total', '1234.5', ['shellyem-A active-energy/1 1.2345']],
    ['shellies/shellyem3-A/emeter/2/total_returned', '500', ['shellyem3-A active-energy-exported/L3 0.5']],
    ['shellies/shellyem3-A/emeter/0/pf', '-0.9', ['shellyem3-A power-factor/L1 -0.9']],
    ['shellies/shellyem-A/emeter/0/reactive_power', '-20', ['shellyem-A reactive-power/0 -0.02']],
    ['shellies/shellyht-A/sensor/temperature', '21.75', ['shellyht-A temperature 21.75']],
    ['shellies/shellyht-A/sensor/battery', '88', ['shellyht-A battery-level 88']],
    ['shellies/shellyflood-A/sensor/flood', 'true', ['shellyflood-A leak 1']],
    ['shellies/shellydw2-A/sensor/state', 'open', ['shellydw2-A contact-open 1']],
    ['shellies/shellydw2-A/sensor/lux', '120', ['shellydw2-A illuminance 120']],
    ['shellies/shellyplug-s-A/temperature', '30.1', ['shellyplug-s-A temperature 30.1']],
    ['shellies/shellyplug-s-A/overtemperature', '0', ['shellyplug-s-A fault/overtemperature 0']],
    ['shellies/shellyswitch25-A/roller/0/pos', '70', ['shellyswitch25-A cover-position/0 70']],
    ['shellies/shellyswitch25-A/roller/0', 'stop', ['shellyswitch25-A operating-state/0 stop']],
    ['shellies/shellyix3-A/input/2', '1', ['shellyix3-A switch/input-2 1']],
    [
      'shellies/shellyix3-A/input_event/2',
      { event: 'S', event_cnt: 9 },
      ['shellyix3-A event-count/input-2 9'],
    ],
    ['shellies/shellyuni-A/ext_temperature/1', '4.5', ['shellyuni-A temperature/ext-1 4.5']],
    [
      'shellies/shellydimmer-A/light/0/status',
      { ison: true, brightness: 40 },
      ['shellydimmer-A switch/0 1', 'shellydimmer-A brightness/0 40'],
    ],
    [
      'shellies/shellymotionsensor-A/status',
      { motion: true, timestamp: 1767323045, lux: 80, bat: 77 },
      [
        'shellymotionsensor-A battery-level 77 2026-01-02T03:04:05.000Z',
        'shellymotionsensor-A illuminance 80 2026-01-02T03:04:05.000Z',
        'shellymotionsensor-A motion 1 2026-01-02T03:04:05.000Z',
      ],
    ],
  ])('%s %s', (topic, payload, expected) => expect(read(topic, payload)).toEqual(expected))

  it('no value is no reading; a value beside a lasting counter is left out', () => {
    expect(decodeOne(shelly, 'shellies/s-A/roller/0/pos', '-1').ignored).toEqual({ null: 1 })
    expect(decodeOne(shelly, 'shellies/s-A/sensor/temperature', '999').ignored).toEqual({ null: 1 })
    expect(decodeOne(shelly, 'shellies/shellyem-A/emeter/0/energy', '5').ignored).toEqual({ unmapped: 1 })
    const invalid = { meters: [{ power: 3, total: 4, is_valid: false }], unixtime: 0 }
    expect(decodeOne(shelly, 'shellies/s-A/info', invalid).ignored).toEqual({ null: 1 })
  })

  it('an announcement names a device by its MAC as well', () => {
    const decoded = decodeOne(shelly, 'shellies/announce', { id: 'shelly1-A', mac: 'AABBCCDDEEFF' })
    expect([decoded.aliases, decoded.ignored]).toEqual([{ 'shelly1-A': ['aabbccddeeff'] }, { life_cycle: 1 }])
  })
})

describe('shelly from the second generation on, by its documentation', () => {
  it('a metered switch', () => {
    const status = {
      id: 1,
      source: 'timer',
      output: true,
      apower: 8.9,
      voltage: 237.5,
      current: 0.05,
      pf: 0.8,
      aenergy: { total: 6.532, by_minute: [45.199, 47.141, 88.397], minute_ts: 1626935779 },
      temperature: { tC: 23.5, tF: 74.4 },
    }
    expect(read('shellypro4pm-a/status/switch:1', status)).toEqual([
      'shellypro4pm-a switch/1 1',
      'shellypro4pm-a active-power/1 0.0089',
      'shellypro4pm-a voltage/1 237.5',
      'shellypro4pm-a current/1 0.05',
      'shellypro4pm-a power-factor/1 0.8',
      'shellypro4pm-a active-energy/1 0.006532',
      'shellypro4pm-a temperature/switch-1 23.5',
    ])
  })

  it.each([
    ['em1:1', { id: 1, act_power: -50, freq: 50 }, ['active-power/1 -0.05', 'frequency/1 50']],
    [
      'em1data:1',
      { id: 1, total_act_energy: 100, total_act_ret_energy: 2000 },
      ['active-energy/1 0.1', 'active-energy-exported/1 2'],
    ],
    ['humidity:0', { id: 0, rh: 45.6 }, ['relative-humidity 45.6']],
    [
      'devicepower:0',
      { id: 0, battery: { V: 5.4, percent: 80 }, external: { present: false } },
      ['battery-voltage 5.4', 'battery-level 80'],
    ],
    ['temperature:101', { id: 101, tC: null, tF: null, errors: ['out_of_range'] }, []],
    ['temperature:100', { id: 100, tC: 4.25, tF: 39.6 }, ['temperature/100 4.25']],
    ['smoke:0', { id: 0, alarm: true, mute: false }, ['smoke 1']],
    ['flood:0', { id: 0, alarm: false, mute: false }, ['leak 0']],
    ['voltmeter:100', { id: 100, voltage: 4.3, xvoltage: null }, ['voltage/100 4.3']],
    ['input:0', { id: 0, state: false }, ['switch/input-0 0']],
    ['input:100', { id: 100, counts: { total: 12, by_minute: [1] } }, ['event-count/input-100 12']],
    ['wifi', { rssi: -61, ssid: 'x', status: 'got ip' }, ['signal-strength -61']],
    ['number:200', { value: 4 }, []],
    ['cloud', { connected: true }, []],
  ])('%s', (component, status, expected) =>
    expect(read(`shelly-x/status/${component}`, status)).toEqual(expected.map((one) => `shelly-x ${one}`)),
  )

  it('a prefix of its own, chosen by a profile, is the source; the id is its other name', () => {
    const frame = {
      src: 'shellyplus1pm-ab',
      method: 'NotifyFullStatus',
      params: { ts: 1767323045, 'switch:0': { id: 0, apower: 1000 }, sys: { mac: 'AABBCCDDEEFF' }, ble: {} },
    }
    const decoded = decodeOne(shelly, 'plant/pump 3/events/rpc', frame)
    expect(shortly(decoded)).toEqual(['plant/pump 3 active-power/0 1 2026-01-02T03:04:05.000Z'])
    expect(decoded.aliases).toEqual({ 'plant/pump 3': ['shellyplus1pm-ab', 'aabbccddeeff'] })
  })

  it('a reply to GetStatus is read, any other reply is not; an event is no measurement', () => {
    const reply = {
      id: 3,
      src: 'shellyplus1-ab',
      dst: 'me',
      result: { 'switch:0': { id: 0, output: false } },
    }
    expect(read('me/rpc', reply)).toEqual(['shellyplus1-ab switch/0 0'])
    expect(decodeOne(shelly, 'me/rpc', { id: 4, src: 's', result: { was_on: true } }).ignored).toEqual({
      command_reply: 1,
    })
    const event = { src: 's', method: 'NotifyEvent', params: { ts: 1, events: [] } }
    expect(decodeOne(shelly, 'shelly-x/events/rpc', event).ignored).toEqual({ life_cycle: 1 })
  })

  it('first generation: add-on, neutral and radiator valve in info, a lamp’s power, a roller that is not calibrated', () => {
    const info = {
      ext_temperature: { 0: { hwID: '28aa', tC: 21.5, tF: 70.7 }, 1: { hwID: '28ab', tC: 999, tF: 999 } },
      ext_humidity: { 0: { hwID: 'x', hum: 40 } },
      ext_switch: { 0: { relay_num: -1, input: 1 } },
      emeter_n: { current: 0.2, is_valid: true },
      thermostats: [{ pos: 12.5, tmp: { value: 20.5, units: 'C', is_valid: true } }],
    }
    expect(read('shellies/s/info', info)).toEqual([
      's temperature 20.5',
      's valve-position 12.5',
      's temperature/ext-0 21.5',
      's relative-humidity/ext-0 40',
      's switch/ext_switch-0 1',
      's current/N 0.2',
    ])
    expect(read('shellies/s/color/0/status', { ison: true, brightness: 20, power: 4 })).toEqual([
      's active-power/0 0.004',
      's switch/0 1',
      's brightness/0 20',
    ])
    expect(read('shellies/shellyem3-1/emeter_n/0/current', '0.95')).toEqual(['shellyem3-1 current/N 0.95'])
    expect(decodeOne(shelly, 'shellies/s/roller/0/pos', '101').ignored).toEqual({ null: 1 })
  })

  it('a device on Bluetooth behind a gateway has battery and level', () => {
    expect(read('shellyblugw-a/status/bthomedevice:200', { id: 200, rssi: -60, battery: 90 })).toEqual([
      'shellyblugw-a signal-strength/200 -60',
      'shellyblugw-a battery-level/200 90',
    ])
  })

  it('takes its own topics only', () => {
    for (const topic of ['shellies/a/relay/0', 'shellyplus1-a/status/switch:0', 'shellyplus1-a/events/rpc'])
      expect([topic, shelly.matches(topic)]).toEqual([topic, true])
    for (const topic of ['shellies', 'shellyplus1-a/other', 'home/status/switch:0', 'x/events/rpc'])
      expect([topic, shelly.matches(topic)]).toEqual([topic, false])
  })

  it('what is neither a frame nor a status is refused', () => {
    expect(decodeOne(shelly, 'shelly-x/events/rpc', { a: 1 }).rejections).toMatchObject([
      { code: 'wrong_shape' },
    ])
    expect(decodeOne(shelly, 'shelly-x/status/em:0', '5').rejections).toMatchObject([{ code: 'wrong_shape' }])
  })
})
