/** A refusal by the server (RFC 9457), or no answer at all: then `status` is 0. */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string | null

  constructor(status: number, code: string, title: string, detail: string | null) {
    super(title)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.detail = detail
  }
}

const TIMEOUT_MS = 20_000

export type Query = Readonly<Record<string, string | number>>

export async function get<T>(path: string, query: Query = {}): Promise<T> {
  const params = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]))
  const response = await send(params.size > 0 ? `${path}?${params}` : path, { method: 'GET' })
  return (await response.json()) as T
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}

export async function patch<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await send(path, { method: 'PATCH', headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await send(path, { method: 'PUT', headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}

const UPLOAD_TIMEOUT_MS = 300_000

/** Sends a file as it is; the server judges by its first bytes what it is. */
export async function postFile<T>(path: string, file: File): Promise<T> {
  const headers = { 'content-type': 'application/octet-stream' }
  const response = await send(path, { method: 'POST', headers, body: file }, UPLOAD_TIMEOUT_MS)
  return (await response.json()) as T
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' })
}

async function send(path: string, init: RequestInit, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs)
  const response = await fetch(`/api/v1${path}`, { ...init, signal, credentials: 'same-origin' }).catch(
    () => {
      throw new RequestError(0, 'unreachable', 'No answer from the server', null)
    },
  )
  if (!response.ok) throw await refusal(response)
  return response
}

export async function refusal(response: Response): Promise<RequestError> {
  const problem = await response.json().catch(() => null)
  const text = (key: string): string | null =>
    typeof problem === 'object' && problem !== null && typeof problem[key] === 'string' ? problem[key] : null
  return new RequestError(
    response.status,
    text('code') ?? 'unknown',
    text('title') ?? `HTTP ${response.status}`,
    text('detail'),
  )
}
