import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import v8 from 'node:v8'
import { Worker } from 'node:worker_threads'
import {
  type Db,
  DbError,
  type Queryable,
  type Rows,
  type SqlValue,
  type Statement,
  type TransactionOptions,
} from '../db.ts'
import type { WorkerReply, WorkerRequest } from './embedded-protocol.ts'
import { lockFolder } from './folder-lock.ts'
import { Turns } from './turns.ts'

interface Waiting {
  resolve(reply: WorkerReply): void
  reject(error: Error): void
}

/** Opens the embedded TimescaleDB in `<dataDir>/postgres`; `onDeath` hears of a worker that ended by itself. */
export async function openEmbedded(dataDir: string, onDeath: (error: Error) => void): Promise<Db> {
  const directory = join(dataDir, 'postgres')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const unlock = await lockFolder(dataDir)
  keepCompiledCode()
  const link = new WorkerLink(directory, onDeath)
  try {
    await link.opened
  } catch (error) {
    await unlock()
    throw error
  }
  return new EmbeddedDb(link, unlock)
}

class EmbeddedDb implements Db {
  readonly kind = 'embedded'
  readonly #link: WorkerLink
  readonly #unlock: () => Promise<void>
  // One connection: a transaction must not be interleaved with other statements, and commits go before reads.
  readonly #turns = new Turns()

  constructor(link: WorkerLink, unlock: () => Promise<void>) {
    this.#link = link
    this.#unlock = unlock
  }

  query<R>(statement: Statement): Promise<Rows<R>> {
    return this.#turns.take(() => this.#link.query<R>(statement))
  }

  exec(sql: string): Promise<void> {
    return this.#turns.take(() => this.#link.exec(sql))
  }

  copy(target: string, bytes: Uint8Array<ArrayBuffer>, options?: TransactionOptions): Promise<number> {
    return this.#turns.take(() => this.#link.copy(target, bytes), options?.ahead)
  }

  /** `timeoutMs` means nothing here: the database is in this process, and there is no other one to turn to meanwhile. */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#turns.take(async () => {
      await this.#link.exec('begin')
      try {
        const result = await work(this.#link)
        await this.#link.exec('commit')
        return result
      } catch (error) {
        await this.#link.exec('rollback')
        throw error
      }
    }, options?.ahead)
  }

  async close(): Promise<void> {
    await this.#turns.take(() => this.#link.close())
    await this.#unlock()
  }
}

/** The message channel to the worker: requests by number, replies in any order. */
class WorkerLink implements Queryable {
  readonly opened: Promise<unknown>
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #ended: Error | null = null

  constructor(directory: string, onDeath: (error: Error) => void) {
    this.#worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), { workerData: { directory } })
    this.opened = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }))
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply))
    const died = (error: Error) => {
      if (this.#ended) return
      this.#ended = new DbError('57P01', `the embedded database ended: ${error.message}`, { cause: error })
      for (const { reject } of this.#waiting.values()) reject(this.#ended)
      this.#waiting.clear()
      onDeath(this.#ended)
    }
    this.#worker.on('error', died)
    this.#worker.on('exit', (code) => died(new Error(`its thread left with code ${code}`)))
  }

  async query<R>({ text, values = [] }: Statement): Promise<Rows<R>> {
    const { rows = [], rowCount = 0 } = await this.#ask(text, values)
    return { rows: rows as R[], rowCount }
  }

  async exec(sql: string): Promise<void> {
    await this.#ask(sql, null)
  }

  async copy(target: string, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const { rowCount = 0 } = await this.#ask(
      `copy ${target} from '/dev/blob' with (format binary)`,
      [],
      bytes,
    )
    return rowCount
  }

  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = new DbError('57P01', 'the embedded database is closed')
    const gone = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close')
    await gone
  }

  #ask(
    sql: string,
    values: readonly SqlValue[] | null,
    blob?: Uint8Array<ArrayBuffer>,
  ): Promise<WorkerReply> {
    if (this.#ended) return Promise.reject(this.#ended)
    const request: WorkerRequest = { id: this.#nextId++, sql, values, ...(blob ? { blob } : {}) }
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request, blob ? [blob.buffer] : [])
    })
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.error) waiting?.reject(new DbError(reply.error.code, reply.error.message))
    else waiting?.resolve(reply)
  }
}

/** V8 frees the first, plain code of a WebAssembly module when it has better, and now and then finds its own book of code pages
 *  wrong while it does so, which ends the process ("Check failed: jit_page_", nodejs/node#64500). Kept, that code is some tens
 *  of megabytes, once. */
function keepCompiledCode(): void {
  v8.setFlagsFromString('--no-wasm-code-gc')
}
