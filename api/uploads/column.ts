/** What a cell is read as: `month` is `YYYY-MM` and `period` a year, quarter or month, both of which a spreadsheet likes to
 *  make a day of; `decimal` stays text. */
type CellType = 'text' | 'whole' | 'decimal' | 'flag' | 'day' | 'month' | 'period'

export interface Column {
  /** As in the API. */
  readonly name: string
  readonly nameVi: string
  /** Further headers that mean it. */
  readonly aliases?: readonly string[]
  readonly type: CellType
  /** What else a cell may say, as `plain` has it, and the code that it means. */
  readonly words?: Readonly<Record<string, string>>
  readonly isRequired?: boolean
  /** Of the row in the template. */
  readonly example: string
}

/** A header as it is compared: without case, diacritics, blanks and punctuation. */
export const plain = (header: string): string =>
  header
    .normalize('NFD')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** The value that a row in JSON would have; text that is not of the type stays as it is, for the row's schema to refuse. */
export function cellValue({ type, words }: Column, text: string): unknown {
  switch (type) {
    case 'text':
      return words?.[plain(text)] ?? text
    case 'whole':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text
    case 'flag':
      if (/^(true|1|yes|x|có|co|đúng)$/i.test(text)) return true
      return /^(false|0|no|không|khong|sai)$/i.test(text) ? false : text
    case 'month':
    case 'period':
      return text.replace(/^(\d{4}-\d{2})-01$/, '$1')
    default:
      return text
  }
}
