import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { TIME_ZONE } from '../text/format.ts'
import { align } from './align.ts'
import { timeLabels, valueLabels } from './axis-labels.ts'
import type { Frame } from './frame.ts'
import type { Span } from './gaps.ts'
import { paintAbove, paintBeneath } from './overlay.ts'

/** How a line looks. */
export interface Stroke {
  /** Of the CSS: `--line-1`. */
  readonly colour: string
  /** Written at its end; null: it is alone. */
  readonly label: string | null
  readonly isStepped: boolean
  /** Of an earlier day, to compare with: thin and dashed, without its band. */
  readonly isEarlier: boolean
}

export interface Chart {
  show(frame: Frame): void
  /** Puts the cursor at a time; null takes it away. */
  point(timeS: number | null): void
  resize(): void
  close(): void
  readonly canvas: HTMLCanvasElement
}

interface ChartOptions {
  readonly container: HTMLElement
  readonly strokes: readonly Stroke[]
  /** The pointer is over this time, or over none. */
  readonly pointed: (timeS: number | null) => void
  /** A stretch was drawn out with the pointer; absent: it cannot be. */
  readonly selected?: (span: Span) => void
}

const SELECTED_PX_MIN = 8
const HEIGHT_PX_MIN = 120
const WIDTH_PX_MIN = 200

/** Lines over time, in the colours of the page at this moment. */
export function drawChart({ container, strokes, pointed, selected }: ChartOptions): Chart {
  const style = getComputedStyle(container)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  let frame: Frame | null = null
  let heldS: number | null = null
  const size = () => ({
    width: Math.max(WIDTH_PX_MIN, container.clientWidth),
    height: Math.max(HEIGHT_PX_MIN, container.clientHeight),
  })
  const onSelect = (plot: uPlot): void => {
    const { left, width } = plot.select
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    if (width < SELECTED_PX_MIN) return
    selected?.({ fromS: plot.posToVal(left, 'x'), toS: plot.posToVal(left + width, 'x') })
  }
  const options: uPlot.Options = {
    ...size(),
    tzDate: (timeS) => uPlot.tzDate(new Date(timeS * 1_000), TIME_ZONE),
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: selected !== undefined, y: false, setScale: false },
      points: { size: 7 },
    },
    scales: {
      x: { range: () => [frame?.window.fromS ?? 0, frame?.window.toS ?? 1] },
      y: { range: () => padded(frame?.scale ?? { min: 0, max: 1 }) },
    },
    series: [{}, ...strokes.flatMap((stroke) => seriesOf(stroke, colour))],
    bands: strokes.flatMap((stroke, index) =>
      stroke.isEarlier
        ? []
        : [{ series: [index * 3 + 3, index * 3 + 2], fill: `${colour(stroke.colour)}38` }],
    ),
    axes: axesOf(colour),
    hooks: {
      setSelect: [onSelect],
      drawClear: [(plot) => frame && paintBeneath(plot, frame.overlay, colour)],
      // When the window moves on, the cursor stays at its time.
      draw: [(plot) => frame && paintAbove(plot, frame.overlay, strokes, colour), () => holdCursor()],
    },
  }
  const plot = new uPlot(options, [[], ...strokes.flatMap(() => [[], [], []])], container)
  const holdCursor = (): void => {
    const [left, top] = heldS === null ? [-10, -10] : [plot.valToPos(heldS, 'x'), 1]
    plot.setCursor({ left, top }, false)
  }
  plot.over.addEventListener('mousemove', ({ offsetX }) => pointed(plot.posToVal(offsetX, 'x')))
  plot.over.addEventListener('mouseleave', () => pointed(null))
  return {
    show(next) {
      frame = next
      plot.setData(align(next.lines))
    },
    point(timeS) {
      heldS = timeS
      holdCursor()
    },
    resize: () => plot.setSize(size()),
    close: () => plot.destroy(),
    canvas: plot.ctx.canvas,
  }
}

function padded({ min, max }: Frame['scale']): uPlot.Range.MinMax {
  // Of what never moves uPlot would show twice its height.
  if (min === max)
    return uPlot.rangeNum(min - Math.abs(min) / 10, max + (Math.abs(max) / 10 || 1), 0.1, false)
  return uPlot.rangeNum(min, max, 0.1, true)
}

function seriesOf(
  { colour: name, isStepped, isEarlier }: Stroke,
  colour: (name: string) => string,
): uPlot.Series[] {
  const paths = isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined
  const shape = { spanGaps: false, ...(paths === undefined ? {} : { paths }) }
  const edge: uPlot.Series = { ...shape, stroke: 'transparent', width: 0, points: { show: false } }
  const line: uPlot.Series = isEarlier
    ? { ...shape, stroke: `${colour(name)}b0`, width: 1.25, dash: [5, 4], points: { show: false } }
    : { ...shape, stroke: colour(name), width: 1.75, points: { size: 4, filter: alone } }
  return [line, edge, edge]
}

/** Points that no line leads to would not be seen otherwise. Null: all are shown anyway, for they are few. */
function alone(plot: uPlot, seriesIndex: number, areAllShown: boolean): number[] | null {
  if (areAllShown) return null
  const values = plot.data[seriesIndex] as (number | null | undefined)[]
  const said = values.flatMap((value, index) => (value === undefined ? [] : [index]))
  const isBreak = (at: number): boolean => typeof values[said[at] ?? -1] !== 'number'
  return said.filter((_, at) => !isBreak(at) && isBreak(at - 1) && isBreak(at + 1))
}

function axesOf(colour: (name: string) => string): uPlot.Axis[] {
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
    font: '12px system-ui, sans-serif',
  }
  return [
    { ...axis, space: 64, size: 28, values: (_, splits) => timeLabels(splits) },
    { ...axis, space: 24, size: AXIS_PX, values: (_, splits) => valueLabels(splits) },
  ]
}

/** The same for all, so that charts below each other share one time axis. */
const AXIS_PX = 78
