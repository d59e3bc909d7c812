import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { eachAtOnce } from './each.ts'
import { TYPES } from './models/index.ts'
import { SimulatorError } from './simulator-error.ts'
import { Credentials, type CredentialsById } from './state-file.ts'
import type { Device } from './world.ts'

interface ProvisionOptions {
  /** Base address of the platform's HTTP side. */
  readonly api: string
  readonly token: string
  /** Marks the devices as simulated, so that they never count as connections. */
  readonly markTest: boolean
  /** Renews the secrets also of devices that are there and not marked as simulated. */
  readonly takeOver?: boolean | undefined
  readonly log: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

const IN_FLIGHT_MAX = 16
const TRIES_MAX = 6
const REQUEST_TIMEOUT_MS = 30_000
const PROGRESS_EVERY_MS = 5000
const Answer = z.object({ credentials: Credentials })

/** Creates the devices, or gives those that are there new secrets, and returns the credentials of all.
 *  Throws SimulatorError where the platform refuses. */
export async function provision(
  devices: readonly Device[],
  options: ProvisionOptions,
): Promise<CredentialsById> {
  const credentials = new Map<string, Credentials>()
  const halt = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, halt.signal]) : halt.signal
  const progress = setInterval(
    () => options.log(`registered ${credentials.size} of ${devices.length} devices`),
    PROGRESS_EVERY_MS,
  )
  try {
    const register = async (device: Device): Promise<void> => {
      signal.throwIfAborted()
      credentials.set(device.id, await credentialsOf(device, { ...options, signal }))
    }
    // The first goes alone: a wrong token is refused once, and a chosen one is checked slowly only once.
    await eachAtOnce(devices.slice(0, 1), 1, register)
    await eachAtOnce(devices.slice(1), IN_FLIGHT_MAX, register)
  } finally {
    clearInterval(progress)
    // One refusal ends the others too.
    halt.abort()
  }
  return credentials
}

async function credentialsOf(device: Device, options: ProvisionOptions): Promise<Credentials> {
  const made = await post('/api/v1/devices', registration(device, options.markTest), options)
  if (made.status === 409 && !options.takeOver) await refuseReal(device, options)
  const answer =
    made.status === 409 ? await post(`/api/v1/devices/${device.id}/credentials`, undefined, options) : made
  if (answer.status < 200 || answer.status >= 300) throw refused(device, answer)
  const body = Answer.safeParse(answer.body)
  if (!body.success) throw new SimulatorError(`${options.api} gave no credentials for ${device.id}`)
  return body.data.credentials
}

/** A new secret ends the sessions of whoever has the old one: only a device that says it is simulated gets one. */
async function refuseReal({ id }: Device, { api, token }: ProvisionOptions): Promise<void> {
  const response = await fetch(`${api.replace(/\/$/, '')}/api/v1/devices/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const device = z.object({ test: z.boolean() }).safeParse(await response.json().catch(() => null))
  if (device.success && !device.data.test)
    throw new SimulatorError(`${id} is on ${api} already and counts as real: take other ids with --prefix`)
}

const registration = (device: Device, markTest: boolean): object => ({
  id: device.id,
  type: device.type,
  location: device.location,
  access: TYPES[device.type].access,
  role: 'end-device',
  // The platform tells late from silent by this; a set rate changes it.
  intervalS: Math.max(1, Math.ceil(device.intervalMs / 1000)),
  test: markTest,
})

interface HttpAnswer {
  readonly status: number
  readonly body: unknown
}

/** Asks again where the platform is busy or not there yet, each time a little later. */
async function post(path: string, body: object | undefined, options: ProvisionOptions): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask(path, body, options)
    const busy = answer === null || answer.status === 429 || answer.status === 503
    if (!busy) return answer
    if (tries === TRIES_MAX) throw unreachable(options.api, answer)
    await delay(answer?.retryAfterMs ?? 250 * 2 ** tries, undefined, { signal: options.signal })
  }
}

async function ask(
  path: string,
  body: object | undefined,
  { api, token, signal }: ProvisionOptions,
): Promise<(HttpAnswer & { retryAfterMs: number | undefined }) | null> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    const response = await fetch(`${api.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN)
    return {
      status: response.status,
      body: await response.json().catch(() => null),
      retryAfterMs: Number.isFinite(retryAfterS) ? Math.min(30, retryAfterS) * 1000 : undefined,
    }
  } catch (error) {
    signal?.throwIfAborted()
    // fetch reports an address that does not answer as TypeError, its own timeout as TimeoutError.
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return null
    throw error
  }
}

const unreachable = (api: string, answer: HttpAnswer | null): SimulatorError =>
  new SimulatorError(
    answer === null
      ? `${api} does not answer: start the platform first, or give its address with --api`
      : `${api} is too busy to register devices (HTTP ${answer.status}): try again later`,
  )

function refused(device: Device, { status, body }: HttpAnswer): SimulatorError {
  if (status === 401 || status === 403)
    return new SimulatorError(
      `the API token was refused (HTTP ${status}): --token or PLUMBLINE_TOKEN takes one that may create devices`,
    )
  return new SimulatorError(
    `${device.id} was refused (HTTP ${status}): ${JSON.stringify(body)?.slice(0, 300)}`,
  )
}
