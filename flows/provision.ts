import { hostname } from 'node:os'
import { type NodeCredentials, readCredentials, writeCredentials } from './credentials.ts'
import type { FlowDevice, FlowsSettings } from './settings.ts'

/** The id of the server node in the flow files. */
const SERVER_NODE = 'plumbline'
const MAIL_NODES = ['plumbline-alarm-mail', 'plumbline-report-mail']
const ANSWER_MS = 15_000

/** Why the flows cannot start, in words for who starts them. */
export class ProvisionFault extends Error {}

/**
 * Makes what the flows need on the platform and do not have yet, and keeps it, encrypted: a token that may only read, and a
 * secret for each device they speak as. Gives what was done, a line each.
 */
export async function provision(settings: FlowsSettings, secret: string): Promise<string[]> {
  const credentials = readCredentials(settings.dir, secret)
  const done: string[] = []
  const keep = (node: string, values: Record<string, string>, line: string) => {
    credentials[node] = { ...credentials[node], ...values }
    // Each at once: a secret is seen but once.
    writeCredentials(settings.dir, secret, credentials)
    done.push(line)
  }
  for (const node of MAIL_NODES)
    if (!credentials[node]?.smtpUrl) keep(node, { smtpUrl: '${FLOWS_SMTP_URL}' }, '')
  const wanted = settings.devices.filter(
    // Another id than the secret was made for: the setting was changed since.
    ({ node, id }) => !has(credentials, node, 'password') || (credentials[node]?.device ?? id) !== id,
  )
  const needsToken = !has(credentials, SERVER_NODE, 'token')
  if (needsToken || wanted.length > 0) {
    const platform = new Platform(settings)
    if (needsToken) {
      const made = await platform.readingToken()
      keep(
        SERVER_NODE,
        { token: made ?? platform.token },
        made === null
          ? 'the flows keep the token given: an administrator’s would have made them one that can only read'
          : 'made the token that the flows read with',
      )
    }
    for (const device of wanted)
      keep(
        device.node,
        { password: await platform.deviceSecret(device), device: device.id },
        `made the device ${device.id}`,
      )
  }
  return done.filter((line) => line !== '')
}

const has = (credentials: NodeCredentials, node: string, name: string): boolean =>
  Boolean(credentials[node]?.[name])

class Platform {
  readonly #url: string
  readonly token: string
  readonly #renew: boolean

  constructor({ url, token, renew }: FlowsSettings) {
    if (token === null)
      throw new ProvisionFault(
        'PLUMBLINE_TOKEN: not set; the flows have no credentials yet, and need the token of an administrator or integrator once to make them',
      )
    this.#url = url
    this.token = token
    this.#renew = renew
  }

  /** Null for an integrator, who makes no tokens: the own one has to serve, with more rights than it needs. */
  async readingToken(): Promise<string | null> {
    const name = `flows on ${hostname()}`
    const { status, body } = await this.#call('POST', '/tokens', { name, role: 'operator' })
    if (status === 201) return String(body.token)
    if (status === 403) return null
    throw this.#refused('the token of the flows', status, body)
  }

  async deviceSecret({ id, type, test }: FlowDevice): Promise<string> {
    const made = await this.#call('POST', '/devices', { id, type, test, access: 'wired' })
    if (made.status === 201) return made.body.credentials?.password ?? ''
    if (made.status !== 409) throw this.#refused(`the device ${id}`, made.status, made.body)
    if (!this.#renew)
      throw new ProvisionFault(
        `the device ${id} is there already, and its secret is not known here. FLOWS_RENEW=1 gives it a new one (whoever uses the old one is cut off); or name another by FLOWS_TRIAL_DEVICE, FLOWS_CSV_DEVICE or FLOWS_METER_DEVICE`,
      )
    const renewed = await this.#call('POST', `/devices/${encodeURIComponent(id)}/credentials`)
    if (renewed.status !== 201) throw this.#refused(`a new secret of ${id}`, renewed.status, renewed.body)
    return renewed.body.credentials?.password ?? ''
  }

  #refused(what: string, status: number, body: Answer): ProvisionFault {
    return new ProvisionFault(
      `${what}: the platform answered ${status} ${body.detail ?? body.code ?? ''}`.trim(),
    )
  }

  async #call(method: string, path: string, body?: object): Promise<{ status: number; body: Answer }> {
    try {
      const response = await fetch(`${this.#url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.token}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(ANSWER_MS),
      })
      const text = await response.text()
      return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Answer) : {} }
    } catch (error) {
      const cause = (error as Error).cause as { code?: string } | undefined
      throw new ProvisionFault(
        `${this.#url} does not answer (${cause?.code ?? (error as Error).message}): start the platform first, or set PLUMBLINE_URL`,
      )
    }
  }
}

interface Answer {
  readonly code?: string
  readonly detail?: string
  readonly token?: string
  readonly credentials?: { readonly password: string }
}
