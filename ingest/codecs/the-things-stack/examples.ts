import type { Codec } from '../../codec.ts'

const IDS =
  '"end_device_ids":{"device_id":"meter-1","application_ids":{"application_id":"app"},"dev_eui":"70B3D57ED0001234"}'
const source = 'meter-1'
const aliases = { 'meter-1': ['70b3d57ed0001234'] }
/** 2026-01-01T00:00:00.5Z */
const time = 1_767_225_600_500_000
const TOPIC = 'v3/app@tenant/devices/meter-1'

/** Messages as The Things Stack makes them; examples of the codec. */
export const examples: Codec['examples'] = [
  {
    name: 'an uplink: the server goes before the clock of a gateway, and zero is left out',
    topic: `${TOPIC}/up`,
    payload: `{${IDS},"received_at":"2026-01-01T00:00:00.7Z","uplink_message":{"f_port":2,"frm_payload":"AQI=","decoded_payload":{"temp":21.5},"rx_metadata":[{"time":"2026-01-01T00:05:00Z","rssi":-71}],"settings":{"data_rate":{"lora":{"spreading_factor":7}}},"received_at":"2026-01-01T00:00:00.500000999Z"}}`,
    gives: {
      readings: [
        {
          path: '/uplink_message/rx_metadata/0/rssi',
          quantity: 'signal-strength',
          channel: '',
          value: -71,
          unit: 'dB[mW]',
          time,
          source,
        },
        {
          path: '/uplink_message/rx_metadata/0/snr',
          quantity: 'signal-to-noise-ratio',
          channel: '',
          value: 0,
          unit: 'dB',
          time,
          source,
        },
        {
          path: '/uplink_message/settings/data_rate/lora/spreading_factor',
          quantity: 'spreading-factor',
          channel: '',
          value: 7,
          time,
          source,
        },
      ],
      uplinks: [
        {
          path: '/uplink_message/frm_payload',
          source,
          fPort: 2,
          bytes: Uint8Array.of(1, 2),
          time,
          decoded: { temp: 21.5 },
        },
      ],
      aliases,
    },
  },
  {
    name: 'normalised: litres, and a time of its own; beside it only what it does not have',
    topic: `${TOPIC}/up`,
    payload: `{${IDS},"uplink_message":{"f_port":2,"frm_payload":"AQI=","decoded_payload":{"temperature":7,"humidity":50},"normalized_payload":[{"time":"2026-01-01T00:00:00Z","metering":{"water":{"total":1250}},"air":{"temperature":21.5}}],"received_at":"2026-01-01T00:00:00.5Z"}}`,
    gives: {
      readings: [
        {
          path: '/uplink_message/normalized_payload/0/metering/water/total',
          quantity: 'water-volume',
          channel: '',
          value: 1250,
          unit: 'L',
          time: time - 500_000,
          source,
        },
        {
          path: '/uplink_message/normalized_payload/0/air/temperature',
          quantity: 'temperature',
          channel: '',
          value: 21.5,
          unit: 'Cel',
          time: time - 500_000,
          source,
        },
        {
          path: '/uplink_message/decoded_payload/humidity',
          quantity: 'relative-humidity',
          channel: '',
          value: 50,
          unit: '%',
          time,
          source,
        },
      ],
      ignored: { unmapped: 1 },
      aliases,
    },
  },
  {
    name: 'a downlink that was acknowledged',
    topic: `${TOPIC}/down/ack`,
    payload: `{${IDS},"downlink_ack":{"f_port":15,"frm_payload":"vu8="}}`,
    gives: { ignored: { life_cycle: 1 }, aliases },
  },
  {
    name: 'v2: a frame of MAC commands alone',
    topic: 'app/devices/meter-1/up',
    payload:
      '{"dev_id":"meter-1","hardware_serial":"70B3D57ED0001234","port":1,"payload_raw":null,"metadata":{"time":"2026-01-01T00:00:00.5Z"}}',
    gives: { ignored: { life_cycle: 1 }, aliases },
  },
  {
    name: 'a message that is cut',
    topic: `${TOPIC}/up`,
    payload: `{${IDS},"uplink_message":{`,
    gives: { rejections: [{ path: '', code: 'not_json' }] },
  },
]
