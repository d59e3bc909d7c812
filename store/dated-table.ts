import type { Micros } from '../core/time.ts'
import { type Db, pgArray, type Queryable, type SqlValue } from './db.ts'

type SqlType = 'text' | 'int' | 'numeric' | 'date' | 'boolean' | 'bytea'
type DatedColumn<Row> = readonly [property: keyof Row & string, column: string, type: SqlType]

/** A table to which rows are only added. Of the rows with one key the newest stands, from the instant at which it was recorded;
 *  one that is withdrawn says that from then on there is none. */
export interface DatedTable<Row> {
  readonly name: string
  readonly key: readonly DatedColumn<Row>[]
  readonly rest: readonly DatedColumn<Row>[]
}

export interface Dated {
  readonly recordedAt: Micros
  /** `recordedAt` was given with the row. */
  readonly imported: boolean
  readonly isWithdrawn: boolean
  /** When it was really entered. */
  readonly enteredAt: Micros
}

const MARKS: readonly DatedColumn<Dated>[] = [
  ['imported', 'imported', 'boolean'],
  ['isWithdrawn', 'withdrawn', 'boolean'],
]
const ROWS_A_STATEMENT = 500

/** Adds rows, as many as there are. */
export async function insertDated<Row>(
  db: Queryable,
  { name, key, rest }: DatedTable<Row>,
  rows: readonly (Row & Dated)[],
): Promise<void> {
  const columns = [...key, ...rest, ...MARKS] as readonly DatedColumn<Row & Dated>[]
  const names = columns.map(([, column]) => column)
  const arrays = columns.map(([, , type], i) => `$${i + 1}::${type}[]`)
  const [recorded, entered] = [columns.length + 1, columns.length + 2]
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    const some = rows.slice(at, at + ROWS_A_STATEMENT)
    await db.query({
      text: `insert into ${name} (${names.join(', ')}, recorded_at, entered_at)
             select ${columns.map((_, i) => `c${i}`).join(', ')}, from_us(r), from_us(e)
             from unnest(${arrays.join(', ')}, $${recorded}::bigint[], $${entered}::bigint[])
               as u(${columns.map((_, i) => `c${i}`).join(', ')}, r, e)`,
      values: [
        ...columns.map((column) => arrayOf(column, some)),
        pgArray(some.map((row) => row.recordedAt)),
        pgArray(some.map((row) => row.enteredAt)),
      ],
    })
  }
}

export interface StandingQuery<Row> {
  /** Only what was recorded by then; null: everything. */
  readonly asOf: Micros | null
  readonly where?: { readonly [property in keyof Row]?: SqlValue | undefined }
  /** The key of the last row of the page before. */
  readonly after?: readonly SqlValue[] | undefined
  readonly limit?: number
}

const ROWS_MAX = 1_000_000

/** The rows that stand, by key. */
export async function standingIn<Row>(
  db: Db,
  table: DatedTable<Row>,
  { asOf, where = {}, after, limit = ROWS_MAX }: StandingQuery<Row>,
): Promise<(Row & Dated)[]> {
  const values: SqlValue[] = []
  const parameter = (value: SqlValue, type: SqlType | 'bigint') => `$${values.push(value)}::${type}`
  const key = table.key.map(([, column]) => column).join(', ')
  const conditions = [...table.key, ...table.rest].flatMap(([property, column, type]) => {
    const value = (where as Record<string, SqlValue | undefined>)[property]
    return value === undefined ? [] : [`${column} = ${parameter(value, type)}`]
  })
  if (asOf !== null) conditions.push(`recorded_at <= from_us(${parameter(asOf, 'bigint')})`)
  if (after) {
    const last = table.key.map(([, , type], i) => parameter(after[i] ?? null, type))
    conditions.push(`(${key}) > (${last.join(', ')})`)
  }
  const { rows } = await db.query<Row & Dated>({
    text: `select ${selected(table)} from (
             select distinct on (${key}) * from ${table.name}
             ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
             order by ${key}, recorded_at desc, id desc) newest
           where not withdrawn order by ${key} limit ${limit}`,
    values,
  })
  return rows
}

/** The same without when and how they came: what figures are made of, and what their digest is of. */
export async function knownIn<Row>(
  db: Db,
  table: DatedTable<Row>,
  query: StandingQuery<Row>,
): Promise<Row[]> {
  const members = [...table.key, ...table.rest].map(([property]) => property)
  const rows = await standingIn(db, table, query)
  return rows.map((row) => Object.fromEntries(members.map((member) => [member, row[member]])) as Row)
}

/** Every row there is of the keys of these rows, in the order in which they hold. */
export async function versionsOf<Row>(
  db: Db,
  table: DatedTable<Row>,
  rows: readonly Row[],
): Promise<(Row & Dated)[]> {
  const found: (Row & Dated)[] = []
  const keys = table.key.map((_, i) => `k${i}`)
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) {
    const some = rows.slice(at, at + ROWS_A_STATEMENT)
    const keyIs = table.key.map(([, column], i) => `${column} = u.k${i}`).join(' and ')
    // Lateral, and no part of the outer query: a look into the index for each key, whatever the planner thinks of the table.
    const { rows: versions } = await db.query<Row & Dated>({
      text: `select found.* from unnest(${table.key.map(([, , type], i) => `$${i + 1}::${type}[]`).join(', ')})
               as u(${keys.join(', ')}),
             lateral (select ${selected(table)}, id from ${table.name} where ${keyIs} offset 0) found
             order by "recordedAt", id`,
      values: table.key.map((column) => arrayOf(column, some)),
    })
    found.push(...versions)
  }
  return found
}

const selected = <Row>({ key, rest }: DatedTable<Row>): string =>
  [...key, ...rest, ...MARKS]
    .map(([property, column, type]) =>
      type === 'bytea' ? `encode(${column}, 'hex') as "${property}"` : `${column} as "${property}"`,
    )
    .concat('recorded_at as "recordedAt"', 'entered_at as "enteredAt"')
    .join(', ')

function arrayOf<Row>([property, , type]: DatedColumn<Row>, rows: readonly Row[]): string {
  const values = rows.map((row) => row[property] as string | number | boolean | null)
  return pgArray(type === 'bytea' ? values.map((hex) => (hex === null ? null : `\\x${hex}`)) : values)
}
