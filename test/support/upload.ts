import type { PlatformProcess } from './platform-process.ts'
import { ADMIN_TOKEN } from './spawn-platform.ts'

interface Answer {
  readonly status: number
  readonly text: string
  /** Of an import: its report. */
  readonly body: {
    readonly new: number
    readonly unchanged: number
    readonly revisions: number
    readonly faulty: number
    readonly items: readonly { row: number; verdict: string; field: string; detail: string }[]
    readonly code?: string
    readonly detail?: string
    readonly faults?: readonly { row: number; field: string; detail: string }[]
  }
}

/** Sends a CSV, as its lines. */
export async function upload(
  { http }: Pick<PlatformProcess, 'http'>,
  path: string,
  lines: readonly string[],
): Promise<Answer> {
  const response = await fetch(`${http}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'text/csv' },
    body: lines.map((line) => `${line}\n`).join(''),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, text, body: isJson ? JSON.parse(text) : {} }
}
