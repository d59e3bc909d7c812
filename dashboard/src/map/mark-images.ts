import { CROSS, FRESHNESSES, RING_RADIUS, SHAPES } from '../marks/shapes.ts'
import type { Entity, Freshness } from '../wire/entity.ts'
import type { Palette } from './palette.ts'

const BOX = 24
/** Drawn larger than shown, so that they stay sharp on dense screens. */
export const MARK_PIXEL_RATIO = 3
export const SELECTED_IMAGE = 'selected'

export function markImageId(entity: Pick<Entity, 'freshness' | 'session'>): string {
  return entity.session === 'disconnected' ? `${entity.freshness}-ring` : entity.freshness
}

/** Every image the map uses, by id. */
export function drawMarkImages(palette: Palette): Map<string, ImageData> {
  const images = new Map<string, ImageData>()
  for (const freshness of FRESHNESSES) {
    images.set(
      freshness,
      draw(BOX, (context) => drawMark(context, freshness, palette)),
    )
    const ringed = draw(BOX + 4, (context) => {
      context.translate(2, 2)
      drawMark(context, freshness, palette)
      drawRing(context, RING_RADIUS, palette.ring, palette.halo, 2)
    })
    images.set(`${freshness}-ring`, ringed)
  }
  const selected = draw(2 * BOX, (context) => {
    context.translate(BOX / 2, BOX / 2)
    drawRing(context, 18, palette.accent, palette.halo, 3.5)
  })
  return images.set(SELECTED_IMAGE, selected)
}

function drawMark(context: CanvasRenderingContext2D, freshness: Freshness, palette: Palette): void {
  const shape = new Path2D(SHAPES[freshness])
  context.lineJoin = 'round'
  context.lineWidth = 2.5
  context.strokeStyle = palette.halo
  context.stroke(shape)
  context.fillStyle = palette[freshness]
  context.fill(shape)
  if (freshness !== 'silent') return
  context.lineCap = 'round'
  context.strokeStyle = palette.cross
  context.stroke(new Path2D(CROSS))
}

function drawRing(
  context: CanvasRenderingContext2D,
  radius: number,
  colour: string,
  halo: string,
  width: number,
): void {
  context.beginPath()
  context.arc(BOX / 2, BOX / 2, radius, 0, 2 * Math.PI)
  context.strokeStyle = halo
  context.lineWidth = width + 1.5
  context.stroke()
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke()
}

function draw(box: number, paint: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = box * MARK_PIXEL_RATIO
  canvas.height = box * MARK_PIXEL_RATIO
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no 2D canvas')
  context.scale(MARK_PIXEL_RATIO, MARK_PIXEL_RATIO)
  paint(context)
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
