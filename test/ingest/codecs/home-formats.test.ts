import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelName } from '../../../ingest/channel-name.ts'
import { dsmrP1 } from '../../../ingest/codecs/dsmr-p1.ts'
import { shelly } from '../../../ingest/codecs/shelly.ts'
import { tasmota } from '../../../ingest/codecs/tasmota.ts'
import { victron } from '../../../ingest/codecs/victron.ts'
import { wmbusmeters } from '../../../ingest/codecs/wmbusmeters.ts'
import { zigbee2mqtt } from '../../../ingest/codecs/zigbee2mqtt.ts'
import { decodeOne } from '../../support/decoding.ts'

/** Each format with topics of all its kinds and names that its messages have. */
const FORMATS = [
  {
    codec: tasmota,
    topics: [
      'tele/m/SENSOR',
      'tele/m/STATE',
      'tele/m/LWT',
      'stat/m/STATUS10',
      'stat/m/RESULT',
      'stat/m/POWER',
    ],
    names: [
      'Time',
      'ENERGY',
      'Total',
      'Power',
      'ZbReceived',
      'Wifi',
      'Signal',
      'POWER1',
      'StatusSNS',
      'COUNTER',
    ],
  },
  {
    codec: shelly,
    topics: [
      'shellies/a/info',
      'shellies/a/status',
      'shellies/a/relay/0',
      'shellies/a/emeter/0/total',
      'shellies/a',
      'shelly-a/status/em:0',
      'shelly-a/status/switch:0',
      'shelly-a/events/rpc',
      'shelly-a/rpc',
    ],
    names: [
      'method',
      'params',
      'result',
      'switch:0',
      'em:0',
      'sys',
      'meters',
      'tmp',
      'aenergy',
      'total',
      'ts',
    ],
  },
  {
    codec: zigbee2mqtt,
    topics: ['zigbee2mqtt/a', 'zigbee2mqtt/a/b', 'zigbee2mqtt/bridge/devices', 'zigbee2mqtt/bridge/event'],
    names: [
      'voltage',
      'battery',
      'state',
      'last_seen',
      'friendly_name',
      'definition',
      'exposes',
      'brightness',
    ],
  },
  {
    codec: wmbusmeters,
    topics: ['wmbusmeters/a'],
    names: ['_', 'id', 'media', 'total_m3', 'flow_temperature_c'],
  },
  {
    codec: dsmrP1,
    topics: ['dsmr/json', 'dsmr/reading/x', 'p1'],
    names: ['timestamp', 'electricity_delivered_1'],
  },
  {
    codec: victron,
    topics: ['N/p/grid/30/Ac/Power', 'N/p/grid/30', 'N/p/system/0/State', 'N/p/grid/30/Connected'],
    names: ['value', 'Ac', 'Power', 'L1'],
  },
] as const

describe.each(FORMATS)('$codec.format', ({ codec, topics, names }) => {
  const { payload } = fc.letrec((tie) => ({
    payload: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(null, true, 0, 1, -1, 1e300, '', 'ON', 'telegram', 'water', '12.5', 'NotifyStatus'),
      fc.dictionary(fc.oneof(fc.constantFrom<string>(...names), fc.string()), tie('payload'), { maxKeys: 6 }),
      fc.array(tie('payload'), { maxLength: 4 }),
    ),
  }))

  it('says something of any message, of sources and channels that can be kept', () =>
    fc.assert(
      fc.property(fc.constantFrom<string>(...topics), payload, (topic, json) => {
        const decoded = decodeOne(codec, topic, JSON.stringify(json))
        const things =
          decoded.readings.length +
          decoded.rejections.length +
          (decoded.presence?.length ?? 0) +
          Object.keys(decoded.ignored).length
        expect(things).toBeGreaterThan(0)
        for (const { channel, value } of decoded.readings) {
          expect(channel).toMatch(/^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,31})?$/)
          expect(typeof value).not.toBe('object')
        }
      }),
      { numRuns: 400 },
    ))
})

it('a channel name is what is allowed, of any text', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      expect(channelName(text)).toMatch(/^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,31})?$/)
    }),
  ))
