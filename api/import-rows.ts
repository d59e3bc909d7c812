import { parse } from 'csv-parse'
import type { z } from 'zod'
import { DatedDevice } from './device-document.ts'
import { longLineOf, RECORD_BYTES_MAX } from './uploads/csv.ts'

/** A row of an import as it stands in the file, counted from 1, the header of a CSV not counted. */
export interface ImportRow {
  readonly row: number
  readonly device: z.infer<typeof DatedDevice>
}

export interface RowFault {
  /** 0: the header. */
  readonly row: number
  /** Empty: the row as a whole. */
  readonly field: string
  readonly detail: string
}

const LISTS: ReadonlySet<string> = new Set(['externalIds', 'gateways', 'groups'])
const COLUMNS: ReadonlySet<string> = new Set([
  ...['id', 'type', 'profile', 'entity', 'area', 'lat', 'lon', 'access', 'role', 'clientId', 'externalIds'],
  ...['intervalS', 'gateways', 'groups', 'test', 'identity', 'ownerKind', 'owner', 'sims'],
  ...['validFrom', 'retiredAt', 'recordedAt'],
])

/** Reads the rows of a CSV with a header, delimited by commas or, where the header has none, by semicolons. Several names in
 *  one cell are parted by `|`. */
export async function* readCsv(body: Buffer): AsyncGenerator<ImportRow | RowFault> {
  const longLine = longLineOf(body)
  if (longLine !== null)
    return yield { row: 0, field: '', detail: `line ${longLine} is longer than ${RECORD_BYTES_MAX} bytes` }
  const head = body.subarray(0, body.indexOf(0x0a) < 0 ? body.length : body.indexOf(0x0a)).toString('utf8')
  const parser = parse(body, {
    bom: true,
    columns: true,
    delimiter: head.includes(',') ? ',' : ';',
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: RECORD_BYTES_MAX,
  })
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<Record<string, string>>) {
      // Said once: it would be the fault of every row.
      const unknown = row === 0 && Object.keys(cells).find((name) => !COLUMNS.has(name))
      if (unknown)
        return yield {
          row: 0,
          field: unknown,
          detail: `no such column; there are ${[...COLUMNS].join(', ')}`,
        }
      row++
      yield judge(row, fromCells(cells))
    }
  } catch (error) {
    yield { row: row + 1, field: '', detail: `no CSV: ${(error as Error).message}` }
  }
}

/** Reads one JSON object a line, as POST /devices takes it. */
export async function* readNdjson(body: Buffer): AsyncGenerator<ImportRow | RowFault> {
  let row = 0
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(0x0a, from)
    const line = body
      .subarray(from, end < 0 ? body.length : end)
      .toString('utf8')
      .trim()
    from = end < 0 ? body.length : end + 1
    if (line === '') continue
    row++
    let json: unknown
    try {
      json = JSON.parse(line)
    } catch {
      yield { row, field: '', detail: 'no JSON object on this line' }
      continue
    }
    yield judge(row, json)
  }
}

function judge(row: number, given: unknown): ImportRow | RowFault {
  const parsed = DatedDevice.safeParse(given)
  if (parsed.success) return { row, device: parsed.data }
  const [issue] = parsed.error.issues
  return { row, field: issue?.path.join('.') ?? '', detail: issue?.message ?? 'not valid' }
}

/** The object that POST /devices would take; an empty cell is a member left out. */
function fromCells(cells: Readonly<Record<string, string>>): Record<string, unknown> {
  const device: Record<string, unknown> = {}
  for (const [name, cell] of Object.entries(cells)) {
    if (cell === '' || name === 'lat' || name === 'lon') continue
    if (LISTS.has(name)) device[name] = cell.split('|').map((text) => text.trim())
    else if (name === 'sims') device[name] = cell.split('|').map((iccid) => ({ iccid: iccid.trim() }))
    else if (name === 'intervalS') device[name] = Number(cell)
    else if (name === 'test') device[name] = /^(true|1|yes)$/i.test(cell)
    else device[name] = cell
  }
  if (cells.lat || cells.lon) device.location = { lat: number(cells.lat), lon: number(cells.lon) }
  return device
}

const number = (text: string | undefined): number => (text ? Number(text) : Number.NaN)
