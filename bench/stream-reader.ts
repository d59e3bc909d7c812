import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import type { Api } from './subject.ts'

export interface TwinEvent {
  readonly entity: string
  /** Time of its newest reading; null before the first. */
  readonly lastSeenMs: number | null
}

/** Reads `GET /api/v1/stream` as a dashboard does. */
export class StreamReader {
  readonly #request: ClientRequest
  #rest = ''

  private constructor(request: ClientRequest) {
    this.#request = request
  }

  /** Resolves when the snapshot is whole: from then on only changes come. */
  static async open(
    { url, token }: Api,
    onTwin: (event: TwinEvent) => void,
    onBroken: (error: Error) => void,
  ): Promise<StreamReader> {
    const snapshot = Promise.withResolvers<void>()
    const broken = (error: Error) => {
      snapshot.reject(error)
      onBroken(error)
    }
    const request = get(`${url}/api/v1/stream`, { headers: { authorization: `Bearer ${token}` } })
    const reader = new StreamReader(request)
    request.on('error', broken)
    request.on('response', (response: IncomingMessage) => {
      if (response.statusCode !== 200) return broken(new Error(`the stream answered ${response.statusCode}`))
      response.setEncoding('utf8')
      response.on('data', (text: string) => reader.#read(text, onTwin, snapshot.resolve))
      response.on('close', () => broken(new Error('the stream ended')))
    })
    await snapshot.promise
    return reader
  }

  close(): void {
    this.#request.removeAllListeners('error').on('error', () => {})
    this.#request.destroy()
  }

  #read(text: string, onTwin: (event: TwinEvent) => void, onSnapshotEnd: () => void): void {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      if (block.includes('event: snapshot-end')) onSnapshotEnd()
      if (!block.includes('event: twin')) continue
      const { id, lastSeen } = JSON.parse(block.slice(block.indexOf('data: ') + 6))
      onTwin({ entity: id, lastSeenMs: lastSeen === null ? null : Date.parse(lastSeen) })
    }
  }
}
