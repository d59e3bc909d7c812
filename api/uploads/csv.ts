import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { FileFault } from './table.ts'

export const RECORD_BYTES_MAX = 65_536
const CHUNK_BYTES = 65_536

/** Lines of a CSV (RFC 4180) in UTF-8, with or without a byte order mark, delimited by commas, or by semicolons or tabs where the
 *  header has none. Throws FileFault. */
export async function* readCsv(body: Buffer): AsyncGenerator<readonly string[]> {
  if (!isUtf8(body) || body.includes(0))
    throw new FileFault('the file is no text in UTF-8: save it as “CSV UTF-8”, or as XLSX')
  // The parser counts what is in the fields: a line of commas alone would become millions of them.
  const longLine = longLineOf(body)
  if (longLine !== null) throw tooLong(`line ${longLine}`)
  const end = body.indexOf(0x0a)
  const head = body.subarray(0, end < 0 ? body.length : end).toString('utf8')
  const parser = Readable.from(chunksOf(body)).pipe(
    parse({
      bom: true,
      delimiter: [',', ';', '\t'].find((delimiter) => head.includes(delimiter)) ?? ',',
      relax_column_count: true,
      max_record_size: RECORD_BYTES_MAX,
    }),
  )
  try {
    yield* parser as AsyncIterable<readonly string[]>
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw error.code === 'CSV_MAX_RECORD_SIZE'
      ? tooLong('the next row')
      : new FileFault(`no CSV: ${error.message}`)
  }
}

const tooLong = (which: string) =>
  new FileFault(`${which} is longer than ${RECORD_BYTES_MAX} bytes: a quote that is not closed?`)

/** The number of the first line that is too long for a row, or null. */
export function longLineOf(body: Buffer): number | null {
  let lines = 1
  let from = 0
  for (let at = 0; at < body.length; at++) {
    if (at - from > RECORD_BYTES_MAX) return lines
    if (body[at] !== 0x0a && body[at] !== 0x0d) continue
    if (body[at] === 0x0a) lines++
    from = at + 1
  }
  return null
}

function* chunksOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES)
}
