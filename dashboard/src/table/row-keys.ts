/** The row that a key leads to, which may lie outside of the list; null: the key is none of these. */
export function keyTarget(key: string, index: number, page: number, count: number): number | null {
  if (key === 'ArrowDown') return index + 1
  if (key === 'ArrowUp') return index - 1
  if (key === 'PageDown') return index + page
  if (key === 'PageUp') return index - page
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  return null
}

/** Scrolls as little as needed; the head row stays over the first `headPx` of the rows. */
export function reveal(scroller: HTMLElement, index: number, rowPx: number): void {
  const headPx = scroller.querySelector('thead')?.offsetHeight ?? 0
  const topPx = index * rowPx
  if (topPx < scroller.scrollTop) scroller.scrollTop = topPx
  const overPx = topPx + rowPx + headPx - scroller.scrollTop - scroller.clientHeight
  if (overPx > 0) scroller.scrollTop += overPx
}
