import { type Micros, microsNow } from '../core/time.ts'
import type { Db, Queryable } from './db.ts'

/** A file that was brought in. */
export interface ImportedFile {
  readonly kind: string
  /** Hex. */
  readonly sha256: string
  readonly rows: number
  readonly by: string
}

export interface ImportBatch extends ImportedFile {
  readonly id: number
  /** Of what the rows came to, how many were new or changed something; null: not known yet. */
  readonly changed: number | null
  readonly at: Micros
  /** Null: it is under way, or was broken off. */
  readonly finishedAt: Micros | null
}

/** Noted before the first of its rows is stored: one that was broken off shows. The same file sent again is the same batch. */
export async function beginImport(db: Queryable, { kind, sha256, rows, by }: ImportedFile): Promise<void> {
  await db.query({
    text: `insert into import_batch (kind, file_sha256, rows, by, at) values ($1, decode($2, 'hex'), $3, $4, from_us($5))
           on conflict (kind, file_sha256) do nothing`,
    values: [kind, sha256, rows, by, microsNow()],
  })
}

export async function finishImport(
  db: Queryable,
  { kind, sha256 }: ImportedFile,
  changed: number,
): Promise<void> {
  await db.query({
    text: `update import_batch set finished_at = from_us($3), changed = $4
           where kind = $1 and file_sha256 = decode($2, 'hex') and finished_at is null`,
    values: [kind, sha256, microsNow(), changed],
  })
}

/** The newest first. */
export async function listImports(db: Db, beforeId: number, limit: number): Promise<ImportBatch[]> {
  const { rows } = await db.query<ImportBatch>({
    text: `select id, kind, encode(file_sha256, 'hex') as sha256, rows, by, changed, at, finished_at as "finishedAt"
           from import_batch where id < $1 order by id desc limit $2`,
    values: [beforeId, limit],
  })
  return rows
}
