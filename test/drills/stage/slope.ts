export interface Slope {
  /** Change of y for one x. */
  readonly perX: number
  readonly standardError: number
  readonly mean: number
}

/** The line through the points by least squares, and the standard error of its slope; NaN for fewer than three points. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  const n = points.length
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / n
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const perX = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0) / spread
  const residue = points.reduce((sum, [x, y]) => sum + (y - mean - perX * (x - meanX)) ** 2, 0)
  return { perX, mean, standardError: n < 3 ? Number.NaN : Math.sqrt(residue / (n - 2) / spread) }
}
