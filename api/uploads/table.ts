import { type Column, cellValue, plain } from './column.ts'

/** A row as it stands in the file, counted from 1, the header not counted. */
export interface TableRow {
  readonly row: number
  /** By column; an empty cell is left out. */
  readonly cells: Readonly<Record<string, unknown>>
}

export interface RowFault {
  /** 0: the file or its header. */
  readonly row: number
  /** Empty: the row as a whole. */
  readonly field: string
  readonly detail: string
}

/** Raised by a reader for what cannot be read at all: no row after it is looked at. */
export class FileFault extends Error {}

const CELL_CHARS_MAX = 10_000

/** Rows under the names of their columns, from lines of cells of which the first is the header. */
export async function* readTable(
  lines: AsyncIterable<readonly string[]>,
  columns: readonly Column[],
  rowsMax: number,
): AsyncGenerator<TableRow | RowFault> {
  let header: readonly (Column | null)[] | null = null
  let row = 0
  try {
    for await (const line of lines) {
      if (header === null) {
        header = readHeader(line, columns)
        continue
      }
      if (++row > rowsMax) throw new FileFault(`more than ${rowsMax} rows: send several files`)
      if (line.every((cell) => cell.trim() === '')) continue
      yield readRow(row, line, header)
    }
    if (header === null) throw new FileFault(`the file is empty; ${expected(columns)}`)
  } catch (error) {
    if (!(error instanceof FileFault)) throw error
    yield { row: header === null ? 0 : row, field: '', detail: error.message }
  }
}

function readHeader(line: readonly string[], columns: readonly Column[]): (Column | null)[] {
  const byName = new Map(
    columns.flatMap((column) =>
      [column.name, column.nameVi, ...(column.aliases ?? [])].map((name) => [plain(name), column] as const),
    ),
  )
  const found = line.map((cell) => {
    if (cell.trim() === '') return null
    const column = byName.get(plain(cell))
    if (column) return column
    throw new FileFault(`no column is called ${shown(cell)}; ${expected(columns)}`)
  })
  const twice = found.find((column, i) => column && found.indexOf(column) !== i)
  if (twice) throw new FileFault(`two columns are called ${twice.name}`)
  const missing = columns.find((column) => column.isRequired && !found.includes(column))
  if (missing) throw new FileFault(`there is no column ${missing.name}; ${expected(columns)}`)
  return found
}

const expected = (columns: readonly Column[]): string =>
  `the first row takes the headers ${columns.map(({ name, nameVi }) => `${name} (${nameVi})`).join(', ')}`

function readRow(
  row: number,
  line: readonly string[],
  header: readonly (Column | null)[],
): TableRow | RowFault {
  const cells: Record<string, unknown> = {}
  for (const [i, raw] of line.entries()) {
    const text = raw.trim()
    if (text === '') continue
    const column = header[i]
    if (!column)
      return {
        row,
        field: '',
        detail: `cell ${i + 1} is under no header: a merged header, or a cell too many`,
      }
    const detail = faultOfText(text)
    if (detail) return { row, field: column.name, detail }
    cells[column.name] = cellValue(column, text)
  }
  return { row, cells }
}

function faultOfText(text: string): string | null {
  if (text.length > CELL_CHARS_MAX) return `longer than ${CELL_CHARS_MAX} characters`
  // Another spreadsheet that is made of it later would run it.
  if (/^[=@]/.test(text) || (/^[+-]/.test(text) && !/^[+-]?[\d.,]+$/.test(text)))
    return `${shown(text)} would be run as a formula by a spreadsheet`
  if (/^\d([.,]\d+)?e\+\d+$/i.test(text))
    return `${shown(text)} is a number whose digits a spreadsheet has dropped: format the column as text`
  return text.includes('\0') ? 'has a zero byte in it' : null
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
