/** PUBACK or PUBREC (MQTT 3.1.1 §3.4, §3.5). */
export function acknowledgement(qos: 1 | 2, packetId: number): Buffer {
  return Buffer.of(qos === 1 ? 0x40 : 0x50, 2, packetId >> 8, packetId & 0xff)
}

/** Acknowledgements in the order of their messages (MQTT-4.6.0-2), each once its message and those before it are done. */
export class OrderedAcks {
  readonly #write: (bytes: Buffer) => void
  readonly #waiting: { readonly bytes: Buffer; isDone: boolean }[] = []
  #isFlushPlanned = false

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write
  }

  get size(): number {
    return this.#waiting.length
  }

  /** Gives what says that the message is done. */
  add(bytes: Buffer): () => void {
    const entry = { bytes, isDone: false }
    this.#waiting.push(entry)
    return () => {
      entry.isDone = true
      // Of a batch many messages are done in one go: their acknowledgements leave in one write.
      if (this.#isFlushPlanned) return
      this.#isFlushPlanned = true
      queueMicrotask(() => this.#flush())
    }
  }

  #flush(): void {
    this.#isFlushPlanned = false
    const open = this.#waiting.findIndex(({ isDone }) => !isDone)
    const done = this.#waiting.splice(0, open < 0 ? this.#waiting.length : open)
    const bytes = Buffer.concat(done.map((entry) => entry.bytes))
    if (bytes.length > 0) this.#write(bytes)
  }
}
