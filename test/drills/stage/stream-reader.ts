import { setTimeout as delay } from 'node:timers/promises'
import { ADMIN_TOKEN } from '../../support/spawn-platform.ts'

const RECONNECT_MS = 1000

/** Somebody who looks at the dashboard: reads the stream of twins and keeps nothing but a count. */
export class StreamReader {
  events = 0
  readonly #abort = new AbortController()

  constructor(http: string) {
    void this.#read(`${http}/api/v1/stream`)
  }

  stop(): void {
    this.#abort.abort()
  }

  async #read(url: string): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        const response = await fetch(url, { signal, headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
        const text = response.body?.pipeThrough(new TextDecoderStream()) ?? []
        for await (const chunk of text) this.events += chunk.split('\nevent:').length - 1
      } catch {
        // It comes back, as a browser does.
      }
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => {})
    }
  }
}
