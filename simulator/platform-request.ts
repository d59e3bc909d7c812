import { setTimeout as delay } from 'node:timers/promises'
import { SimulatorError } from './simulator-error.ts'

/** The platform's HTTP side, and who asks it. */
export interface Platform {
  /** Base address. */
  readonly api: string
  readonly token: string
  readonly signal?: AbortSignal | undefined
}

export interface HttpAnswer {
  readonly status: number
  readonly body: unknown
}

const TRIES_MAX = 6
const REQUEST_TIMEOUT_MS = 30_000

/** Asks again where the platform is busy or not there yet, each time a little later. */
export async function request(
  platform: Platform,
  method: string,
  path: string,
  body?: object,
): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask(platform, method, path, body)
    const busy = answer === null || answer.status === 429 || answer.status === 503
    if (!busy) return answer
    if (tries === TRIES_MAX) throw unreachable(platform.api, answer)
    await delay(answer?.retryAfterMs ?? 250 * 2 ** tries, undefined, { signal: platform.signal })
  }
}

async function ask(
  { api, token, signal }: Platform,
  method: string,
  path: string,
  body: object | undefined,
): Promise<(HttpAnswer & { retryAfterMs: number | undefined }) | null> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    const response = await fetch(`${api.replace(/\/$/, '')}${path}`, {
      method,
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
