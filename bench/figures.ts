export const rounded = (value: number): number => Math.round(value * 100) / 100

/** A figure beside its target. */
export interface Judged {
  readonly value: number
  readonly atMost: number
  readonly met: boolean
}

export const judged = (value: number, atMost: number): Judged => ({
  value: rounded(value),
  atMost,
  met: value <= atMost,
})

/** For people: the value, and whether it is within its target. */
export const shownJudged = ({ value, atMost, met }: Judged): string =>
  `${value} ${met ? '≤' : 'MISSED >'} ${atMost}`

export const shown = (value: number | null | undefined): string =>
  value == null || Number.isNaN(value) ? '–' : value.toFixed(1)

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** A table for people; the first `texts` columns are text, the others numbers. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  texts: number,
): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < texts ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
  return [head, ...rows].map(line).join('\n')
}
