import type { FieldRule } from '../../ingest/fields.ts'

type Rules = Readonly<Record<string, FieldRule | null>>

const water = (unit: string): FieldRule => ({ quantity: 'water-volume', unit })
const parking: FieldRule = { quantity: 'parking-occupied' }

/** What a profile says of the decoder's fields of each device of test/samples/lorawan-device-codecs. Null: left out on purpose.
 *  Names with one meaning everywhere (temperature, battery_voltage, a distance with its unit) need no rule. */
export const DEVICE_RULES: Readonly<Record<string, Rules>> = {
  'decentlab-dl-mbx-distance.codec.yaml': {
    device_id: null,
    protocol_version: null,
    number_of_valid_samples: null,
  },
  'decentlab-dl-pr26-pressure-level.codec.yaml': { device_id: null, protocol_version: null },
  // VIF 0x13 (13 in hex, as the decoder writes it) is litres: EN 13757-3, volume 10^-3 m3.
  'bmeters-iwm-lr3-water-meter.codec.yaml': {
    valueCounter: water('L'),
    flowCounter: null,
    aplication: null,
    indexK: null,
    medium: null,
    vif: null,
    alarm: null,
  },
  'bosch-tps110-parking.codec.yaml': {
    occupied: parking,
    type: null,
    debugCodes: null,
    firmwareVersion: null,
    resetCause: null,
  },
  'nwave-nps310sm-parking.codec.yaml': {
    occupied: parking,
    type: null,
    firmware_version: null,
    reset_cause: null,
  },
  // Good_Battery says the opposite of battery-low, so it cannot be one.
  'tekzitel-tekzipark-parking.codec.yaml': {
    occupied: parking,
    keepAlive: null,
    reset: null,
    No_Beacon: null,
    Radar: null,
    Obstruction: null,
    Good_Battery: null,
    Parking_ID: null,
    Beacon_RSSI: null,
    Beacons: null,
  },
  // The actuator is 0 closed, 1 open: a share of the whole way.
  'strega-smart-valve-water.codec.yaml': {
    Actuator: { quantity: 'valve-position', unit: '1' },
    Bat: { quantity: 'battery-level', unit: '%' },
    Hygro: { quantity: 'relative-humidity', unit: '%' },
    Leak: { quantity: 'leak' },
    Tamper: { quantity: 'tamper' },
    DI0: { quantity: 'switch', channel: '0' },
    DI1: { quantity: 'switch', channel: '1' },
    Cable: null,
    Class: null,
    Fraud: null,
    Power: null,
    vt: null,
  },
  // latestVolume is the volume again, without its time.
  'kamstrup-flowiq2200-midnight-log.json': {
    'values/Volume': water('m3'),
    'values/Min Volume flow': { quantity: 'water-flow', channel: 'min', unit: 'm3/h' },
    'values/Max Volume flow': { quantity: 'water-flow', channel: 'max', unit: 'm3/h' },
    'values/Min Flow temperature': { quantity: 'water-temperature', channel: 'min', unit: 'Cel' },
    'values/Max Flow temperature': { quantity: 'water-temperature', channel: 'max', unit: 'Cel' },
    'values/Leak': { quantity: 'leak' },
    'values/Tamper': { quantity: 'tamper' },
    'values/Low Battery': { quantity: 'battery-low' },
    latestVolume: null,
    errors: null,
    warnings: null,
  },
  // The log's volume is of the hour where the log begins, and the frame does not say which that was.
  'axioma-qalcosonic-w1-24h.json': {
    current_volume_m3: water('m3'),
    log_volume_m3: null,
    payload_format: null,
    status: null,
    history_count: null,
    history_total_m3: null,
    history_multiplier: null,
  },
}
