const { setTimeout: delay } = require('node:timers/promises')

const RETRY_MS = 1000
const RETRY_MS_MAX = 10_000
/** The platform sends a ping every 5 s: silent for this long is a dead connection. */
const SILENT_MS_MAX = 20_000
const EVENT_CHARS_MAX = 1024 * 1024

/**
 * Reads Server-Sent Events for good: after a break it asks again from the last event on. `open(headers, signal)` makes the
 * request; `listener` is `{event(name, data), state(state, fault)}`. Gives how to stop.
 */
function follow(open, listener) {
  const halt = new AbortController()
  let lastEventId = null
  let wait = RETRY_MS

  async function once() {
    const silent = new AbortController()
    const signal = AbortSignal.any([halt.signal, silent.signal])
    const watch = setTimeout(() => silent.abort(new Error('the stream went silent')), SILENT_MS_MAX)
    try {
      const response = await open(lastEventId === null ? {} : { 'last-event-id': lastEventId }, signal)
      if (!response.ok) throw new Error(`the stream is refused: ${response.status}`)
      wait = RETRY_MS
      listener.state('connected', null)
      for await (const { id, event, data } of eventsOf(response.body, () => watch.refresh())) {
        if (id) lastEventId = id
        listener.event(event, data)
      }
    } finally {
      clearTimeout(watch)
    }
  }

  async function go() {
    while (!halt.signal.aborted) {
      const fault = await once().then(
        () => null,
        (error) => error.message,
      )
      if (halt.signal.aborted) return
      listener.state('connecting', fault)
      await delay(wait, undefined, { signal: halt.signal }).catch(() => {})
      wait = Math.min(wait * 2, RETRY_MS_MAX)
    }
  }

  void go()
  return () => halt.abort()
}

/** The events of a response's body; `heard` is called for each chunk. */
async function* eventsOf(body, heard) {
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    heard()
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop()
    if (rest.length > EVENT_CHARS_MAX) throw new Error('an event is too large')
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2)))
      const text = fields.get('data')
      if (text === undefined) continue
      yield { id: fields.get('id'), event: fields.get('event') ?? 'message', data: JSON.parse(text) }
    }
  }
}

module.exports = { follow }
