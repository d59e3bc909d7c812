import type { Codec } from '../../codec.ts'

const TOPIC = 'application/7/device/70b3d57ed0001234/event'
const INFO = '"deviceInfo":{"devEui":"70b3d57ed0001234","deviceName":"meter"}'
/** 2026-01-01T00:00:00.5Z */
const TIME = 1_767_225_600_500_000
const source = '70b3d57ed0001234'

/** Frames as ChirpStack makes them; examples of the codec. */
export const examples: Codec['examples'] = [
  {
    name: 'an uplink: bytes for the decoder, the loudest of two gateways, nanoseconds cut',
    topic: `${TOPIC}/up`,
    payload: `{"time":"2026-01-01T00:00:00.500000999+00:00",${INFO},"dr":5,"fPort":2,"data":"AQI=","object":{"temp":21.5},"rxInfo":[{"gatewayId":"a","rssi":-110,"snr":-2.5},{"gatewayId":"b","rssi":-71}],"txInfo":{"frequency":923200000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":7}}}}`,
    gives: {
      readings: [
        {
          path: '/rxInfo/1/rssi',
          quantity: 'signal-strength',
          channel: '',
          value: -71,
          unit: 'dB[mW]',
          time: TIME,
          source,
        },
        // Proto3 leaves zero out.
        {
          path: '/rxInfo/1/snr',
          quantity: 'signal-to-noise-ratio',
          channel: '',
          value: 0,
          unit: 'dB',
          time: TIME,
          source,
        },
        {
          path: '/txInfo/modulation/lora/spreadingFactor',
          quantity: 'spreading-factor',
          channel: '',
          value: 7,
          time: TIME,
          source,
        },
      ],
      uplinks: [
        {
          path: '/data',
          source,
          fPort: 2,
          bytes: Uint8Array.of(1, 2),
          time: TIME,
          decoded: { temp: 21.5 },
        },
      ],
    },
  },
  {
    name: 'version 3: DevEUI in base64, the object in a text, time from the gateway',
    topic: `${TOPIC}/up`,
    payload:
      '{"applicationID":"7","devEUI":"cLPVftAAEjQ=","rxInfo":[{"time":"2026-01-01T00:00:00.5Z","rssi":-80,"loRaSNR":7}],"txInfo":{"modulation":"LORA","loRaModulationInfo":{"spreadingFactor":9}},"fPort":1,"data":"/w==","objectJSON":"{\\"level\\":3}"}',
    gives: {
      readings: [
        {
          path: '/rxInfo/0/rssi',
          quantity: 'signal-strength',
          channel: '',
          value: -80,
          unit: 'dB[mW]',
          time: TIME,
          source,
        },
        {
          path: '/rxInfo/0/loRaSNR',
          quantity: 'signal-to-noise-ratio',
          channel: '',
          value: 7,
          unit: 'dB',
          time: TIME,
          source,
        },
        {
          path: '/txInfo/loRaModulationInfo/spreadingFactor',
          quantity: 'spreading-factor',
          channel: '',
          value: 9,
          time: TIME,
          source,
        },
      ],
      uplinks: [
        { path: '/data', source, fPort: 1, bytes: Uint8Array.of(255), time: TIME, decoded: { level: 3 } },
      ],
    },
  },
  {
    name: 'status on mains: a margin, and no battery whatever number is beside it',
    topic: `${TOPIC}/status`,
    payload: `{"time":"2026-01-01T00:00:00.5Z",${INFO},"margin":-3,"externalPowerSource":true,"batteryLevel":0}`,
    gives: {
      readings: [
        {
          path: '/margin',
          quantity: 'link-margin',
          channel: '',
          value: -3,
          unit: 'dB',
          time: TIME,
          source,
        },
      ],
      ignored: { null: 1 },
    },
  },
  {
    name: 'a join is of the life of the device',
    topic: `${TOPIC}/join`,
    payload: `{"time":"2026-01-01T00:00:00.5Z",${INFO},"devAddr":"00189440"}`,
    gives: { ignored: { life_cycle: 1 } },
  },
  {
    name: 'a frame of MAC commands alone',
    topic: `${TOPIC}/up`,
    payload: `{"time":"2026-01-01T00:00:00.5Z",${INFO},"rxInfo":[{"rssi":-80,"snr":1}]}`,
    gives: { ignored: { life_cycle: 1 } },
  },
  {
    name: 'bytes that are no base64',
    topic: `${TOPIC}/up`,
    payload: `{${INFO},"fPort":1,"data":"not base64!"}`,
    gives: { rejections: [{ path: '/data', code: 'wrong_shape' }] },
  },
  {
    name: 'neither JSON nor Protobuf',
    topic: `${TOPIC}/up`,
    payload: { hex: '0aff' },
    gives: { rejections: [{ path: '', code: 'not_json' }] },
  },
]
