import { type Db, DbError, type Queryable, type Rows, type Statement, type TransactionOptions } from './db.ts'

/** A database that was away when the platform started: until its schema was looked at, everything that is asked of it fails
 *  like something that must be tried again. */
export class GatedDb implements Db {
  readonly kind: Db['kind']
  readonly #db: Db
  #isOpen = false

  constructor(db: Db) {
    this.#db = db
    this.kind = db.kind
  }

  open(): void {
    this.#isOpen = true
  }

  query<R>(statement: Statement): Promise<Rows<R>> {
    return this.#pass(() => this.#db.query<R>(statement))
  }

  exec(sql: string): Promise<void> {
    return this.#pass(() => this.#db.exec(sql))
  }

  copy(target: string, bytes: Uint8Array<ArrayBuffer>, options?: TransactionOptions): Promise<number> {
    return this.#pass(() => this.#db.copy(target, bytes, options))
  }

  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#pass(() => this.#db.transaction(work, options))
  }

  close(): Promise<void> {
    return this.#db.close()
  }

  #pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOpen) return work()
    return Promise.reject(
      new DbError('57P03', 'the database has not been there since the platform was started'),
    )
  }
}
