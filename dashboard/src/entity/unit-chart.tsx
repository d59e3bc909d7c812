import { type Signal, useSignalEffect } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { Chart } from '../curves/draw-chart.ts'
import type { Frame } from '../curves/frame.ts'
import type { Span } from '../curves/gaps.ts'
import { type Resolution, STEP_S } from '../curves/resolution.ts'
import { useChart } from '../curves/use-chart.ts'
import type { ChartLine } from './chart-lines.ts'
import { type Gaps, Legend, readOuts } from './legend.tsx'
import { movedBy, snapped } from './move-cursor.ts'
import type { ChartGroup } from './quantities.ts'
import { formatFor, whenText } from './read-out.ts'
import { w } from './words.ts'

interface Props {
  readonly group: ChartGroup
  readonly title: string
  readonly lines: readonly ChartLine[]
  /** Null: there is nothing to draw. */
  readonly frame: Frame | null
  readonly resolution: Resolution
  /** Shared by the charts of the page. Epoch seconds. */
  readonly cursor: Signal<number | null>
  readonly select: (span: Span) => void
  /** Half or twice as much time around the cursor. */
  readonly zoom: (factor: 0.5 | 2) => void
  readonly leaveOut: (key: string) => void
  /** Hands out the drawn chart, for a picture of it. */
  readonly drawn: (chart: Chart | null) => void
}

/** The quantities of one unit over time, with what they are at the cursor. */
export function UnitChart(props: Props) {
  const { group, title, lines, frame, resolution, cursor, leaveOut } = props
  return (
    <figure class="unit-chart" data-testid="unit-chart" data-unit={group.id}>
      <figcaption class="unit-chart-title">{title}</figcaption>
      {frame === null ? (
        <p class="unit-chart-empty muted">{w('curves.empty')}</p>
      ) : (
        <Plot {...props} frame={frame} />
      )}
      <Legend
        lines={lines}
        unit={group.unit}
        gaps={gapsOf(frame)}
        cursorS={cursor.value}
        resolution={resolution}
        format={formatFor(resolution, frame?.scale ?? null)}
        leaveOut={leaveOut}
      />
    </figure>
  )
}

function Plot({
  group,
  title,
  lines,
  frame,
  resolution,
  cursor,
  select,
  zoom,
  drawn,
}: Props & { frame: Frame }) {
  const container = useRef<HTMLDivElement>(null)
  const chart = useRef<Chart | null>(null)
  const { fromS, toS } = frame.window
  const timesS = useMemo(() => timesOf(lines, frame.window), [frame])
  useChart({
    container,
    frame,
    strokes: lines.flatMap((line) => line.strokes),
    pointed: (timeS) => {
      cursor.value = timeS === null ? null : snapped(timesS, timeS, (toS - fromS) * SNAP_SHARE)
    },
    selected: select,
    drawn: (next) => {
      chart.current = next
      drawn(next)
    },
  })
  useSignalEffect(() => {
    const timeS = cursor.value
    chart.current?.point(timeS)
  })

  const cursorS = cursor.value
  const onKeyDown = (event: KeyboardEvent): void => {
    const factor = ZOOM_KEYS[event.key]
    if (factor !== undefined && !event.ctrlKey && !event.metaKey) return zoom(factor)
    const next = event.key === 'Escape' ? null : keyTarget(event.key, timesS, cursorS)
    if (next === undefined) return
    event.preventDefault()
    cursor.value = next
  }
  return (
    <div
      class="unit-chart-plot"
      ref={container}
      role="slider"
      tabIndex={0}
      aria-label={w('curves.slider', { title })}
      aria-valuemin={Math.floor(fromS)}
      aria-valuemax={Math.ceil(toS)}
      aria-valuenow={Math.round(cursorS ?? toS)}
      aria-valuetext={[
        cursorS === null ? w('curves.newest') : whenText(cursorS, resolution),
        ...readOuts(lines, gapsOf(frame), group.unit, cursorS, formatFor(resolution, frame.scale)),
      ].join('; ')}
      onKeyDown={onKeyDown}
      onBlur={() => {
        cursor.value = null
      }}
    />
  )
}

/** The pointer takes a point this near to it, in windows. */
const SNAP_SHARE = 1 / 80
const FAR_POINTS = 20
const ZOOM_KEYS: Readonly<Record<string, 0.5 | 2>> = { '+': 0.5, '=': 0.5, '-': 2 }

function keyTarget(key: string, timesS: readonly number[], atS: number | null): number | null | undefined {
  if (key === 'ArrowRight' || key === 'ArrowUp') return movedBy(timesS, atS, 1)
  if (key === 'ArrowLeft' || key === 'ArrowDown') return movedBy(timesS, atS, -1)
  if (key === 'PageUp') return movedBy(timesS, atS, FAR_POINTS)
  if (key === 'PageDown') return movedBy(timesS, atS, -FAR_POINTS)
  if (key === 'Home') return timesS[0] ?? null
  if (key === 'End') return timesS.at(-1) ?? null
  return undefined
}

/** Where the points of all lines are drawn. */
function timesOf(lines: readonly ChartLine[], { fromS, toS }: Span): number[] {
  const times = lines.flatMap(({ curve: { points, resolution } }) =>
    points.map(({ timeS }) => timeS + STEP_S[resolution] / 2),
  )
  return [...new Set(times)].filter((timeS) => timeS >= fromS && timeS <= toS).sort((a, b) => a - b)
}

const gapsOf = (frame: Frame | null): Gaps => new Map(frame?.lines.map(({ curve, gaps }) => [curve, gaps]))
