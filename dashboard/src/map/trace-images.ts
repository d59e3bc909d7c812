import type { Palette } from './palette.ts'
import type { Role } from './trace.ts'

const PIXEL_RATIO = 2

/** In a box of 48 × 48, around the mark of the entity. Told apart by shape: a filled disc with a bar is lost, a dotted ring
 *  is still fed, a square is where it starts, a pointed one is up or down. */
export function drawRole(context: CanvasRenderingContext2D, role: Role, palette: Palette): void {
  const { shape, fill, stroke, dash, width } = lookOf(role, palette)
  context.lineJoin = 'round'
  context.strokeStyle = palette.halo
  context.lineWidth = width + 2
  context.stroke(shape)
  if (fill !== null) {
    context.fillStyle = fill
    context.fill(shape)
  }
  context.setLineDash(dash)
  context.strokeStyle = stroke
  context.lineWidth = width
  context.stroke(shape)
  context.setLineDash([])
  if (role === 'lost') context.stroke(new Path2D('M35 13l-22 22'))
}

interface Look {
  readonly shape: Path2D
  readonly fill: string | null
  readonly stroke: string
  readonly dash: number[]
  readonly width: number
}

function lookOf(role: Role, palette: Palette): Look {
  const circle = new Path2D()
  circle.arc(24, 24, 15, 0, 2 * Math.PI)
  switch (role) {
    case 'root':
      return { shape: new Path2D('M8 8h32v32h-32z'), fill: null, stroke: palette.accent, dash: [], width: 4 }
    case 'lost':
      return { shape: circle, fill: `${palette.critical}66`, stroke: palette.critical, dash: [], width: 3 }
    case 'fed':
      return { shape: circle, fill: null, stroke: palette.text, dash: [4, 4], width: 2.5 }
    case 'up':
      return {
        shape: new Path2D('M24 6l17 30h-34z'),
        fill: null,
        stroke: palette.accent,
        dash: [],
        width: 2.5,
      }
    case 'down':
      return {
        shape: new Path2D('M24 42l17-30h-34z'),
        fill: null,
        stroke: palette.accent,
        dash: [],
        width: 2.5,
      }
  }
}

/** Text as an image: the map has no fonts of its own, for they would come from a server. */
export function drawText(text: string, sizePx: number, weight: number, palette: Palette): ImageData {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no 2D canvas')
  const font = `${weight} ${sizePx}px ${getComputedStyle(document.body).fontFamily}`
  context.font = font
  const width = Math.ceil(context.measureText(text).width) + 8
  const height = Math.ceil(sizePx * 1.5)
  canvas.width = width * PIXEL_RATIO
  canvas.height = height * PIXEL_RATIO
  context.scale(PIXEL_RATIO, PIXEL_RATIO)
  context.font = font
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.strokeStyle = palette.halo
  context.lineWidth = 3
  context.strokeText(text, width / 2, height / 2)
  context.fillStyle = palette.text
  context.fillText(text, width / 2, height / 2)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
