import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatHourMinute, formatValue, TIME_ZONE } from '../text/format.ts'
import type { History } from './history.ts'

export interface Chart {
  show(history: History, toMs: number): void
  resize(widthPx: number, heightPx: number): void
  close(): void
}

interface ChartOptions {
  readonly container: HTMLElement
  readonly spanMs: number
  /** The point under the pointer, or null. */
  point(at: { readonly timeMs: number; readonly value: number } | null): void
}

/** A curve with its band, in the colours of the page at this moment. */
export function drawChart({ container, spanMs, point }: ChartOptions): Chart {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  let toMs = Date.now()
  const axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1, size: 4 },
    font: '12px system-ui, sans-serif',
  }
  const line = { stroke: colour('curve'), width: 1.75, points: { size: 4 }, spanGaps: false }
  const edge = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: false }
  const options: uPlot.Options = {
    width: Math.max(200, container.clientWidth),
    height: Math.max(120, container.clientHeight),
    tzDate: (timeS) => uPlot.tzDate(new Date(timeS * 1_000), TIME_ZONE),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
    scales: { x: { range: () => [(toMs - spanMs) / 1_000, toMs / 1_000] } },
    series: [{}, line, edge, edge],
    bands: [{ series: [3, 2], fill: colour('curve-band') }],
    axes: [
      {
        ...axis,
        space: 56,
        size: 28,
        values: (_, splits) => splits.map((timeS) => formatHourMinute(timeS * 1_000)),
      },
      {
        ...axis,
        space: 24,
        size: axisWidthPx,
        values: (_, splits) => splits.map((value) => formatValue(value)),
      },
    ],
    hooks: { setCursor: [(plot) => point(pointAt(plot))] },
  }
  const plot = new uPlot(options, [[], [], [], []], container)
  return {
    show(history, untilMs) {
      toMs = untilMs
      plot.setData([history.times, history.values, history.low, history.high])
    },
    resize: (width, height) => plot.setSize({ width, height }),
    close: () => plot.destroy(),
  }
}

function axisWidthPx(_: uPlot, labels: string[] | null): number {
  const longest = Math.max(3, ...(labels ?? []).map((label) => label.length))
  return 16 + longest * 7
}

function pointAt(plot: uPlot): { timeMs: number; value: number } | null {
  const index = plot.cursor.idx
  if (index === null || index === undefined) return null
  const timeS = plot.data[0][index]
  const value = plot.data[1]?.[index]
  return timeS === undefined || value === null || value === undefined
    ? null
    : { timeMs: timeS * 1_000, value }
}
