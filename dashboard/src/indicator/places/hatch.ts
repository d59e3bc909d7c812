const SIZE_PX = 16

/** The ground of areas that have no figure, so that they are not told apart by colour alone: `withheld` is hatched, `missing`
 *  dotted. Null: it is another image. */
export function hatch(id: string, style: CSSStyleDeclaration): ImageData | null {
  if (id !== 'withheld' && id !== 'missing') return null
  const canvas = document.createElement('canvas')
  canvas.width = SIZE_PX
  canvas.height = SIZE_PX
  const context = canvas.getContext('2d')
  if (context === null) return null
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  context.fillStyle = colour('map-land')
  context.fillRect(0, 0, SIZE_PX, SIZE_PX)
  context.strokeStyle = colour('muted')
  context.fillStyle = colour('muted')
  if (id === 'withheld') drawStripes(context)
  else drawDot(context)
  return context.getImageData(0, 0, SIZE_PX, SIZE_PX)
}

/** Over the edges, so that the tiles join. */
function drawStripes(context: CanvasRenderingContext2D): void {
  context.lineWidth = 3
  context.beginPath()
  for (const shift of [-SIZE_PX, 0, SIZE_PX]) {
    context.moveTo(shift - 4, SIZE_PX + 4)
    context.lineTo(shift + SIZE_PX + 4, -4)
  }
  context.stroke()
}

function drawDot(context: CanvasRenderingContext2D): void {
  context.beginPath()
  context.arc(SIZE_PX / 2, SIZE_PX / 2, 2, 0, 2 * Math.PI)
  context.fill()
}
