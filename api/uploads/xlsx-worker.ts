import { parentPort, workerData } from 'node:worker_threads'
import {
  type CellValue,
  InvalidSpreadsheetError,
  readSheet,
  SheetNotFoundError,
} from 'read-excel-file/universal'
import { FileFault } from './table.ts'
import type { XlsxReply, XlsxRequest } from './xlsx.ts'
import { unzipped } from './zip-directory.ts'

const DIGITS_MAX = 15

async function read({ bytes, sheet }: XlsxRequest): Promise<XlsxReply> {
  try {
    for (const [name, content] of unzipped(Buffer.from(bytes)))
      if (/^xl\/worksheets\/[^/]+\.xml$/.test(name)) refuseValueless(content.toString('utf8'))
    const lines = await readSheet<string>(bytes, sheet, { parseNumber: numberText })
    return { lines: lines.map((line) => line.map(cellText)) }
  } catch (error) {
    if (error instanceof FileFault) return { fault: error.message }
    if (error instanceof SheetNotFoundError) return { fault: `there is no sheet ${JSON.stringify(sheet)}` }
    const why = error instanceof InvalidSpreadsheetError ? `: ${error.message}` : ''
    return { fault: `the file cannot be read as an XLSX workbook${why}` }
  }
}

const ERROR_CELL = /<c\b[^>]*\bt="e"[^>]*>/
// A formula may well come to an empty text.
const UNCOMPUTED_CELL = /<c\b[^>]*>\s*<f\b(?:[^>]*\/>|[^>]*>[^<]*<\/f>)\s*(?:<v\s*\/>|<v>\s*<\/v>)?\s*<\/c>/

/** Throws FileFault where a formula came to an error or to nothing yet: read as an empty cell, it would say something else. */
function refuseValueless(sheet: string): void {
  const [error] = ERROR_CELL.exec(sheet) ?? []
  if (error) throw new FileFault(`${cellNamed(error)} holds an error such as #N/A: mend it, or empty it`)
  const [formula] = UNCOMPUTED_CELL.exec(sheet) ?? []
  if (formula)
    throw new FileFault(
      `${cellNamed(formula)} holds a formula without its result: open the file and save it again`,
    )
}

const cellNamed = (tag: string): string => `cell ${/\br="([A-Z]+\d+)"/.exec(tag)?.[1] ?? '?'}`

/** As a person would have typed it: a workbook says 1.1000000000000001 for 1.1. More digits than a spreadsheet keeps come out
 *  with an exponent, and so as what they are: lost. */
function numberText(text: string): string {
  const value = Number(text)
  return Number.isFinite(value) && Math.abs(value) < 10 ** DIGITS_MAX ? String(value) : value.toExponential(5)
}

function cellText(cell: CellValue<string> | null): string {
  if (cell === null) return ''
  if (!(cell instanceof Date)) return String(cell)
  // A workbook has no zone: its clock is the province's.
  const text = cell.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : `${text.slice(0, 19)}+07:00`
}

parentPort?.postMessage(await read(workerData as XlsxRequest))
