import { RequestError, refusal } from '../wire/client.ts'
import type { ReplayLine } from './lines.ts'

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
