import writeExcelFile from 'write-excel-file/node'
import type { Column } from './column.ts'

const SHEET = 'Plumbline'

/** An empty table with its headers and one row as an example; with a byte order mark, without which a spreadsheet takes a CSV for
 *  something else than UTF-8. */
export function csvTemplate(columns: readonly Column[], lang: 'vi' | 'en'): string {
  const lines = [columns.map((column) => header(column, lang)), columns.map(({ example }) => example)]
  return `\ufeff${lines.map((line) => `${line.map(quoted).join(',')}\r\n`).join('')}`
}

/** The same as a workbook; all its cells are text, so that no code loses its zeros and no month becomes a day. */
export const xlsxTemplate = (columns: readonly Column[], lang: 'vi' | 'en'): Promise<Buffer> =>
  writeExcelFile(
    [
      columns.map((column) => ({ value: header(column, lang), fontWeight: 'bold' as const })),
      columns.map(({ example }) => (example === '' ? null : { value: example, type: String, format: '@' })),
    ],
    { sheet: SHEET, columns: columns.map(() => ({ width: 18 })) },
  ).toBuffer()

const header = ({ name, nameVi }: Column, lang: 'vi' | 'en'): string => (lang === 'vi' ? nameVi : name)

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
