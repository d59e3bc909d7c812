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

/** The ids that a release's rows of a period have, one after the other; null: it has none. */
export interface IdRange {
  readonly firstId: number | null
  readonly lastId: number | null
}

interface ChainLink extends IdRange {
  readonly release: string
}

/** The figures of a period that hold in a release, in no order. A release once published always gives the same. */
export async function heldFigures(
  db: Db,
  { seq }: Pick<Release, 'seq'>,
  period: string,
): Promise<HeldFigure[]> {
  const { rows: chain } = await db.query<ChainLink>({
    text: `select r.id as release, i.first_id as "firstId", i.last_id as "lastId"
           from release r join release_inputs i on i.release_id = r.id and i.period = $1
           where r.published_at is not null and r.seq <= $2 order by r.seq`,
    values: [period, seq],
  })
  const ended = pgArray(chain.map(({ release }) => release))
  const held: HeldFigure[] = []
  for (const { firstId, lastId } of chain)
    for (let from = firstId ?? 1; from <= (lastId ?? 0); from += ROWS_AT_ONCE) {
      const { rows } = await db.query<FigureRow & { id: number }>({
        text: `select v.id, ${SELECTED} from indicator_value v
               where v.id between $1 and $2 and (v.release_to is null or v.release_to <> all($3::text[])) order by v.id`,
        values: [from, Math.min(from + ROWS_AT_ONCE - 1, lastId ?? 0), ended],
      })
      for (const { id, ...figure } of rows) held.push({ id, figure })
    }
  return held
}

/** Adds rows to a draft, with ids that follow each other: there is one draft at a time. */
export async function insertFigures(
  db: Db,
  release: string,
  figures: readonly FigureRow[],
): Promise<IdRange> {
  let range: IdRange = { firstId: null, lastId: null }
  for (let i = 0; i < figures.length; i += ROWS_AT_ONCE) {
    const { rows } = await db.query<IdRange>({
      text: `with made as (
               insert into indicator_value (release_from, ${INSERTED})
               select $1, ${GIVEN} from json_to_recordset($2::json) as r (${RECORD}) returning id
             ) select min(id) as "firstId", max(id) as "lastId" from made`,
      values: [release, JSON.stringify(figures.slice(i, i + ROWS_AT_ONCE))],
    })
    range = { firstId: range.firstId ?? rows[0]?.firstId ?? null, lastId: rows[0]?.lastId ?? range.lastId }
  }
  return range
}

/** What changed or is no more holds up to the draft, not included. */
export async function closeFigures(db: Db, release: string, ids: readonly number[]): Promise<void> {
  for (let i = 0; i < ids.length; i += ROWS_AT_ONCE)
    await db.query({
      text: 'update indicator_value set release_to = $1 where id = any($2::bigint[])',
      values: [release, pgArray(ids.slice(i, i + ROWS_AT_ONCE))],
    })
}
