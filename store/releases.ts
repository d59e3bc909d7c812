import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable } from './db.ts'

export type ReleaseKind = 'ROUTINE' | 'MAJOR' | 'CORRECTION'

/** What is known of a release before its figures are. */
export interface NewRelease {
  readonly id: string
  readonly asOf: Micros
  readonly kind: ReleaseKind
  readonly isFinal: boolean
  readonly reason: string
  /** Who published it, as the audit log names them. */
  readonly by: string
  /** Sorted. */
  readonly periods: readonly string[]
  /** Published before this installation knew of it. */
  readonly isImported: boolean
  readonly recordedAt: Micros
}

export interface Release extends NewRelease {
  /** Order of publication. */
  readonly seq: number
  readonly publishedAt: Micros
  readonly methodVersion: string
  /** Over the digests of its periods, hex. */
  readonly inputsSha256: string
  readonly figuresSha256: string
}

const COLUMNS = `id, seq, published_at as "publishedAt", as_of as "asOf", kind, is_final as "isFinal", reason, by,
  method_version as "methodVersion", to_jsonb(periods) as periods, encode(inputs_sha256, 'hex') as "inputsSha256",
  encode(figures_sha256, 'hex') as "figuresSha256", imported as "isImported", recorded_at as "recordedAt"`

/** The newest release that covers the period and was published at or before an instant. */
export async function releaseAt(db: Db, period: string, at: Micros): Promise<Release | null> {
  const { rows } = await db.query<Release>({
    text: `select ${COLUMNS} from release where published_at <= from_us($2) and periods @> array[$1::text]
           order by published_at desc, seq desc limit 1`,
    values: [period, at],
  })
  return rows[0] ?? null
}

/** Newest first; of one period, or all. */
export async function listReleases(db: Db, period: string | null, limit: number): Promise<Release[]> {
  const { rows } = await db.query<Release>({
    text: `select ${COLUMNS} from release
           where published_at is not null and ($1::text is null or periods @> array[$1::text])
           order by published_at desc, seq desc limit $2`,
    values: [period, limit],
  })
  return rows
}

export async function findRelease(db: Db, id: string): Promise<Release | null> {
  const { rows } = await db.query<Release>({
    text: `select ${COLUMNS} from release where id = $1 and published_at is not null`,
    values: [id],
  })
  return rows[0] ?? null
}

/** The release of a period that came before this one; null: it was the first. */
export async function releaseBefore(db: Db, { seq }: Release, period: string): Promise<Release | null> {
  const { rows } = await db.query<Release>({
    text: `select ${COLUMNS} from release where published_at is not null and seq < $1 and periods @> array[$2::text]
           order by seq desc limit 1`,
    values: [seq, period],
  })
  return rows[0] ?? null
}

/** `V` and a number that none has yet. */
export async function nextReleaseId(db: Db): Promise<string> {
  const { rows } = await db.query<{ newest: number }>({
    text: `select coalesce(max(substring(id from '^V([0-9]{1,9})$')::int), 0) as newest from release`,
  })
  return `V${(rows[0]?.newest ?? 0) + 1}`
}

export async function insertDraft(db: Db, draft: NewRelease): Promise<void> {
  await db.query({
    text: `insert into release (id, as_of, kind, is_final, reason, by, periods, imported, recorded_at)
           values ($1, from_us($2), $3, $4, $5, $6, $7::text[], $8, from_us($9))`,
    values: [
      draft.id,
      draft.asOf,
      draft.kind,
      draft.isFinal,
      draft.reason,
      draft.by,
      pgArray(draft.periods),
      draft.isImported,
      draft.recordedAt,
    ],
  })
}

const ROWS_AT_ONCE = 250

/** Takes back what a publication left that did not come to its end, in pieces that hold the database shortly. */
export async function removeDrafts(db: Db): Promise<void> {
  const { rows } = await db.query<{ id: string }>({
    text: 'select id from release where published_at is null',
  })
  for (const { id } of rows) {
    await whileAny(
      db,
      `update indicator_value set release_to = null where id in
      (select id from indicator_value where release_to = $1 limit ${ROWS_AT_ONCE})`,
      id,
    )
    await whileAny(
      db,
      `delete from indicator_value where id in
      (select id from indicator_value where release_from = $1 limit ${ROWS_AT_ONCE})`,
      id,
    )
    await db.query({ text: 'delete from release_inputs where release_id = $1', values: [id] })
    await db.query({ text: 'delete from release where id = $1 and published_at is null', values: [id] })
  }
}

async function whileAny(db: Db, text: string, id: string): Promise<void> {
  while ((await db.query({ text, values: [id] })).rowCount === ROWS_AT_ONCE);
}

export interface Publication {
  readonly id: string
  readonly publishedAt: Micros
  readonly methodVersion: string
  readonly inputsSha256: string
  readonly figuresSha256: string
  /** Rows that the draft must have by now. */
  readonly changed: number
}

/** Shows the draft to everybody, in one small transaction. Throws when it is not whole: then somebody else has taken it back. */
export async function publishDraft(db: Db, publication: Publication): Promise<Release> {
  const { id, publishedAt, methodVersion, inputsSha256, figuresSha256, changed } = publication
  return db.transaction(async (tx) => {
    await tx.query({
      text: `update release set published_at = from_us($2), method_version = $3, inputs_sha256 = decode($4, 'hex'),
             figures_sha256 = decode($5, 'hex') where id = $1 and published_at is null`,
      values: [id, publishedAt, methodVersion, inputsSha256, figuresSha256],
    })
    const { rows } = await tx.query<Release>({
      text: `select ${COLUMNS} from release where id = $1 and published_at is not null`,
      values: [id],
    })
    const [release] = rows
    if (!release || (await ownRows(tx, id)) !== changed)
      throw new Error(`release ${id} was not whole when it was to be published: publish it again`)
    return release
  })
}

async function ownRows(tx: Queryable, id: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>({
    text: 'select count(*) as count from indicator_value where release_from = $1',
    values: [id],
  })
  return rows[0]?.count ?? 0
}
