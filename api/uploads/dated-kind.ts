import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import { type Micros, microsNow } from '../../core/time.ts'
import { type AreaKey, listAreaKeys } from '../../store/areas.ts'
import { type Dated, type DatedTable, insertDated, versionsOf } from '../../store/dated-table.ts'
import type { Db } from '../../store/db.ts'
import type { Column } from './column.ts'
import type { Judge, Judged, UploadKind } from './kind.ts'

/** Rows looked up before others get their turn. */
const ROWS_A_TURN = 500

/** A table of the indicator's inputs: rows are only added, and the newest of a key stands. */
export interface DatedKind<Given extends DatedGiven, Row> {
  readonly name: string
  readonly path: string
  readonly words: string
  readonly columns: readonly Column[]
  readonly given: z.ZodType<Given>
  readonly rowsMax: number
  /** Stored in slices, for all of a file would hold the database too long: after a crash between two of them the same file, sent
   *  again, makes it whole. */
  readonly isSliced?: true
  readonly table: DatedTable<Row>
  /** The row as it is stored: what was left out filled in, and its areas found. */
  resolve(given: Given, areas: readonly AreaKey[]): Row | FieldFault
  /** What is odd about rows that are about to be stored. */
  warnings?(db: Db, rows: readonly (Row & Dated)[], areas: readonly AreaKey[]): Promise<string[]>
}

export interface DatedGiven {
  readonly recordedAt?: Micros | undefined
  readonly withdrawn: boolean
}

export interface FieldFault {
  readonly field: string
  readonly detail: string
  /** It names an area that is not there. */
  readonly isMissingArea?: true
}

export const isFault = (resolved: object): resolved is FieldFault => 'detail' in resolved

/** The same, as files and single rows are judged: the one way in for both. */
export const uploadOf = <Given extends DatedGiven, Row extends object>(
  kind: DatedKind<Given, Row>,
  db: Db,
): UploadKind<Given, Row & Dated> => ({
  ...kind,
  tag: 'indicator',
  roles: ['statistician'],
  begin: (given, now) => DatedJudge.begin(kind, db, given, now),
  store: (rows) =>
    kind.isSliced
      ? insertDated(db, kind.table, rows)
      : db.transaction((tx) => insertDated(tx, kind.table, rows)),
})

class DatedJudge<Given extends DatedGiven, Row extends object> implements Judge<Given, Row & Dated> {
  readonly #kind: DatedKind<Given, Row>
  readonly #db: Db
  readonly #now: Micros
  readonly #areas: readonly AreaKey[]
  readonly #resolved: ReadonlyMap<Given, Row | FieldFault>
  /** By key, in the order in which they hold. */
  readonly #versions = new Map<string, (Row & Dated)[]>()
  readonly #added: (Row & Dated)[] = []

  static async begin<Given extends DatedGiven, Row extends object>(
    kind: DatedKind<Given, Row>,
    db: Db,
    given: readonly Given[],
    now: Micros,
  ): Promise<DatedJudge<Given, Row>> {
    const areas = await listAreaKeys(db)
    const resolved = new Map<Given, Row | FieldFault>()
    for (const [i, one] of given.entries()) {
      if (i % ROWS_A_TURN === 0) await nextTurn()
      resolved.set(one, kind.resolve(one, areas))
    }
    const rows = new Map<string, Row>()
    for (const row of resolved.values()) if (!isFault(row)) rows.set(keyOf(kind.table, row), row)
    const judge = new DatedJudge(kind, db, now, areas, resolved)
    for (const version of await versionsOf(db, kind.table, [...rows.values()])) judge.#add(version)
    return judge
  }

  private constructor(
    kind: DatedKind<Given, Row>,
    db: Db,
    now: Micros,
    areas: readonly AreaKey[],
    resolved: ReadonlyMap<Given, Row | FieldFault>,
  ) {
    this.#kind = kind
    this.#db = db
    this.#now = now
    this.#areas = areas
    this.#resolved = resolved
  }

  judge(given: Given): Judged<Row & Dated> {
    const resolved = this.#resolved.get(given)
    if (!resolved) throw new Error('judges only rows that it began with')
    if (isFault(resolved)) return { verdict: 'fault', ...resolved }
    const { recordedAt = this.#now, withdrawn } = given
    if (recordedAt > microsNow()) return fault('recordedAt', 'lies in the future')
    const imported = given.recordedAt !== undefined
    const row = { ...resolved, recordedAt, imported, isWithdrawn: withdrawn, enteredAt: this.#now }
    const key = keyOf(this.#kind.table, row)
    const before = this.#versions.get(key)?.findLast((version) => version.recordedAt <= recordedAt)
    const judged = compared(this.#kind.table, before, row)
    if (judged.verdict === 'new' || judged.verdict === 'revision') {
      this.#add(row)
      this.#added.push(row)
    }
    // One file may hold several vintages of a key.
    return judged.verdict === 'fault' ? judged : { ...judged, key: imported ? `${key} @${recordedAt}` : key }
  }

  warnings(): Promise<string[]> {
    return this.#kind.warnings?.(this.#db, this.#added, this.#areas) ?? Promise.resolve([])
  }

  #add(row: Row & Dated): void {
    const key = keyOf(this.#kind.table, row)
    const versions = this.#versions.get(key)
    if (!versions) return void this.#versions.set(key, [row])
    const next = versions.findIndex(({ recordedAt }) => recordedAt > row.recordedAt)
    versions.splice(next < 0 ? versions.length : next, 0, row)
  }
}

const fault = (field: string, detail: string) => ({ verdict: 'fault', field, detail }) as const

const keyOf = <Row>({ key }: DatedTable<Row>, row: Row): string =>
  key.map(([property]) => String(row[property])).join(' ')

function compared<Row extends object>(
  table: DatedTable<Row>,
  before: (Row & Dated) | undefined,
  row: Row & Dated,
): Judged<Row & Dated> {
  const key = keyOf(table, row)
  const wasThere = before !== undefined && !before.isWithdrawn
  if (row.isWithdrawn) {
    if (before?.isWithdrawn) return { verdict: 'unchanged', key, row: before }
    if (!before) return fault('withdrawn', `there is no ${key} to be withdrawn`)
    const detail = `${key} is withdrawn`
    const [was, is] = [{ withdrawn: false }, { withdrawn: true }]
    return { verdict: 'revision', key, row, field: 'withdrawn', detail, before: was, after: is }
  }
  if (!wasThere) return { verdict: 'new', key, row }
  const changed = table.rest.filter(([property, , type]) => !isSame(type, before[property], row[property]))
  const [first] = changed
  if (!first) return { verdict: 'unchanged', key, row: before }
  const [field] = first
  const members = (of: Row) => Object.fromEntries(changed.map(([property]) => [property, of[property]]))
  const detail = `${key}: ${field} ${String(before[field])} → ${String(row[field])}`
  return { verdict: 'revision', key, row, field, detail, before: members(before), after: members(row) }
}

/** 1.50 is the number 1.5. */
const isSame = (type: string, a: unknown, b: unknown): boolean =>
  a === b || (type === 'numeric' && a !== null && b !== null && Number(a) === Number(b))
