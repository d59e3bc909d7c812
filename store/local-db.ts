import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { lockFolder } from './drivers/folder-lock.ts'
import type { LocalReply, LocalRequest, LocalStatement } from './drivers/local-worker.ts'
import { StartError } from './start-error.ts'
import { syncFolder } from './sync-files.ts'

export type LocalRow = Readonly<Record<string, unknown>>

/**
 * A file of this machine's own, for what must be durable while the database is away: SQLite, which comes with Node, in a
 * thread of its own, since each transaction waits for its fsync.
 */
export class LocalDb {
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers<LocalReply>>()
  readonly #opened: Promise<unknown>
  readonly #unlock: () => Promise<void>
  #nextId = 1
  #ended: Error | null = null

  private constructor(path: string, unlock: () => Promise<void>) {
    this.#unlock = unlock
    this.#worker = new Worker(new URL('./drivers/local-worker.ts', import.meta.url), { workerData: { path } })
    this.#opened = this.#expect(0)
    this.#worker.on('message', (reply: LocalReply) => {
      this.#waiting.get(reply.id)?.resolve(reply)
      this.#waiting.delete(reply.id)
    })
    const died = (error: Error) => {
      this.#ended ??= error
      for (const { reject } of this.#waiting.values()) reject(this.#ended)
      this.#waiting.clear()
    }
    this.#worker.on('error', died)
    this.#worker.on('exit', (code) => died(new Error(`the thread of ${path} left with code ${code}`)))
  }

  /** Opens `<dataDir>/local.sqlite`, or makes it, and keeps other processes off the folder. A file that is there and cannot
   *  be used may hold acknowledged messages: StartError. */
  static async open(dataDir: string): Promise<LocalDb> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const unlock = await lockFolder(dataDir)
    const path = join(dataDir, 'local.sqlite')
    // It holds hashes of secrets, and what devices sent. SQLite's other files take their mode from this one.
    closeSync(openSync(path, 'a', 0o600))
    syncFolder(dataDir)
    const db = new LocalDb(path, unlock)
    try {
      await db.#opened
      return db
    } catch (error) {
      await unlock()
      throw new StartError(
        `${path}, which may hold acknowledged messages, cannot be opened (${(error as Error).message}): ` +
          'mend it or restore it; moved away, its messages are lost to this platform',
      )
    }
  }

  /** Runs the statements in one transaction, synced to disk when it resolves; gives the rows of each. Buffers in `moved`
   *  are the thread's from then on. */
  async run(
    statements: readonly LocalStatement[],
    moved: readonly ArrayBuffer[] = [],
  ): Promise<readonly (readonly LocalRow[])[]> {
    if (this.#ended) throw this.#ended
    const id = this.#nextId++
    const reply = this.#expect(id)
    this.#worker.postMessage({ id, statements } satisfies LocalRequest, [...moved])
    const { results, error } = await reply
    if (error !== undefined) throw new Error(error)
    return results ?? []
  }

  async close(): Promise<void> {
    if (this.#ended) return
    const gone = new Promise((resolve) => this.#worker.once('exit', resolve))
    this.#worker.postMessage('close')
    await gone
    await this.#unlock()
  }

  #expect(id: number): Promise<LocalReply> {
    const waiting = Promise.withResolvers<LocalReply>()
    this.#waiting.set(id, waiting)
    return waiting.promise
  }
}
