import type { Outcome, StoreKind } from './stage/drill.ts'

export interface Result extends Outcome {
  readonly drill: string
  readonly store: StoreKind
  readonly seconds: number
  /** Why it could not run here; null: it ran. */
  readonly skipped: string | null
}

export const isSound = ({ lost, faults }: Result): boolean => lost === 0 && faults.length === 0

/** Columns of text, for reading. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { drill, store, acknowledged, lost, faults, seconds, skipped } = result
    return skipped === null
      ? [drill, store, String(acknowledged), String(lost), String(faults.length), seconds.toFixed(0)]
      : [drill, store, 'skipped', '-', '-', '-']
  })
  return columns([['drill', 'store', 'acknowledged', 'LOST', 'faults', 'seconds'], ...rows])
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
