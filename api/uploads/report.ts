import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { microsNow } from '../../core/time.ts'
import { readCsv } from './csv.ts'
import type { Judged, UploadKind } from './kind.ts'
import { FileFault, type RowFault, readTable } from './table.ts'
import { readXlsx } from './xlsx.ts'

const ITEMS_MAX = 1000
const WARNINGS_MAX = 100
/** Rows judged before others get their turn. */
const ROWS_A_TURN = 500

const VERDICTS = ['fault', 'revision', 'new', 'unchanged'] as const

const Item = z.object({
  row: z.number().describe('counted from 1, the header not counted; 0: the file'),
  verdict: z.enum(VERDICTS),
  field: z.string(),
  detail: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
})
type Item = z.infer<typeof Item>

/** What becomes of a file: the same before and after it is stored. */
export const Report = z.object({
  kind: z.string(),
  file: z.object({ name: z.string().optional(), sha256: z.string(), rows: z.number() }),
  new: z.number(),
  unchanged: z.number(),
  revisions: z.number(),
  faulty: z.number(),
  items: z.array(Item).describe(`faults first, then revisions, then the others; at most ${ITEMS_MAX}`),
  cut: z.number().describe('how many more there are'),
  warnings: z.array(z.string()),
})
export type Report = z.infer<typeof Report>

export interface UploadedFile {
  readonly body: Buffer
  readonly name?: string | undefined
  readonly sheet?: string | undefined
}

/** Reads and judges a file; `rows` are those to store: the new ones and the revisions. */
export async function judgeFile<Given, Row>(
  kind: UploadKind<Given, Row>,
  file: UploadedFile,
): Promise<{ report: Report; rows: Row[] }> {
  const items = new Items()
  const { given, count } = await parseRows(kind, file, items)
  const judge = await kind.begin(
    given.map(([, row]) => row),
    microsNow(),
  )
  const rows: Row[] = []
  const seen = new Map<string, number>()
  for (const [i, [row, values]] of given.entries()) {
    if (i % ROWS_A_TURN === 0) await nextTurn()
    const judged = unlessSeen(judge.judge(values), row, seen)
    items.add(itemOf(row, judged))
    if (judged.verdict === 'new' || judged.verdict === 'revision') rows.push(judged.row)
  }
  const warnings = items.count('fault') > 0 ? [] : ((await judge.warnings?.()) ?? [])
  return { report: reportOf(kind.name, file, count, items, warnings), rows }
}

async function parseRows<Given, Row>(
  { columns, given: schema, rowsMax }: UploadKind<Given, Row>,
  { body, sheet }: UploadedFile,
  items: Items,
): Promise<{ given: (readonly [row: number, Given])[]; count: number }> {
  const given: (readonly [number, Given])[] = []
  let count = 0
  for await (const row of readTable(linesOf(body, sheet), columns, rowsMax)) {
    if (row.row > 0) count++
    if (count % ROWS_A_TURN === 0) await nextTurn()
    if ('detail' in row) {
      items.add(faultItem(row))
      continue
    }
    const parsed = schema.safeParse(row.cells)
    if (parsed.success) {
      given.push([row.row, parsed.data])
      continue
    }
    const [issue] = parsed.error.issues
    const field = issue?.path.join('.') ?? ''
    const isLeftOut = issue?.code === 'invalid_type' && !(field in row.cells)
    const detail = isLeftOut ? 'is empty, and takes a value' : (issue?.message ?? 'not valid')
    items.add(faultItem({ row: row.row, field, detail }))
  }
  if (given.length === 0 && items.count('fault') === 0)
    items.add(faultItem({ row: 0, field: '', detail: 'there are no rows below the header' }))
  return { given, count }
}

/** What the file is, by its first bytes: what it is called is not always true. */
export async function* linesOf(body: Buffer, sheet?: string): AsyncGenerator<readonly string[]> {
  const magic = body.subarray(0, 4).toString('hex')
  if (magic === 'd0cf11e0')
    throw new FileFault('the file is an old .xls or has a password: save it as .xlsx without one, or as CSV')
  if (magic === '504b0304')
    yield* readXlsx(body, sheet !== undefined && /^\d{1,3}$/.test(sheet) ? Number(sheet) : (sheet ?? 1))
  else yield* readCsv(body)
}

function unlessSeen<Row>(judged: Judged<Row>, row: number, seen: Map<string, number>): Judged<Row> {
  if (judged.verdict === 'fault') return judged
  const before = seen.get(judged.key)
  if (before !== undefined)
    return {
      verdict: 'fault',
      field: '',
      detail: `is about the same as row ${before}: ${shownKey(judged.key)}`,
    }
  seen.set(judged.key, row)
  return judged
}

/** Of a digest eight digits, as everywhere. */
const shownKey = (key: string): string => key.replaceAll(/\b([0-9a-f]{8})[0-9a-f]{56}\b/g, '$1')

const faultItem = ({ row, field, detail }: RowFault): Item => ({
  row,
  verdict: 'fault',
  field,
  detail,
  before: null,
  after: null,
})

function itemOf(row: number, judged: Judged<unknown>): Item {
  if (judged.verdict === 'fault') return faultItem({ row, ...judged })
  if (judged.verdict !== 'revision')
    return {
      row,
      verdict: judged.verdict,
      field: '',
      detail: shownKey(judged.key),
      before: null,
      after: null,
    }
  const { verdict, field, detail, before, after } = judged
  return { row, verdict, field, detail, before: { ...before }, after: { ...after } }
}

/** How many rows there are of each verdict, and the first of them. */
class Items {
  readonly #counts = new Map<Item['verdict'], number>()
  readonly #first = new Map<Item['verdict'], Item[]>(VERDICTS.map((verdict) => [verdict, []]))

  add(item: Item): void {
    this.#counts.set(item.verdict, this.count(item.verdict) + 1)
    const first = this.#first.get(item.verdict) ?? []
    if (first.length < ITEMS_MAX) first.push(item)
  }

  count(verdict: Item['verdict']): number {
    return this.#counts.get(verdict) ?? 0
  }

  shown(): Item[] {
    return VERDICTS.flatMap((verdict) => this.#first.get(verdict) ?? []).slice(0, ITEMS_MAX)
  }
}

function reportOf(
  kind: string,
  { body, name }: UploadedFile,
  rows: number,
  items: Items,
  warnings: readonly string[],
): Report {
  const shown = items.shown()
  const [faulty, revisions] = [items.count('fault'), items.count('revision')]
  const [added, unchanged] = [items.count('new'), items.count('unchanged')]
  return {
    kind,
    file: {
      ...(name === undefined ? {} : { name }),
      sha256: createHash('sha256').update(body).digest('hex'),
      rows,
    },
    new: added,
    ...{ unchanged, revisions, faulty },
    items: shown,
    cut: faulty + revisions + added + unchanged - shown.length,
    warnings: shortened(warnings),
  }
}

const shortened = (warnings: readonly string[]): string[] =>
  warnings.length <= WARNINGS_MAX
    ? [...warnings]
    : [...warnings.slice(0, WARNINGS_MAX), `and ${warnings.length - WARNINGS_MAX} more`]
