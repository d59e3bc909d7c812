type Fields = Readonly<Record<string, unknown>>

export type Verdict = 'fault' | 'revision' | 'new' | 'unchanged'

export interface ReportItem {
  /** Counted from 1, the header not counted; 0: the file as a whole. */
  readonly row: number
  readonly verdict: Verdict
  readonly field: string
  readonly detail: string
  readonly before: Fields | null
  readonly after: Fields | null
}

/** What becomes of a file: the same before and after it is stored. */
export interface Report {
  readonly kind: string
  readonly file: { readonly name?: string; readonly sha256: string; readonly rows: number }
  readonly new: number
  readonly unchanged: number
  readonly revisions: number
  readonly faulty: number
  readonly items: readonly ReportItem[]
  /** How many more there are. */
  readonly cut: number
  readonly warnings: readonly string[]
}
