export type Cell = string | number | boolean | null

/** One line of RFC 4180. Null: an empty field. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(field).join(',')}\r\n`

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  // A spreadsheet would run a text that begins like a formula; names, comments and sources are typed by people.
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const LINES_PER_CHUNK = 500

/** Lines put together to pieces worth sending; whoever sends them lets others work in between. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = []
  for (const line of lines) {
    chunk.push(line)
    if (chunk.length < LINES_PER_CHUNK) continue
    yield chunk.join('')
    chunk = []
  }
  if (chunk.length > 0) yield chunk.join('')
}
