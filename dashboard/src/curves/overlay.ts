import uPlot from 'uplot'
import { SEVERITY_SHAPES } from '../marks/severity-mark.tsx'
import type { AlarmSpan, Bound, Overlay } from './frame.ts'
import type { Span } from './gaps.ts'

type Colour = (name: string) => string

interface EndLabel {
  readonly label: string | null
  readonly colour: string
  readonly isEarlier: boolean
}

const FONT_PX = 11
const MARK_PX = 16
/** Marks are drawn in a box of 24 × 24. */
const BOX = 24

/** Beneath the grid: where nothing was heard, and how long each alarm lasted. */
export function paintBeneath(plot: uPlot, overlay: Overlay, colour: Colour): void {
  const { ctx, bbox } = plot
  ctx.save()
  clip(plot)
  ctx.font = `${FONT_PX * uPlot.pxRatio}px system-ui, sans-serif`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  for (const span of overlay.silences) {
    const [left, width] = extent(plot, span)
    ctx.fillStyle = `${colour('muted')}22`
    ctx.fillRect(left, bbox.top, width, bbox.height)
    ctx.fillStyle = colour('muted')
    if (ctx.measureText(overlay.silenceText).width + 8 * uPlot.pxRatio < width)
      ctx.fillText(overlay.silenceText, left + width / 2, bbox.top + FONT_PX * uPlot.pxRatio)
  }
  for (const span of overlay.alarms) {
    const [left, width] = extent(plot, span)
    ctx.fillStyle = `${colour(span.severity)}2b`
    ctx.fillRect(left, bbox.top, Math.max(width, uPlot.pxRatio), bbox.height)
    ctx.fillStyle = `${colour(span.severity)}b0`
    ctx.fillRect(left, bbox.top, uPlot.pxRatio, bbox.height)
  }
  ctx.restore()
}

/** Above the lines: what they are called, bounds, the marks of alarms, and of what is not drawn. */
export function paintAbove(plot: uPlot, overlay: Overlay, lines: readonly EndLabel[], colour: Colour): void {
  const { ctx } = plot
  ctx.save()
  clip(plot)
  for (const bound of overlay.bounds) paintBound(plot, bound, colour)
  for (const timeS of overlay.doubtfulS) paintDoubtful(plot, timeS, colour)
  for (const span of overlay.alarms) paintSeverity(plot, span, colour)
  paintLabels(plot, lines, colour)
  ctx.restore()
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
}

function extent(plot: uPlot, { fromS, toS }: Span): [leftPx: number, widthPx: number] {
  const { bbox } = plot
  const within = (x: number): number => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width)
  const left = within(plot.valToPos(fromS, 'x', true))
  return [left, within(plot.valToPos(toS, 'x', true)) - left]
}

function paintBound(plot: uPlot, { value, text, severity }: Bound, colour: Colour): void {
  const { ctx, bbox } = plot
  const y = plot.valToPos(value, 'y', true)
  ctx.strokeStyle = colour(severity)
  ctx.lineWidth = 1.5 * uPlot.pxRatio
  ctx.setLineDash([2 * uPlot.pxRatio, 4 * uPlot.pxRatio])
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.setLineDash([])
  beginText(plot, colour)
  ctx.textAlign = 'left'
  write(plot, text, bbox.left + 4 * uPlot.pxRatio, y - FONT_PX * uPlot.pxRatio, colour(severity))
}

function beginText({ ctx }: uPlot, colour: Colour): void {
  ctx.font = `600 ${FONT_PX * uPlot.pxRatio}px system-ui, sans-serif`
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 3 * uPlot.pxRatio
  ctx.strokeStyle = colour('surface')
}

/** With a halo, so that it can be read on a line. */
function write({ ctx }: uPlot, text: string, x: number, y: number, fill: string): void {
  ctx.strokeText(text, x, y)
  ctx.fillStyle = fill
  ctx.fillText(text, x, y)
}

/** A small cross at the upper edge: somewhere beyond the scale. */
function paintDoubtful(plot: uPlot, timeS: number, colour: Colour): void {
  const { ctx, bbox } = plot
  const size = 4 * uPlot.pxRatio
  const x = plot.valToPos(timeS, 'x', true)
  const y = bbox.top + 2 * size
  ctx.strokeStyle = colour('late-text')
  ctx.lineWidth = 2 * uPlot.pxRatio
  ctx.beginPath()
  ctx.moveTo(x - size, y - size)
  ctx.lineTo(x + size, y + size)
  ctx.moveTo(x + size, y - size)
  ctx.lineTo(x - size, y + size)
  ctx.stroke()
}

function paintSeverity(plot: uPlot, span: AlarmSpan, colour: Colour): void {
  const { ctx, bbox } = plot
  const scale = (MARK_PX * uPlot.pxRatio) / BOX
  const [left] = extent(plot, span)
  const x = Math.min(left, bbox.left + bbox.width - MARK_PX * uPlot.pxRatio)
  ctx.save()
  ctx.translate(x + uPlot.pxRatio, bbox.top + bbox.height - (MARK_PX + 2) * uPlot.pxRatio)
  ctx.scale(scale, scale)
  ctx.fillStyle = colour(span.severity)
  ctx.fill(new Path2D(SEVERITY_SHAPES[span.severity]))
  ctx.restore()
}

/** The name of each line at its end, moved apart where lines end close to each other. */
function paintLabels(plot: uPlot, lines: readonly EndLabel[], colour: Colour): void {
  const { ctx, bbox } = plot
  const height = (FONT_PX + 2) * uPlot.pxRatio
  const labels = lines.flatMap(({ label, colour: name, isEarlier }, index) => {
    const values = plot.data[index * 3 + 1] as (number | null | undefined)[] | undefined
    const value = values?.findLast((one) => typeof one === 'number')
    if (label === null || isEarlier || typeof value !== 'number') return []
    return [{ label, name, y: plot.valToPos(value, 'y', true) - height }]
  })
  beginText(plot, colour)
  ctx.textAlign = 'right'
  const right = bbox.left + bbox.width - 4 * uPlot.pxRatio
  let lowestY = bbox.top
  for (const { label, name, y } of labels.sort((a, b) => a.y - b.y)) {
    lowestY = Math.max(y, lowestY + height)
    write(plot, label, right, lowestY, colour(name))
  }
}
