const OVERSCAN_ROWS = 6

interface View {
  readonly scrollPx: number
  readonly heightPx: number
  readonly rowPx: number
  readonly count: number
  /** A row to keep although it is out of sight (it has the focus), or -1. */
  readonly keep: number
}

export interface Slot {
  readonly index: number
  /** Rows left out between this and the slot before. The last slot may stand for the end: its index is `count`. */
  readonly skipped: number
}

/** The rows to draw, ascending: those in sight and a few more on both sides; then one slot for the end. */
export function rowWindow({ scrollPx, heightPx, rowPx, count, keep }: View): Slot[] {
  const first = Math.max(0, Math.floor(scrollPx / rowPx) - OVERSCAN_ROWS)
  const last = Math.min(count - 1, Math.ceil((scrollPx + heightPx) / rowPx) + OVERSCAN_ROWS)
  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  if (keep >= 0 && keep < Math.min(first, count)) indices.unshift(keep)
  if (keep > last && keep < count) indices.push(keep)
  return [...indices, count].map((index, place) => ({
    index,
    skipped: index - (indices[place - 1] ?? -1) - 1,
  }))
}
