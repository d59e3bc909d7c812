import type { Curve, CurvePoint } from '../curves/curve.ts'

export interface TableRow {
  readonly timeS: number
  /** In the order of the curves; null: nothing at that time. */
  readonly cells: readonly (CurvePoint | { readonly doubtful: number | null } | null)[]
}

/** The points of all curves by time, the newest first. */
export function tableRows(curves: readonly Curve[], fromS: number, toS: number): TableRow[] {
  const rows = new Map<number, TableRow['cells'][number][]>()
  curves.forEach(({ points, doubtful }, column) => {
    const put = (timeS: number, cell: TableRow['cells'][number]): void => {
      if (timeS < fromS || timeS > toS) return
      const cells = rows.get(timeS) ?? curves.map(() => null)
      cells[column] = cell
      rows.set(timeS, cells)
    }
    for (const { timeS, value } of doubtful) put(timeS, { doubtful: value })
    for (const point of points) put(point.timeS, point)
  })
  return [...rows].map(([timeS, cells]) => ({ timeS, cells })).sort((a, b) => b.timeS - a.timeS)
}
