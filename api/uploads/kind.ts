import type { z } from 'zod'
import type { Role } from '../../core/ports.ts'
import type { Micros } from '../../core/time.ts'
import type { ImportedFile } from '../../store/import-batches.ts'
import type { Column } from './column.ts'

/** A table that can be sent as a file. */
export interface UploadKind<Given, Row> {
  readonly name: string
  /** Below /api/v1; `/import` and `/template` are added. */
  readonly path: string
  readonly tag: string
  /** What a row is, and what its key is: for the description of the route. */
  readonly words: string
  readonly roles: readonly Role[]
  readonly columns: readonly Column[]
  /** One row as the API takes it in JSON; cells are converted by the type of their column, an empty one is left out. */
  readonly given: z.ZodType<Given>
  readonly rowsMax: number
  /** Reads what the rows are judged against, once for all of them. */
  begin(given: readonly Given[], now: Micros): Promise<Judge<Given, Row>>
  /** All of them, in one transaction; `file` is what they came from. */
  store(rows: readonly Row[], file: ImportedFile): Promise<void>
}

/** Judges rows in the order of the file, each beside what is stored and beside those before it. */
export interface Judge<Given, Row> {
  judge(given: Given): Judged<Row>
  /** What is odd and still taken, in words; asked once all rows are judged. */
  warnings?(): string[] | Promise<string[]>
}

export type Judged<Row> =
  | { readonly verdict: 'fault'; readonly field: string; readonly detail: string }
  | {
      readonly verdict: 'new' | 'unchanged'
      /** Two rows of one file with the same key are a fault. */
      readonly key: string
      readonly row: Row
    }
  | {
      readonly verdict: 'revision'
      readonly key: string
      readonly row: Row
      /** The first of the fields that differ. */
      readonly field: string
      readonly detail: string
      /** The fields that differ. */
      readonly before: Readonly<Record<string, unknown>>
      readonly after: Readonly<Record<string, unknown>>
    }
