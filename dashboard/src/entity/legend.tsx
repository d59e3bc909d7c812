import type { Curve } from '../curves/curve.ts'
import type { Span } from '../curves/gaps.ts'
import { type Resolution, STEP_S } from '../curves/resolution.ts'
import { quantityName } from '../state/catalogue.ts'
import { formatCount } from '../text/format.ts'
import { formatUnit } from '../text/units.ts'
import type { ChartLine } from './chart-lines.ts'
import { channelOf, quantityOf } from './quantities.ts'
import { difference, type NumberFormat, pointAt, valueWithUnit } from './read-out.ts'
import { w } from './words.ts'

/** Where each curve says nothing. */
export type Gaps = ReadonlyMap<Curve, readonly Span[]>

interface Props {
  readonly lines: readonly ChartLine[]
  readonly unit: string
  readonly gaps: Gaps
  /** Null: what is newest is said. */
  readonly cursorS: number | null
  readonly resolution: Resolution
  readonly format: NumberFormat
  readonly leaveOut: (key: string) => void
}

/** What each line is, and what it says at the cursor. Its rows are always as high, whatever they say. */
export function Legend({ lines, unit, gaps, cursorS, resolution, format, leaveOut }: Props) {
  return (
    <ul class="curve-legend" data-testid="legend">
      {lines.map((line) => {
        const { value, range, earlier } = valuesAt(line, gaps, cursorS, format)
        return (
          <li key={line.key} class="curve-legend-row" data-testid="legend-row" data-quantity={line.key}>
            <Swatch colour={line.colour} />
            <span class="curve-legend-name">
              {line.label !== null && <b>{line.label}</b>} {nameBeside(line)}
            </span>
            <span class="curve-legend-value" data-testid="read-out">
              {value === null ? '–' : format(value)} <span class="unit">{formatUnit(unit)}</span>
            </span>
            {resolution !== 'raw' && <span class="curve-legend-range">{range}</span>}
            {line.earlier !== null && (
              <span class="curve-legend-earlier" data-testid="read-out-earlier">
                <Swatch colour={line.colour} isEarlier /> {earlier === null ? '–' : format(earlier)}
                <b class="curve-legend-difference">
                  {value !== null && earlier !== null && difference(value, earlier, unit, format)}
                </b>
              </span>
            )}
            {line.curve.doubtful.length > 0 && (
              <span class="doubt small">
                {w('curves.doubtful', { count: formatCount(line.curve.doubtful.length) })}
              </span>
            )}
            {lines.length > 1 && (
              <button
                type="button"
                class="curve-legend-leave"
                aria-label={w('curves.leaveOut', { name: quantityName(line.key) })}
                title={w('curves.leaveOut', { name: quantityName(line.key) })}
                onClick={() => leaveOut(line.key)}
              >
                ×
              </button>
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** A channel stands before the name already. */
const nameBeside = ({ key, label }: ChartLine): string =>
  quantityName(label !== null && label === channelOf(key) ? quantityOf(key) : key)

/** The same in words, for the chart's own announcement. */
export function readOuts(
  lines: readonly ChartLine[],
  gaps: Gaps,
  unit: string,
  cursorS: number | null,
  format: NumberFormat,
): string[] {
  return lines.map((line) => {
    const { value, range, earlier } = valuesAt(line, gaps, cursorS, format)
    const name = quantityName(line.key)
    if (value === null) return `${name}: ${w('curves.silence')}`
    const more = [
      line.curve.resolution === 'raw' ? '' : w('curves.fromTo', { range }),
      earlier === null ? '' : w('curves.earlierValue', { value: valueWithUnit(earlier, unit, format) }),
    ]
    return [`${name} ${valueWithUnit(value, unit, format)}`, ...more.filter(Boolean)].join(', ')
  })
}

function valuesAt(line: ChartLine, gaps: Gaps, cursorS: number | null, format: NumberFormat) {
  const point = pointAt(line.curve, gaps.get(line.curve) ?? [], cursorS)
  // A bucket is at its middle.
  const newestS = point === null ? null : point.timeS + STEP_S[line.curve.resolution] / 2
  const atS = cursorS ?? newestS
  const earlier = line.earlier === null ? null : pointAt(line.earlier, gaps.get(line.earlier) ?? [], atS)
  return {
    value: point?.value ?? null,
    range: point === null ? '' : `${format(point.low)} – ${format(point.high)}`,
    earlier: earlier?.value ?? null,
  }
}

function Swatch({ colour, isEarlier = false }: { colour: string; isEarlier?: boolean }) {
  return (
    <svg class="swatch" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true">
      <line
        x1="0"
        y1="5"
        x2="22"
        y2="5"
        style={{ stroke: `var(--${colour})` }}
        stroke-width={isEarlier ? 1.5 : 3}
        stroke-dasharray={isEarlier ? '5 4' : undefined}
      />
    </svg>
  )
}
