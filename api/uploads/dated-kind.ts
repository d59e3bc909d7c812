import { setImmediate as nextTurn } from 'node:timers/promises'
import type { z } from 'zod'
import { formatTime, type Micros } from '../../core/time.ts'
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
  begin: (given, now) => judgeAll(kind, db, given, now),
  store: (rows) =>
    kind.isSliced
      ? insertDated(db, kind.table, rows)
      : db.transaction((tx) => insertDated(tx, kind.table, rows)),
})

/** What is said of one time is judged after what is said of an earlier one, wherever it stands in the file: a row that says what
 *  stands now is beside all that the file says of the past, and the same file again changes nothing. */
async function judgeAll<Given extends DatedGiven, Row extends object>(
  kind: DatedKind<Given, Row>,
  db: Db,
  given: readonly Given[],
  now: Micros,
): Promise<Judge<Given, Row & Dated>> {
  const areas = await listAreaKeys(db)
  const judged = new Map<Given, Judged<Row & Dated>>()
  const rows = new Map<Given, Row & Dated>()
  for (const [i, one] of given.entries()) {
    if (i % ROWS_A_TURN === 0) await nextTurn()
    const row = datedRow(one, kind.resolve(one, areas), now)
    if (isFault(row)) judged.set(one, { verdict: 'fault', ...row })
    else rows.set(one, row)
  }
  const timelines = new Timelines(kind.table)
  const byKey = new Map([...rows.values()].map((row) => [keyOf(kind.table, row), row]))
  for (const version of await versionsOf(db, kind.table, [...byKey.values()])) timelines.add(version)
  const added: (Row & Dated)[] = []
  for (const [one, row] of [...rows].sort(([, a], [, b]) => a.recordedAt - b.recordedAt)) {
    if (judged.size % ROWS_A_TURN === 0) await nextTurn()
    const verdict = timelines.judge(row)
    judged.set(one, verdict)
    if (verdict.verdict === 'new' || verdict.verdict === 'revision') added.push(row)
  }
  return {
    judge: (one) => judged.get(one) ?? fault('', 'was not among the rows'),
    warnings: () => kind.warnings?.(db, added, areas) ?? [],
  }
}

function datedRow<Row extends object>(
  { recordedAt, withdrawn }: DatedGiven,
  row: Row | FieldFault,
  now: Micros,
): (Row & Dated) | FieldFault {
  if (isFault(row)) return row
  if (recordedAt !== undefined && recordedAt > now)
    return { field: 'recordedAt', detail: 'lies in the future' }
  const imported = recordedAt !== undefined
  return { ...row, recordedAt: recordedAt ?? now, imported, isWithdrawn: withdrawn, enteredAt: now }
}

/** What is stored of some keys, and what is about to be. */
class Timelines<Row extends object> {
  readonly #table: DatedTable<Row>
  /** By key, in the order in which they hold. */
  readonly #versions = new Map<string, (Row & Dated)[]>()

  constructor(table: DatedTable<Row>) {
    this.#table = table
  }

  /** Beside what stands at the row's time; what it changes stands from then on. */
  judge(row: Row & Dated): Judged<Row & Dated> {
    const key = keyOf(this.#table, row)
    const before = this.#versions.get(key)?.findLast(({ recordedAt }) => recordedAt <= row.recordedAt)
    const judged = compared(this.#table, before, row)
    if (judged.verdict === 'fault') return judged
    if (judged.verdict !== 'unchanged') this.add(row)
    // One file may hold several vintages of a key.
    return row.imported ? { ...judged, key: `${key} @${formatTime(row.recordedAt)}` } : judged
  }

  add(row: Row & Dated): void {
    const key = keyOf(this.#table, row)
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
