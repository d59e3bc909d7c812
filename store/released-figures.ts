import { type Db, pgArray } from './db.ts'
import type { Release } from './releases.ts'

/** A row of the table of figures; its words are those of the code lists. */
export interface FigureRow {
  readonly freq: string
  readonly area: string
  readonly geoVersion: string
  readonly indicator: string
  readonly access: string
  readonly domain: string
  readonly class: string
  readonly period: string
  readonly coverage: string
  readonly referenceDate: string
  readonly num: number | null
  readonly den: number | null
  /** Decimal text. */
  readonly value: string | null
  readonly decimals: number
  readonly obsStatus: string
  readonly confStatus: string
  readonly popBasis: string | null
  readonly popYear: number | null
  readonly methodVersion: string
  readonly comment: string | null
}

export interface HeldFigure {
  readonly id: number
  readonly figure: FigureRow
}

/** Member, column and type, in the order in which figures have their members. */
const COLUMNS: readonly (readonly [member: keyof FigureRow, column: string, type: string])[] = [
  ['freq', 'freq', 'text'],
  ['area', 'ref_area', 'text'],
  ['geoVersion', 'geo_version', 'text'],
  ['indicator', 'indicator', 'text'],
  ['access', 'access', 'text'],
  ['domain', 'domain', 'text'],
  ['class', 'class', 'text'],
  ['period', 'time_period', 'text'],
  ['coverage', 'coverage', 'text'],
  ['referenceDate', 'ref_date', 'date'],
  ['num', 'num', 'bigint'],
  ['den', 'den', 'bigint'],
  ['value', 'value', 'numeric'],
  ['decimals', 'decimals', 'int'],
  ['obsStatus', 'obs_status', 'text'],
  ['confStatus', 'conf_status', 'text'],
  ['popBasis', 'pop_basis', 'text'],
  ['popYear', 'pop_year', 'int'],
  ['methodVersion', 'method_version', 'text'],
  ['comment', 'comment', 'text'],
]
const SELECTED = COLUMNS.map(([member, column]) => `v.${column} as "${member}"`).join(', ')
const INSERTED = COLUMNS.map(([, column]) => column).join(', ')
const GIVEN = COLUMNS.map(([member]) => `r."${member}"`).join(', ')
const RECORD = COLUMNS.map(([member, , type]) => `"${member}" ${type}`).join(', ')

/** One statement must not hold the embedded database for long (measured: docs/releases.md). */
const ROWS_AT_ONCE = 250

/** The figures of a period that hold in a release, in no order. A release once published always gives the same. */
export async function heldFigures(
  db: Db,
  { seq }: Pick<Release, 'seq'>,
  period: string,
): Promise<HeldFigure[]> {
  const held: HeldFigure[] = []
  for (let after = 0; ; ) {
    const { rows } = await db.query<FigureRow & { id: number }>({
      text: `with chain as (select id from release where published_at is not null and seq <= $2 and periods @> array[$1::text])
             select v.id, ${SELECTED} from indicator_value v
             where v.time_period = $1 and v.id > $3 and v.release_from in (select id from chain)
               and (v.release_to is null or v.release_to not in (select id from chain))
             order by v.id limit ${ROWS_AT_ONCE}`,
      values: [period, seq, after],
    })
    for (const { id, ...figure } of rows) held.push({ id, figure })
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return held
    after = last.id
  }
}

/** Adds rows to a draft. */
export async function insertFigures(db: Db, release: string, figures: readonly FigureRow[]): Promise<void> {
  for (let i = 0; i < figures.length; i += ROWS_AT_ONCE)
    await db.query({
      text: `insert into indicator_value (release_from, ${INSERTED})
             select $1, ${GIVEN} from json_to_recordset($2::json) as r (${RECORD})`,
      values: [release, JSON.stringify(figures.slice(i, i + ROWS_AT_ONCE))],
    })
}

/** What changed or is no more holds up to the draft, not included. */
export async function closeFigures(
  db: Db,
  release: string,
  period: string,
  ids: readonly number[],
): Promise<void> {
  for (let i = 0; i < ids.length; i += ROWS_AT_ONCE)
    await db.query({
      text: `update indicator_value set release_to = $1 where time_period = $2 and id = any($3::bigint[])`,
      values: [release, period, pgArray(ids.slice(i, i + ROWS_AT_ONCE))],
    })
}
