import { z } from 'zod'
import { eachAtOnce } from './each.ts'
import { TYPES } from './models/index.ts'
import { type HttpAnswer, type Platform, request } from './platform-request.ts'
import { SimulatorError } from './simulator-error.ts'
import { Credentials, type CredentialsById } from './state-file.ts'
import type { Device } from './world.ts'

interface ProvisionOptions extends Platform {
  /** Marks the devices as simulated, so that they never count as connections. */
  readonly markTest: boolean
  /** Renews the secrets also of devices that are there and not marked as simulated. */
  readonly takeOver?: boolean | undefined
  readonly log: (line: string) => void
}

const IN_FLIGHT_MAX = 16
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
  const made = await request(options, 'POST', '/api/v1/devices', registration(device, options.markTest))
  if (made.status === 409 && !options.takeOver) await refuseReal(device, options)
  const answer =
    made.status === 409 ? await request(options, 'POST', `/api/v1/devices/${device.id}/credentials`) : made
  if (answer.status < 200 || answer.status >= 300) throw refused(device, answer)
  const body = Answer.safeParse(answer.body)
  if (!body.success) throw new SimulatorError(`${options.api} gave no credentials for ${device.id}`)
  return body.data.credentials
}

/** A new secret ends the sessions of whoever has the old one: only a device that says it is simulated gets one. */
async function refuseReal({ id }: Device, options: ProvisionOptions): Promise<void> {
  const { body } = await request(options, 'GET', `/api/v1/devices/${id}`)
  const device = z.object({ test: z.boolean() }).safeParse(body)
  if (device.success && !device.data.test)
    throw new SimulatorError(
      `${id} is on ${options.api} already and counts as real: take other ids with --prefix`,
    )
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

function refused(device: Device, { status, body }: HttpAnswer): SimulatorError {
  if (status === 401 || status === 403)
    return new SimulatorError(
      `the API token was refused (HTTP ${status}): --token or PLUMBLINE_TOKEN takes one that may create devices`,
    )
  return new SimulatorError(
    `${device.id} was refused (HTTP ${status}): ${JSON.stringify(body)?.slice(0, 300)}`,
  )
}
