import { onTestFinished } from 'vitest'

export interface StreamEvent {
  readonly id: string
  readonly event: string
  // biome-ignore lint/suspicious/noExplicitAny: the test looks into whatever document came
  readonly data: any
}

/** Reads Server-Sent Events into a list until the test ends. */
export async function openStream(
  url: string,
  token: string,
  lastEventId?: string,
): Promise<{ events: StreamEvent[]; close(): void }> {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const headers = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const response = await fetch(url, { headers, signal: abort.signal })
  if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
  const events: StreamEvent[] = []
  void read(response.body, events).catch(() => {})
  return { events, close: () => abort.abort() }
}

async function read(body: ReadableStream<Uint8Array>, events: StreamEvent[]): Promise<void> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      if (fields.event)
        events.push({ id: fields.id ?? '', event: fields.event, data: JSON.parse(fields.data ?? '{}') })
    }
  }
}
