import { resolve } from 'node:path'

export interface FlowsSettings {
  readonly url: string
  readonly mqttUrl: string
  /** Of an administrator or integrator; needed when something is to be made on the platform. */
  readonly token: string | null
  readonly host: string
  readonly port: number
  readonly dir: string
  readonly zone: string
  /** Whether a device that is there already gets a new secret. */
  readonly renew: boolean
  /** Devices that the shipped flows speak as, where their flow is set up. */
  readonly devices: readonly FlowDevice[]
}

/** A device that a flow speaks as: `node` is the id of its config node in the flow files. */
export interface FlowDevice {
  readonly node: string
  readonly id: string
  readonly type: string
  readonly test: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** What the flow files ask the environment for, with what they get when it is not set. */
export const FLOW_DEFAULTS: Readonly<Record<string, string>> = {
  FLOWS_CSV_URL: '',
  FLOWS_CSV_DEVICE: 'flows-csv',
  FLOWS_METER_HOST: '',
  FLOWS_METER_PORT: '502',
  FLOWS_METER_UNIT: '1',
  FLOWS_METER_DEVICE: 'flows-meter',
  FLOWS_TRIAL_DEVICE: 'flows-trial',
  FLOWS_WEBHOOK_URL: '',
  FLOWS_SMTP_URL: '',
  FLOWS_MAIL_FROM: '',
  FLOWS_MAIL_TO: '',
  FLOWS_QUIET_FROM: '22:00',
  FLOWS_QUIET_TO: '06:00',
  FLOWS_QUIET_ALWAYS: 'critical',
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const TIME_OF_DAY = /^([01]?\d|2[0-3]):[0-5]\d$/

/** Reads the environment; gives the settings, or a line for each fault. */
export function readSettings(env: Environment): FlowsSettings | { readonly faults: readonly string[] } {
  const faults: string[] = []
  const given = (name: string, fallback: string) => env[name]?.trim() || FLOW_DEFAULTS[name] || fallback
  const checked = (name: string, fallback: string, isGood: (value: string) => boolean, takes: string) => {
    const value = given(name, fallback)
    if (!isGood(value)) faults.push(`${name}: got ${JSON.stringify(value)}, takes ${takes}`)
    return value
  }
  const url = checked('PLUMBLINE_URL', 'http://127.0.0.1:8080', isUrl('http:', 'https:'), 'an http(s) URL')
  const mqttUrl = checked(
    'PLUMBLINE_MQTT_URL',
    'mqtt://127.0.0.1:1883',
    isUrl('mqtt:', 'mqtts:', 'ws:', 'wss:'),
    'an mqtt(s) or ws(s) URL',
  )
  const port = checked('FLOWS_PORT', '1880', isPort, 'a port')
  checked('FLOWS_METER_PORT', '502', isPort, 'a port')
  const zone = checked('FLOWS_ZONE', 'Asia/Ho_Chi_Minh', isZone, 'a time zone such as Asia/Ho_Chi_Minh')
  for (const name of ['FLOWS_QUIET_FROM', 'FLOWS_QUIET_TO'])
    checked(name, '', (value) => TIME_OF_DAY.test(value), 'a time of day, HH:MM')
  const idOf = (name: string) => checked(name, '', (value) => ID.test(value), 'a device id')
  const devices = [
    { node: 'plumbline-trial', id: idOf('FLOWS_TRIAL_DEVICE'), type: 'water-meter', test: true },
    {
      node: 'plumbline-csv-device',
      id: idOf('FLOWS_CSV_DEVICE'),
      type: given('FLOWS_CSV_TYPE', 'water-meter'),
      test: false,
      if: 'FLOWS_CSV_URL',
    },
    {
      node: 'plumbline-meter',
      id: idOf('FLOWS_METER_DEVICE'),
      type: 'power-meter',
      test: false,
      if: 'FLOWS_METER_HOST',
    },
  ]
  if (faults.length > 0) return { faults }
  return {
    url: url.replace(/\/+$/, ''),
    mqttUrl,
    token: env.PLUMBLINE_TOKEN?.trim() || null,
    host: given('FLOWS_HOST', '127.0.0.1'),
    port: Number(port),
    dir: resolve(given('FLOWS_DIR', './data/flows')),
    zone,
    renew: env.FLOWS_RENEW === '1',
    devices: devices
      .filter((device) => device.if === undefined || given(device.if, '') !== '')
      .map(({ node, id, type, test }) => ({ node, id, type, test })),
  }
}

const isUrl =
  (...protocols: string[]) =>
  (text: string) =>
    URL.canParse(text) && protocols.includes(new URL(text).protocol)
const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== null
  } catch {
    return false
  }
}
