import { setTimeout as delay } from 'node:timers/promises'
import { DeviceClient } from './device-client.ts'
import { DeviceTurns } from './device-turns.ts'
import { eachAtOnce } from './each.ts'
import { historyOf } from './history.ts'
import type { Incident } from './incidents.ts'
import { commandsOf } from './network/commands.ts'
import { networkOf } from './network/network.ts'
import { provisionNetwork } from './network/provision-network.ts'
import { ShutValves } from './network/shut-valves.ts'
import { bringInPast } from './past.ts'
import { provinceOf } from './province.ts'
import { provision } from './provision.ts'
import { arrays } from './readings.ts'
import { Schedule } from './schedule.ts'
import { SimulatorError } from './simulator-error.ts'
import { type CredentialsById, readState, writeState } from './state-file.ts'
import { noTotals, statusLine, type Totals } from './totals.ts'
import type { Device, World } from './world.ts'

export interface SimulatorOptions {
  readonly devices: number
  /** Messages a second over all devices; left out, each device keeps its type's interval. */
  readonly rate?: number | undefined
  readonly url: string
  readonly api: string
  readonly token: string
  readonly seed?: number | undefined
  /** Stops by itself after so long; left out, runs until `stop`. */
  readonly durationS?: number | undefined
  /** Where secrets are kept for the next start; left out, they stay in memory. */
  readonly stateFile?: string | undefined
  /** Share of device-windows with a fault, 0 to 1; 0.05 if left out. */
  readonly faults?: number | undefined
  /** How the devices' ids begin; `sim` if left out. */
  readonly prefix?: string | undefined
  /** Renews the secrets also of devices that are there and not marked as simulated. */
  readonly takeOver?: boolean | undefined
  /** Marks the devices as simulated on the platform; true if left out. */
  readonly markTest?: boolean | undefined
  /** Sends so many hours of the past first; 0 if left out. */
  readonly historyHours?: number | undefined
  readonly historyStepS?: number | undefined
  /** Registers the devices as of the last two years, with evidence that they were heard; where none is there yet. */
  readonly past?: boolean | undefined
  /** Joins the devices by networks of water and power. */
  readonly network?: boolean | undefined
  readonly incidents?: readonly Incident[] | undefined
  readonly log: (line: string) => void
  /** Ends the preparation; a simulator that runs is ended by `stop`. */
  readonly signal?: AbortSignal | undefined
}

export interface Simulator {
  readonly totals: Readonly<Totals>
  /** Resolves when every device has tried to connect and the history is acknowledged. */
  readonly ready: Promise<void>
  /** Resolves when the run has ended, by `stop` or by its duration. */
  readonly done: Promise<Readonly<Totals>>
  /** Disconnects all devices within three seconds. */
  stop(): Promise<Readonly<Totals>>
}

const STATUS_EVERY_MS = 10_000
const STOP_MAX_MS = 2500
const STARTING_MAX = 50
const DISTINCT_ERRORS_MAX = 10

/** Registers a province of devices and starts them. Resolves once they are registered; throws
 *  SimulatorError where that fails, and the signal's reason where it was aborted. */
export async function runSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { url, seed = 1, faults = 0.05 } = options
  const shut = new ShutValves()
  const world: World = { seed, faultRate: faults, incidents: options.incidents ?? [], shut }
  const province = provinceOf({ seed, devices: options.devices, rate: options.rate, prefix: options.prefix })
  const network = options.network ? networkOf(province, networkOptions(options)) : null
  const devices = network?.devices ?? province
  knowTargets(options.incidents ?? [], devices)
  const credentials = await credentialsFor(devices, options)
  if (network) await provisionNetwork(network, options)
  const totals = noTotals(devices.length)
  const onError = errorLog(options)
  const clients = devices.map((device) => {
    const own = credentials.get(device.id)
    if (!own) throw new Error(`no credentials for ${device.id}`)
    return new DeviceClient(device, { url, credentials: own, totals, onError, onCommand: commandsOf(shut) })
  })
  return start(world, clients, totals, options)
}

const networkOptions = ({ prefix = 'sim', seed = 1, devices, rate }: SimulatorOptions) => ({
  prefix,
  seed,
  intervalMs: rate === undefined ? undefined : (devices / rate) * 1000,
})

