import type { Codec } from '../../codec.ts'

const source = '70b3d57ed0001234'
/** 2026-01-01T00:00:00.5Z */
const time = 1_767_225_600_500_000
const topic = 'lorawan/up'

const radio = (path: [rssi: string, snr: string, sf: string], values: [number, number, number]) => [
  { path: path[0], quantity: 'signal-strength', channel: '', value: values[0], unit: 'dB[mW]', time, source },
  {
    path: path[1],
    quantity: 'signal-to-noise-ratio',
    channel: '',
    value: values[1],
    unit: 'dB',
    time,
    source,
  },
  { path: path[2], quantity: 'spreading-factor', channel: '', value: values[2], time, source },
]

/** One message of some of the servers; examples of the codec. */
export const examples: Codec['examples'] = [
  {
    name: 'Actility with every number as text',
    topic,
    payload:
      '{"DevEUI_uplink":{"Time":"2026-01-01T07:00:00.5+07:00","DevEUI":"70B3D57ED0001234","FPort":"2","payload_hex":"0aFF","LrrRSSI":"-80.000000","LrrSNR":"7.000000","SpFact":"9"}}',
    gives: {
      readings: radio(
        ['/DevEUI_uplink/LrrRSSI', '/DevEUI_uplink/LrrSNR', '/DevEUI_uplink/SpFact'],
        [-80, 7, 9],
      ),
      uplinks: [
        { path: '/DevEUI_uplink/payload_hex', source, fPort: 2, bytes: Uint8Array.of(10, 255), time },
      ],
    },
  },
  {
    name: 'LORIOT with a battery that is unknown',
    topic,
    payload:
      '{"cmd":"rx","EUI":"70-B3-D5-7E-D0-00-12-34","ts":1767225600500,"fcnt":1,"port":1,"data":"01","rssi":-80,"snr":7,"dr":"SF12 BW125 4/5","bat":255}',
    gives: {
      readings: radio(['/rssi', '/snr', '/dr'], [-80, 7, 12]),
      uplinks: [{ path: '/data', source, fPort: 1, bytes: Uint8Array.of(1), time }],
      ignored: { null: 1 },
    },
  },
  {
    name: 'LORIOT without the key',
    topic,
    payload: '{"cmd":"rx","EUI":"70B3D57ED0001234","ts":1767225600500,"port":1,"encdata":"0102"}',
    gives: { rejections: [{ path: '/encdata', code: 'encrypted_payload' }] },
  },
  {
    name: 'Milesight says that a device went away',
    topic,
    payload:
      '{"applicationID":1,"devEUI":"70b3d57ed0001234","status":"offline","time":"2026-01-01T00:00:00.5Z"}',
    gives: {
      ignored: { life_cycle: 1 },
      presence: [{ source, kind: 'disconnected', reason: 'the gateway says offline' }],
    },
  },
  {
    name: 'a DevEUI that is none',
    topic,
    payload: '{"endDevice":{"devEui":"70B3"},"recvTime":1767225600500,"payload":"01"}',
    gives: { rejections: [{ path: '/endDevice/devEui', code: 'wrong_shape' }] },
  },
  {
    name: 'no known envelope',
    topic,
    payload: '{"temperature":21}',
    gives: { rejections: [{ path: '', code: 'wrong_shape' }] },
  },
]
