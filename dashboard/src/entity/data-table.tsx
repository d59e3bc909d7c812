import { useMemo } from 'preact/hooks'
import type { CurvePoint } from '../curves/curve.ts'
import type { Resolution } from '../curves/resolution.ts'
import { quantityName } from '../state/catalogue.ts'
import { formatCount, formatExact } from '../text/format.ts'
import { t } from '../text/messages.ts'
import { formatUnit } from '../text/units.ts'
import type { ChartLine } from './chart-lines.ts'
import { unitOf } from './quantities.ts'
import { formatFor, type NumberFormat, whenText } from './read-out.ts'
import { type TableRow, tableRows } from './table-rows.ts'
import type { Window } from './view.ts'
import { w } from './words.ts'

interface Props {
  readonly lines: readonly ChartLine[]
  readonly window: Window
  readonly resolution: Resolution
}

/** A file has them all. */
const ROWS_MAX = 300

/** The curves as numbers. */
export function DataTable({ lines, window, resolution }: Props) {
  const { rows, formats } = useMemo(() => {
    const curves = lines.map(({ curve }) => curve)
    return {
      rows: tableRows(curves, window.fromMs / 1_000, window.toMs / 1_000),
      formats: curves.map(({ points }) => formatFor(resolution, extent(points))),
    }
  }, [lines, window])
  return (
    <div class="data-table" data-testid="data-table">
      {rows.length > ROWS_MAX && (
        <p class="muted small">
          {w('table.newest', { shown: formatCount(ROWS_MAX), all: formatCount(rows.length) })}
        </p>
      )}
      {/* Scrolls by the keyboard, too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus (WCAG 2.1.1) */}
      <section class="data-table-rows" tabIndex={0} aria-label={w('table.title')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{w('table.time')}</th>
              {lines.map(({ key }) => (
                <th scope="col" class="right" key={key}>
                  {quantityName(key)} {formatUnit(unitOf(key)) !== '' && `(${formatUnit(unitOf(key))})`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_MAX).map(({ timeS, cells }) => (
              <tr key={timeS}>
                <th scope="row">{whenText(timeS, resolution)}</th>
                {cells.map((cell, column) => (
                  <td class="right" key={lines[column]?.key}>
                    {cellText(cell, resolution, formats[column] ?? formatExact)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}

function cellText(cell: TableRow['cells'][number], resolution: Resolution, format: NumberFormat): string {
  if (cell === null) return '–'
  if ('doubtful' in cell) {
    const value = cell.doubtful === null ? '–' : format(cell.doubtful)
    return `${value} (${t('quality.implausible')})`
  }
  if (resolution === 'raw') return format(cell.value)
  return `${format(cell.value)} (${format(cell.low)} – ${format(cell.high)})`
}

function extent(points: readonly CurvePoint[]): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity]
  for (const { low, high } of points) {
    min = Math.min(min, low)
    max = Math.max(max, high)
  }
  return { min, max }
}
