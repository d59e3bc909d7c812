import type { Alarm } from '../wire/alarm.ts'
import { RequestError, refusal } from '../wire/client.ts'
import type { Freshness } from '../wire/entity.ts'

/** A value from a step on, until the next one. */
export type Steps<T> = readonly (readonly [step: number, value: T])[]
export type Values = Readonly<Record<string, Steps<number | string | null>>>

export interface WindowLine {
  readonly kind: 'window'
  readonly from: string
  readonly to: string
  readonly stepS: number
  readonly steps: number
  readonly source: 'raw' | '1m' | '1h'
  readonly entities: number
}

/** How one entity fared. */
export interface Course {
  readonly kind: 'entity'
  readonly id: string
  readonly type: string
  readonly name: string | null
  readonly area: string | null
  readonly location: { readonly lat: number; readonly lon: number } | null
  readonly freshness: Steps<Freshness>
  readonly values: Values
  readonly derived: Values
}

export type ReplayLine =
  | WindowLine
  | Course
  | { readonly kind: 'alarm'; readonly alarm: Alarm }
  | { readonly kind: 'end' }

/** Reads a replay line by line, until its end. Throws a RequestError, also where it breaks off. */
export async function readReplay(
  query: URLSearchParams,
  take: (line: ReplayLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(`/api/v1/replay?${query}`, { credentials: 'same-origin', signal }).catch(
    broken,
  )
  if (!response.ok || response.body === null) throw await refusal(response)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  let isWhole = false
  for (;;) {
    const { done, value = '' } = await reader.read().catch(broken)
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      const line = JSON.parse(text) as ReplayLine
      isWhole = line.kind === 'end'
      take(line)
    }
    if (done) break
  }
  if (!isWhole) broken()
}

function broken(): never {
  throw new RequestError(0, 'unreachable', 'No answer from the server', null)
}
