import type { SqlValue } from '../db.ts'

/** Main thread → worker. `sql` without `values` may hold several statements. */
export interface WorkerRequest {
  readonly id: number
  readonly sql: string
  readonly values: readonly SqlValue[] | null
  /** What a COPY FROM '/dev/blob' in `sql` reads; moved, not copied. */
  readonly blob?: Uint8Array<ArrayBuffer>
}

/** Worker → main thread. The first message, with id 0, says that the database is open. */
export interface WorkerReply {
  readonly id: number
  readonly rows?: Record<string, unknown>[]
  readonly rowCount?: number
  readonly error?: { readonly code: string; readonly message: string }
}
