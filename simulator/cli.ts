import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Incident, readIncident } from './incidents.ts'
import type { SimulatorOptions } from './run.ts'

export const HELP = `A simulated province of sensors over MQTT.

  npm run simulate -- --devices 500 --rate 50 --token <API token>

  --devices N         devices to simulate (100)
  --rate R            messages a second over all devices (each type's own interval)
  --url ADDRESS       MQTT address of the platform (mqtt://127.0.0.1:1883)
  --api ADDRESS       HTTP address of the platform (http://127.0.0.1:8080)
  --token TOKEN       API token that may create devices; also from PLUMBLINE_TOKEN
  --seed N            the same seed gives the same province and readings (1)
  --duration S        stop after so many seconds (runs until Ctrl-C)
  --prefix TEXT       how the devices' ids begin (sim)
  --faults SHARE      how often devices fail, 0 to 1 (0.05)
  --state-file PATH   keep the devices' secrets there for the next start, mode 0600
  --history-hours H   send so many hours of the past first (0)
  --network           join them: zones with inlets, valves and tanks, feeders with transformers
  --incident WHAT     make something go wrong, with --network: pipe-burst:<zone>, feeder-overload:<feeder> or
                      dead-sensor:<device>, then @<seconds from now>+<seconds it lasts>; may be given again
  --count-as-real     do not mark the devices as simulated: they count as connections
  --help              this text`

type CliOptions = Omit<SimulatorOptions, 'log' | 'signal'>

type Cli =
  | { readonly kind: 'run'; readonly options: CliOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'fault'; readonly message: string }

const DEVICES_MAX = 100_000
/** A device reads at most once a millisecond: its times would no longer differ. */
const DEVICE_RATE_MAX = 1000

const number = (min: number, max: number) => {
  const error = `takes a number from ${min} to ${max}`
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error))
}

const whole = (min: number, max: number) => {
  const error = `takes a whole number from ${min} to ${max}`
  return number(min, max).pipe(z.number().int(error))
}

const address = (...schemes: string[]) => {
  const error = `takes an address that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`
  return z.string().refine((text) => schemes.includes(URL.parse(text)?.protocol ?? ''), error)
}

const Arguments = z.object({
  devices: whole(1, DEVICES_MAX),
  rate: number(0.001, DEVICES_MAX * DEVICE_RATE_MAX).optional(),
  url: address('mqtt:', 'mqtts:', 'ws:', 'wss:'),
  api: address('http:', 'https:'),
  token: z.string().optional(),
  seed: whole(0, 0xffff_ffff),
  duration: number(0.001, 2_000_000).optional(),
  prefix: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/, 'takes 1 to 32 letters, digits or "-"'),
  faults: number(0, 1),
  'state-file': z.string().min(1, 'takes a path').optional(),
  'history-hours': number(0, 24 * 365),
  network: z.boolean(),
  incident: z.array(z.string()).default([]),
  'count-as-real': z.boolean(),
  help: z.boolean(),
})

/** Reads the arguments; every fault says which argument, what it got and what it takes. */
export function readCli(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Cli {
  const given = parsed(args)
  if (typeof given === 'string') return { kind: 'fault', message: given }
  if (given.help) return { kind: 'help' }
  const read = Arguments.safeParse(given)
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      return `--${name} got '${Object.entries(given).find(([key]) => key === name)?.[1]}': it ${message}`
    })
    return { kind: 'fault', message: lines.join('\n') }
  }
  const { devices, rate, url, api, seed, prefix, faults, ...rest } = read.data
  if (rate !== undefined && rate > devices * DEVICE_RATE_MAX)
    return {
      kind: 'fault',
      message: `--rate got '${rate}': ${devices} devices send at most ${devices * DEVICE_RATE_MAX}`,
    }
  const incidents: Incident[] = []
  for (const text of rest.incident) {
    const incident = readIncident(text, Date.now())
    if (typeof incident === 'string')
      return { kind: 'fault', message: `--incident got '${text}': it ${incident}` }
    incidents.push(incident)
  }
  const token = rest.token ?? env.PLUMBLINE_TOKEN
  if (!token) return { kind: 'fault', message: NO_TOKEN }
  return {
    kind: 'run',
    options: {
      ...{ devices, rate, url, api, seed, prefix, faults, token },
      durationS: rest.duration,
      stateFile: rest['state-file'],
      historyHours: rest['history-hours'],
      network: rest.network,
      incidents,
      markTest: !rest['count-as-real'],
    },
  }
}

const NO_TOKEN =
  'no API token: give one with --token or in PLUMBLINE_TOKEN; the platform prints an admin token at its first start'

const OPTIONS = {
  devices: { type: 'string', default: '100' },
  rate: { type: 'string' },
  url: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  api: { type: 'string', default: 'http://127.0.0.1:8080' },
  token: { type: 'string' },
  seed: { type: 'string', default: '1' },
  prefix: { type: 'string', default: 'sim' },
  duration: { type: 'string' },
  faults: { type: 'string', default: '0.05' },
  'state-file': { type: 'string' },
  'history-hours': { type: 'string', default: '0' },
  network: { type: 'boolean', default: false },
  incident: { type: 'string', multiple: true },
  'count-as-real': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
