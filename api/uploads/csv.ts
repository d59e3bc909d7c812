import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { FileFault } from './table.ts'

const RECORD_BYTES_MAX = 65_536
const CHUNK_BYTES = 65_536

/** Lines of a CSV (RFC 4180) in UTF-8, with or without a byte order mark, delimited by commas, or by semicolons or tabs where the
 *  header has none. Throws FileFault. */
export async function* readCsv(body: Buffer): AsyncGenerator<readonly string[]> {
  if (!isUtf8(body) || body.includes(0))
    throw new FileFault('the file is no text in UTF-8: save it as “CSV UTF-8”, or as XLSX')
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
    throw new FileFault(
      error.code === 'CSV_MAX_RECORD_SIZE'
        ? `the next row is longer than ${RECORD_BYTES_MAX} bytes: a quote that is not closed?`
        : `no CSV: ${error.message}`,
    )
  }
}

function* chunksOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES)
}