/** One that strikes nobody would be waited for in vain. */
function knowTargets(incidents: readonly Incident[], devices: readonly Device[]): void {
  const known = new Set(devices.flatMap(({ id, supply }) => [id, supply]))
  for (const { kind, target } of incidents)
    if (!known.has(target))
      throw new SimulatorError(
        `--incident ${kind}: there is no ${target}; zones and feeders are there with --network: ${[...new Set(devices.flatMap(({ supply }) => supply ?? []))].sort().slice(0, 10).join(', ')}`,
      )
}

async function credentialsFor(
  devices: readonly Device[],
  options: SimulatorOptions,
): Promise<CredentialsById> {
  const { api, token, stateFile, markTest = true, takeOver, log, signal } = options
  const known: CredentialsById = stateFile ? await readState(stateFile, api) : new Map()
  const missing = devices.filter(({ id }) => !known.has(id))
  if (missing.length === 0) return known
  log(`registering ${missing.length} devices at ${api}`)
  const isAllNew = options.past && missing.length === devices.length
  const past = isAllNew ? await bringInPast(devices, { api, token, signal }) : null
  const all = new Map([
    ...known,
    ...(past ?? (await provision(missing, { api, token, markTest, takeOver, log, signal }))),
  ])
  if (stateFile) await writeState(stateFile, api, all)
  return all
}

function start(
  world: World,
  clients: readonly DeviceClient[],
  totals: Totals,
  { log, durationS, historyHours = 0, historyStepS = 600 }: SimulatorOptions,
): Simulator {
  const schedule = new Schedule()
  const ending = Promise.withResolvers<Readonly<Totals>>()
  const status = setInterval(() => log(statusLine(totals)), STATUS_EVERY_MS)
  let stopping = false
  const stop = (): Promise<Readonly<Totals>> => {
    if (stopping) return ending.promise
    stopping = true
    schedule.stop()
    clearInterval(status)
    clearTimeout(end)
    disconnectAll(clients).then(() => ending.resolve(totals), ending.reject)
    return ending.promise
  }
  const end = durationS === undefined ? undefined : setTimeout(stop, durationS * 1000)
  const started = eachAtOnce(clients, STARTING_MAX, async (client) => {
    if (stopping) return
    await client.goOnline()
    await sendHistory(world, client, historyHours, historyStepS, () => stopping)
    const turns = new DeviceTurns(world, client, totals)
    schedule.add(turns.nextMs, (nowMs) => turns.take(nowMs))
  })
  const ready = Promise.race([started, ending.promise]).then(() => undefined)
  return { totals, ready, done: ending.promise, stop }
}

/** The past before the present, one message at a time, so that the newest reading of a device comes last. */
async function sendHistory(
  world: World,
  client: DeviceClient,
  hours: number,
  stepS: number,
  stopping: () => boolean,
): Promise<void> {
  const nowMs = Date.now()
  const readings = historyOf(world, client.device, nowMs - hours * 3_600_000, nowMs, stepS * 1000)
  for (const payload of arrays(readings)) {
    if (stopping()) return
    await new Promise<void>((resolve) => client.send({ payload, resent: false }, resolve))
  }
}

async function disconnectAll(clients: readonly DeviceClient[]): Promise<void> {
  const late = new AbortController()
  const all = Promise.all(clients.map((client) => client.stop())).then(() => late.abort())
  await Promise.race([all, delay(STOP_MAX_MS, undefined, { signal: late.signal }).catch(() => undefined)])
  for (const client of clients) client.kill()
}

/** Each kind of error once: ten thousand devices that lose one platform have one thing to say. */
function errorLog({ log, stateFile }: SimulatorOptions): (device: Device, error: Error) => void {
  const said = new Set<string>()
  return (device, error) => {
    const code = 'code' in error ? error.code : undefined
    const text = error.message || String(code)
    if (said.size >= DISTINCT_ERRORS_MAX || said.has(text)) return
    said.add(text)
    const refused = code === 4 || code === 5
    log(`${device.id}: ${text}${refused && stateFile ? `; delete ${stateFile} to get new secrets` : ''}`)
  }
}
