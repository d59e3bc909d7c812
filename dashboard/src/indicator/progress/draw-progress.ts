import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { timeLabels, valueLabels } from '../../curves/axis-labels.ts'
import { formatDecimal } from '../../text/format.ts'
import type { ProgressLines, TargetLine } from './trend.ts'
import { w } from './words.ts'

export interface ProgressChart {
  resize(): void
  close(): void
}

export interface ProgressOptions {
  readonly container: HTMLElement
  readonly lines: ProgressLines
  /** Whether the targets have to be in sight. */
  readonly withTargets: boolean
}

type Colour = (name: string) => string
const FONT = '12px system-ui, sans-serif'
const WIDTH_PX_MIN = 200
const HEIGHT_PX_MIN = 160

/** The figures with their trend, its interval, the targets and the breaks, in the colours of the page at this moment. */
export function drawProgress({ container, lines, withTargets }: ProgressOptions): ProgressChart {
  const style = getComputedStyle(container)
  const colour: Colour = (name) => style.getPropertyValue(`--${name}`).trim()
  const size = () => ({
    width: Math.max(WIDTH_PX_MIN, container.clientWidth),
    height: Math.max(HEIGHT_PX_MIN, container.clientHeight),
  })
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
    font: FONT,
  }
  const none = { show: false }
  const options: uPlot.Options = {
    ...size(),
    tzDate: (timeS) => uPlot.tzDate(new Date(timeS * 1_000), 'UTC'),
    legend: none,
    cursor: { y: false, drag: { x: false, y: false } },
    scales: {
      x: { range: () => timesOf(lines, withTargets) },
      y: { range: () => scaleOf(lines, withTargets) },
    },
    series: [
      {},
      { stroke: colour('curve'), width: 2, points: { show: true, size: 6, fill: colour('curve') } },
      { stroke: colour('late'), width: 1.75, dash: [7, 4], points: none, spanGaps: true },
    ],
    axes: [
      { ...axis, space: 70, size: 28, values: (_, splits) => timeLabels(splits) },
      { ...axis, space: 24, size: 70, values: (_, splits) => valueLabels(splits) },
    ],
    hooks: {
      draw: [(plot) => paintTargets(plot, lines, colour), (plot) => paintBreaks(plot, lines, colour)],
    },
  }
  const plot = new uPlot(options, lines.data as unknown as uPlot.AlignedData, container)
  return { resize: () => plot.setSize(size()), close: () => plot.destroy() }
}

/** A single period has room on both sides. */
function timesOf({ data: [times, values], endS }: ProgressLines, withTargets: boolean): uPlot.Range.MinMax {
  const known = times.filter((_, i) => typeof values[i] === 'number')
  const min = known[0] ?? endS
  const max = withTargets ? endS : (known.at(-1) ?? endS)
  const margin = min === max ? 30 * 86_400 : (max - min) * 0.02
  return [min - margin, max + margin]
}

/** From 0, so that a curve is not steeper than what it tells. */
function scaleOf({ data: [, values], targets }: ProgressLines, withTargets: boolean): uPlot.Range.MinMax {
  const ends = withTargets ? targets.map(({ value }) => value) : []
  const top = Math.max(0, ...values.filter((value) => typeof value === 'number'), ...ends)
  return [0, top === 0 ? 1 : top * 1.12]
}

function paintTargets(plot: uPlot, { targets }: ProgressLines, colour: Colour): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour('good-text')
  ctx.fillStyle = colour('good-text')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.font = scaledFont()
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  for (const { value, year, reached } of targets) {
    const y = plot.valToPos(value, 'y', true)
    if (y < bbox.top) continue
    if (reached !== null) paintReached(plot, y, reached, colour)
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y])
    const text = w('target', { value: formatDecimal(String(value)), year })
    ctx.fillText(text, bbox.left + 8 * devicePixelRatio, y - 5 * devicePixelRatio)
  }
  ctx.restore()
}

/** When it is reached, with the interval of that date; one that is open runs out of the chart. */
function paintReached(
  plot: uPlot,
  y: number,
  { atS, lowS, highS }: NonNullable<TargetLine['reached']>,
  colour: Colour,
): void {
  const { ctx, bbox } = plot
  const right = bbox.left + bbox.width
  const xOf = (timeS: number): number => Math.min(right, Math.max(bbox.left, plot.valToPos(timeS, 'x', true)))
  const [low, high] = [xOf(lowS), highS === null ? right : xOf(highS)]
  if (low >= right) return
  const half = 7 * devicePixelRatio
  ctx.save()
  ctx.fillStyle = `${colour('late')}66`
  ctx.fillRect(low, y - half, Math.max(high - low, 2), 2 * half)
  ctx.strokeStyle = colour('late-text')
  ctx.lineWidth = 3 * devicePixelRatio
  const at = xOf(atS)
  if (at < right) line(ctx, [at, y - half], [at, y + half])
  ctx.restore()
}

function paintBreaks(plot: uPlot, { breaksS }: ProgressLines, colour: Colour): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour('silent-text')
  ctx.fillStyle = colour('silent-text')
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.font = scaledFont()
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  ctx.setLineDash([6 * devicePixelRatio, 3 * devicePixelRatio])
  for (const timeS of breaksS) {
    const x = plot.valToPos(timeS, 'x', true)
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height])
    ctx.fillText(`B · ${w('break')}`, x + 5 * devicePixelRatio, bbox.top + bbox.height - 8 * devicePixelRatio)
  }
  ctx.restore()
}

const scaledFont = (): string => FONT.replace('12', String(12 * devicePixelRatio))

function line(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.beginPath()
  ctx.moveTo(...from)
  ctx.lineTo(...to)
  ctx.stroke()
}
