import { onTestFinished } from 'vitest'
import type { Message } from '../../core/message.ts'
import type { Take } from '../../core/ports.ts'
import type { Upstream } from '../../core/upstream.ts'
import { Upstreams } from '../../upstream/upstreams.ts'
import { silent } from '../support/silent-log.ts'

export const PAYLOAD_BYTES_MAX = 1000

/** Ingest that commits when the test says so: at once while `isHolding` is false. */
class Inlet {
  readonly messages: Message[] = []
  isHolding = false
  isFull = false
  readonly #waiting: ((error: Error | null) => void)[] = []

  take: Take = (message, done) => {
    this.messages.push(message)
    if (this.isHolding) this.#waiting.push(done)
    else queueMicrotask(() => done(null))
  }

  /** Commits the oldest message that waits, or the one with this number among those. */
  release(nth = 0): void {
    this.#waiting.splice(nth, 1)[0]?.(null)
  }

  releaseAll(): void {
    for (const done of this.#waiting.splice(0)) done(null)
  }
}

export function upstreamsUnderTest(keepaliveS = 60): { upstreams: Upstreams; inlet: Inlet } {
  const inlet = new Inlet()
  const upstreams = new Upstreams({
    take: inlet.take,
    isFull: () => inlet.isFull,
    mayPublish: (_device, topic) => !topic.startsWith('forbidden/'),
    payloadBytesMax: PAYLOAD_BYTES_MAX,
    log: silent,
    timing: { keepaliveS, retryMsMin: 20, retryMsMax: 100 },
  })
  onTestFinished(() => {
    inlet.releaseAll()
    return upstreams.close()
  })
  return { upstreams, inlet }
}

export const upstreamTo = (url: string, more: Partial<Upstream> = {}): Upstream => ({
  id: 'up-1',
  url,
  username: null,
  password: null,
  clientId: 'plumbline-up-1',
  device: 'gw-1',
  topics: [{ filter: 'plant/#', qos: 1 }],
  retained: 'ignore',
  ca: null,
  cert: null,
  key: null,
  isUnreadable: false,
  createdAt: 0,
  ...more,
})
