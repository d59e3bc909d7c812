import type { Chart } from '../curves/draw-chart.ts'
import type { ChartLine } from './chart-lines.ts'
import { saveFile } from './save-file.ts'

export interface Picture {
  readonly chart: Chart
  readonly title: string
  readonly lines: readonly ChartLine[]
}

interface Legend {
  readonly colour: string
  readonly text: string
  readonly isEarlier: boolean
}

interface PngOrder {
  readonly title: string
  readonly subtitle: string
  readonly pictures: readonly Picture[]
  readonly legendOf: (line: ChartLine) => readonly Legend[]
  readonly fileName: string
}

const MARGIN_PX = 16
const TITLE_PX = 18
const TEXT_PX = 13
const ROW_PX = 20
const SWATCH_PX = 26

/** The charts below each other, with title, window, units and legends drawn into the picture. */
export async function savePng(order: PngOrder): Promise<void> {
  const { pictures, title, subtitle, legendOf } = order
  const ratio = devicePixelRatio
  const legends = pictures.map(({ lines }) => lines.flatMap(legendOf))
  const widthPx = Math.max(...pictures.map(({ chart }) => chart.canvas.width)) / ratio + 2 * MARGIN_PX
  const chartsPx = pictures.map(
    ({ chart }, index) =>
      chart.canvas.height / ratio + ROW_PX * (1 + (legends[index]?.length ?? 0)) + MARGIN_PX,
  )
  const headPx = MARGIN_PX + TITLE_PX + 2 * ROW_PX
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(widthPx * ratio)
  canvas.height = Math.ceil((headPx + chartsPx.reduce((sum, px) => sum + px, 0)) * ratio)
  const ctx = canvas.getContext('2d')
  if (ctx === null) return
  const style = getComputedStyle(document.querySelector('.curves') ?? document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const write = (text: string, x: number, y: number, sizePx: number, name: string, weight = 400): void => {
    ctx.font = `${weight} ${sizePx}px ${style.fontFamily}`
    ctx.fillStyle = colour(name)
    ctx.fillText(text, x, y, widthPx - x - MARGIN_PX)
  }
  ctx.scale(ratio, ratio)
  ctx.fillStyle = colour('surface')
  ctx.fillRect(0, 0, widthPx, canvas.height)
  write(title, MARGIN_PX, MARGIN_PX + TITLE_PX, TITLE_PX, 'text', 600)
  write(subtitle, MARGIN_PX, MARGIN_PX + TITLE_PX + ROW_PX, TEXT_PX, 'muted')
  let y = headPx
  pictures.forEach(({ chart, title }, index) => {
    write(title, MARGIN_PX, y + TEXT_PX, TEXT_PX, 'text', 600)
    y += ROW_PX
    ctx.drawImage(chart.canvas, MARGIN_PX, y, chart.canvas.width / ratio, chart.canvas.height / ratio)
    y += chart.canvas.height / ratio
    for (const legend of legends[index] ?? []) {
      paintSwatch(ctx, legend, colour, y + ROW_PX / 2)
      write(legend.text, MARGIN_PX + SWATCH_PX + 8, y + ROW_PX / 2 + 4, TEXT_PX, 'text')
      y += ROW_PX
    }
    y += MARGIN_PX
  })
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) saveFile(blob, order.fileName)
}

function paintSwatch(
  ctx: CanvasRenderingContext2D,
  { colour: name, isEarlier }: Legend,
  colour: (name: string) => string,
  y: number,
): void {
  ctx.strokeStyle = colour(name)
  ctx.lineWidth = isEarlier ? 1.5 : 3
  ctx.setLineDash(isEarlier ? [5, 4] : [])
  ctx.beginPath()
  ctx.moveTo(MARGIN_PX, y)
  ctx.lineTo(MARGIN_PX + SWATCH_PX, y)
  ctx.stroke()
  ctx.setLineDash([])
}
