import type pg from 'pg'

/** The part of pg's connection that COPY needs; its type declarations leave it out. */
interface CopyConnection {
  readonly stream: { cork(): void; uncork(): void }
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/**
 * COPY … FROM STDIN for `pg`, sent whole: statement, data and end in one go, without waiting for the server to ask for the
 * data. A round trip less counts twice here: on a busy event loop the answer is heard only after all else that is due. When
 * the statement fails the server reads over the data (PostgreSQL documentation, Message Flow, 'COPY Operations').
 */
export function copyIn(client: pg.ClientBase, text: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(text, bytes, resolve, reject))
  })
}

class CopyIn implements pg.Submittable {
  /** pg puts its own in this place when a query has a time limit. */
  callback: () => void = () => {}
  readonly #text: string
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #resolve: (rows: number) => void
  readonly #reject: (error: Error) => void
  #rows = 0

  constructor(
    text: string,
    bytes: Uint8Array<ArrayBuffer>,
    resolve: (rows: number) => void,
    reject: (error: Error) => void,
  ) {
    this.#text = text
    this.#bytes = bytes
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(connection: unknown): void {
    const { buffer, byteOffset, byteLength } = this.#bytes
    const copy = connection as CopyConnection
    // One system call for the three of them.
    copy.stream.cork()
    copy.query(this.#text)
    copy.sendCopyFromChunk(Buffer.from(buffer, byteOffset, byteLength))
    copy.endCopyFrom()
    copy.stream.uncork()
  }

  /** The data are on their way already. */
  handleCopyInResponse(): void {}

  /** `COPY <rows>`. */
  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(text.slice(text.lastIndexOf(' ') + 1))
  }

  handleReadyForQuery(): void {
    this.callback()
    this.#resolve(this.#rows)
  }

  /** Of the server, or of a connection that ended. */
  handleError(error: Error): void {
    this.callback()
    this.#reject(error)
  }
}
