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
           values ($1, $2, $3, decode($4, 'hex'), $5, decode($6, 'hex'), $7, $8, $9, $10)`,
    values: [
      release,
      frozen.period,
      frozen.inputs,
      frozen.sha256,
      frozen.withheldBefore,
      frozen.figuresSha256,
      frozen.figures,
      frozen.changed,
      frozen.firstId,
      frozen.lastId,
    ],
  })
}

export async function frozenPeriod(db: Db, release: string, period: string): Promise<FrozenPeriod | null> {
  const { rows } = await db.query<FrozenPeriod>({
    text: `select ${DIGESTS}, inputs, withheld_before as "withheldBefore" from release_inputs
           where release_id = $1 and period = $2`,
    values: [release, period],
  })
  return rows[0] ?? null
}

/** By period. */
export async function digestsOf(db: Db, release: string): Promise<PeriodDigest[]> {
  const { rows } = await db.query<PeriodDigest>({
    text: `select ${DIGESTS} from release_inputs where release_id = $1 order by period collate "C"`,
    values: [release],
  })
  return rows
}
