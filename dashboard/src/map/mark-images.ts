import { SEVERITY_SHAPES } from '../marks/severity-mark.tsx'
import { CROSS, FRESHNESSES, RING_RADIUS, SHAPES } from '../marks/shapes.ts'
import type { Severity } from '../wire/alarm.ts'
import type { Freshness } from '../wire/entity.ts'
import { alarmOf } from './features.ts'
import type { Palette } from './palette.ts'
import { isRole } from './trace.ts'
import { drawRole, drawText } from './trace-images.ts'

const BOX = 24
/** Drawn larger than shown, so that they stay sharp on dense screens. */
export const MARK_PIXEL_RATIO = 2
export const SELECTED_IMAGE = 'selected'

type Context = CanvasRenderingContext2D
type Paint = (context: Context) => void

/** Draws an image that the map asks for, by its name: a mark (`silent`, `silent-ring`), `alarm-7`, `cluster-0-7`, `count-37`,
 *  `arrow-water`, `text-Krông Ana`, the marks of a trace. Null: there is none of this name. */
export function drawImage(id: string, palette: Palette): ImageData | null {
  const [kind = '', first = '', second = ''] = id.split('-')
  const freshness = FRESHNESSES.find((one) => one === kind)
  if (freshness !== undefined)
    return first === 'ring' ? ringedMark(freshness, palette) : mark(freshness, palette)
  if (id === SELECTED_IMAGE)
    return draw(2 * BOX, (context) => {
      context.translate(BOX / 2, BOX / 2)
      drawRing(context, 18, palette.accent, palette.halo, 3.5)
    })
  if (kind === 'alarm') return draw(BOX, (context) => drawAlarm(context, Number(first), palette))
  if (kind === 'cluster') return cluster(FRESHNESSES[Number(first)] ?? 'fresh', Number(second), palette)
  if (kind === 'count') return drawText(shortCount(Number(first)), 13, 700, palette)
  if (kind === 'arrow')
    return arrow(first === 'water' || first === 'power' ? palette[first] : palette.other, palette)
  if (kind === 'text') return drawText(id.slice('text-'.length), 12, 400, palette)
  return isRole(id) ? draw(2 * BOX, (context) => drawRole(context, id, palette)) : null
}

/** Up to four signs: 37, 120, 1.2k. */
const shortCount = (count: number): string => (count < 1_000 ? String(count) : `${count / 1_000}k`)

const mark = (freshness: Freshness, palette: Palette): ImageData =>
  draw(BOX, (context) => drawMark(context, freshness, palette))

const ringedMark = (freshness: Freshness, palette: Palette): ImageData =>
  draw(BOX + 4, (context) => {
    context.translate(2, 2)
    drawMark(context, freshness, palette)
    drawRing(context, RING_RADIUS, palette.ring, palette.halo, 2)
  })

/** A disc with room for the count; the worst state on its left shoulder, the worst alarm on its right one. */
function cluster(freshness: Freshness, alarm: number, palette: Palette): ImageData {
  return draw(56, (context) => {
    context.beginPath()
    context.arc(28, 28, 18, 0, 2 * Math.PI)
    context.fillStyle = palette.surface
    context.fill()
    context.lineWidth = freshness === 'fresh' ? 2.5 : 4
    context.strokeStyle = palette[freshness]
    context.stroke()
    context.translate(2, 2)
    drawMark(context, freshness, palette)
    context.translate(28, 0)
    drawAlarm(context, alarm, palette)
  })
}

/** Filled: nobody has looked at it. Hollow: somebody has. */
function drawAlarm(context: Context, code: number, palette: Palette): void {
  const alarm = alarmOf(code)
  if (alarm === null) return
  const shape = new Path2D(SEVERITY_SHAPES[alarm.severity])
  const colour = palette[alarm.severity]
  context.save()
  context.translate(BOX / 2, BOX / 2)
  const scale = alarm.isNew ? 0.95 : 0.75
  context.scale(scale, scale)
  context.translate(-BOX / 2, -BOX / 2)
  context.lineJoin = 'round'
  outline(context, shape, palette.halo, 5)
  if (alarm.isNew) {
    context.fillStyle = colour
    context.fill(shape)
    outline(context, shape, palette.text, 1.5)
    exclaim(context, alarm.severity, palette.onSeverity)
  } else {
    context.fillStyle = palette.surface
    context.fill(shape)
    outline(context, shape, colour, 3)
  }
  context.restore()
}

function exclaim(context: Context, severity: Severity, colour: string): void {
  if (severity !== 'critical' && severity !== 'high') return
  context.lineCap = 'round'
  outline(context, new Path2D('M12 7v6M12 16.5v.6'), colour, 2.5)
}

function outline(context: Context, shape: Path2D, colour: string, width: number): void {
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke(shape)
}

function drawMark(context: Context, freshness: Freshness, palette: Palette): void {
  const shape = new Path2D(SHAPES[freshness])
  context.lineJoin = 'round'
  outline(context, shape, palette.halo, 2.5)
  context.fillStyle = palette[freshness]
  context.fill(shape)
  if (freshness !== 'silent') return
  context.lineCap = 'round'
  outline(context, new Path2D(CROSS), palette.cross, 2.5)
}

function drawRing(context: Context, radius: number, colour: string, halo: string, width: number): void {
  const ring = new Path2D()
  ring.arc(BOX / 2, BOX / 2, radius, 0, 2 * Math.PI)
  outline(context, ring, halo, width + 1.5)
  outline(context, ring, colour, width)
}

/** Points along the line, to where it flows. */
function arrow(colour: string, palette: Palette): ImageData {
  return draw(14, (context) => {
    const shape = new Path2D('M4 2.5l7 4.5l-7 4.5z')
    context.lineJoin = 'round'
    outline(context, shape, palette.halo, 2)
    context.fillStyle = colour
    context.fill(shape)
  })
}

function draw(box: number, paint: Paint): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = box * MARK_PIXEL_RATIO
  canvas.height = box * MARK_PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no 2D canvas')
  context.scale(MARK_PIXEL_RATIO, MARK_PIXEL_RATIO)
  paint(context)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
