import type { Db } from './db.ts'
import type { IdRange } from './released-figures.ts'

/** What the figures of one period of a release follow from, and digests of both in hex. */
export interface FrozenPeriod {
  readonly period: string
  /** Gzipped; the digest is of the bytes before that. */
  readonly inputs: Uint8Array
  readonly sha256: string
  /** Gzipped JSON: keys of the cells that had to stay withheld. */
  readonly withheldBefore: Uint8Array
  readonly figuresSha256: string
  readonly figures: number
  readonly changed: number
}

export type PeriodDigest = Omit<FrozenPeriod, 'inputs' | 'withheldBefore'>

const DIGESTS = `period, encode(sha256, 'hex') as sha256, encode(figures_sha256, 'hex') as "figuresSha256", figures, changed`

export async function insertFrozen(db: Db, release: string, frozen: FrozenPeriod & IdRange): Promise<void> {
  await db.query({
    text: `insert into release_inputs (release_id, period, inputs, sha256, withheld_before, figures_sha256, figures, changed,
             first_id, last_id)
           values ($1, $2, decode($3, 'base64'), decode($4, 'hex'), decode($5, 'base64'), decode($6, 'hex'), $7, $8, $9, $10)`,
    values: [
      release,
      frozen.period,
      base64(frozen.inputs),
      frozen.sha256,
      base64(frozen.withheldBefore),
      frozen.figuresSha256,
      frozen.figures,
      frozen.changed,
      frozen.firstId,
      frozen.lastId,
    ],
  })
}

// As text: the embedded driver writes and reads bytes one by one.
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export async function frozenPeriod(db: Db, release: string, period: string): Promise<FrozenPeriod | null> {
  const { rows } = await db.query<PeriodDigest & { inputs: string; withheldBefore: string }>({
    text: `select ${DIGESTS}, encode(inputs, 'base64') as inputs, encode(withheld_before, 'base64') as "withheldBefore"
           from release_inputs
           where release_id = $1 and period = $2`,
    values: [release, period],
  })
  const [row] = rows
  return row
    ? {
        ...row,
        inputs: Buffer.from(row.inputs, 'base64'),
        withheldBefore: Buffer.from(row.withheldBefore, 'base64'),
      }
    : null
}

/** By period. */
export async function digestsOf(db: Db, release: string): Promise<PeriodDigest[]> {
  const { rows } = await db.query<PeriodDigest>({
    text: `select ${DIGESTS} from release_inputs where release_id = $1 order by period collate "C"`,
    values: [release],
  })
  return rows
}
