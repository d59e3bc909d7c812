import { Readable } from 'node:stream'

/** Streams that are costly to hold open: only so many, of each reader only the newest, and none that nobody reads from. */
export class ReplayStreams {
  readonly #max: number
  readonly #stuckMsMax: number
  readonly #open = new Map<string, Readable>()

  constructor(max: number, stuckMsMax: number) {
    this.#max = max
    this.#stuckMsMax = stuckMsMax
  }

  isFull = (reader: string): boolean => !this.#open.has(reader) && this.#open.size >= this.#max

  /** The reader's older one ends here. */
  open(reader: string, lines: AsyncIterable<string>): Readable {
    this.#open.get(reader)?.destroy()
    const stream = this.#watched(lines)
    this.#open.set(reader, stream)
    stream.once('close', () => {
      if (this.#open.get(reader) === stream) this.#open.delete(reader)
    })
    return stream
  }

  /** Ends where nothing was taken for so long; the time that finding the next line takes does not count. */
  #watched(lines: AsyncIterable<string>): Readable {
    let timer: NodeJS.Timeout | undefined
    const wait = () => {
      timer = setTimeout(() => stream.destroy(), this.#stuckMsMax).unref()
    }
    async function* watched(): AsyncGenerator<string> {
      for await (const line of lines) {
        wait()
        yield line
        clearTimeout(timer)
      }
      // The last ones may not be taken either.
      wait()
    }
    const stream = Readable.from(watched(), { highWaterMark: 1 })
    return stream.once('close', () => clearTimeout(timer))
  }
}
