/** Points from left to right. */
export type Line = readonly { readonly x: number; readonly y: number }[]

export interface Panel {
  readonly title: string
  readonly unit: string
  /** In the order of the legend; a line without points is left out. */
  readonly lines: readonly Line[]
}

interface Picture {
  readonly title: string
  readonly xLabel: string
  readonly legend: readonly string[]
  readonly panels: readonly Panel[]
}

const COLUMNS = 4
const PLOT = { width: 190, height: 130 }
/** Room around each plot: its title above, the ticks' labels on the left and below. */
const ROOM = { left: 56, top: 44, right: 14, bottom: 34 }
const CELL = {
  width: ROOM.left + PLOT.width + ROOM.right,
  height: ROOM.top + PLOT.height + ROOM.bottom,
}
const HEAD = 62
const FOOT = 30
const TICKS_WANTED = 4

/** Colours that stay apart for colour-blind readers (Okabe and Ito), lighter on dark ground; and a marker each. */
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --quiet: #59636e; --grid: #d8dee4; --a: #6e7781; --b: #0072b2; --c: #d55e00 }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --grid: #2f353d; --a: #9da7b1; --b: #56b4e9; --c: #f0883e }
  }
  text { font: 11px system-ui, sans-serif; fill: var(--quiet) }
  .title { font-size: 16px; font-weight: 600; fill: var(--ink) }
  .panel { font-size: 12px; font-weight: 600; fill: var(--ink) }
  .key { font-size: 12px; fill: var(--ink) }
  .end { text-anchor: end }
  .middle { text-anchor: middle }
  .grid { stroke: var(--grid); stroke-width: 1 }
  .axis { stroke: var(--quiet); stroke-width: 1 }
  .ground { fill: var(--ground) }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .s0 { stroke: var(--a); fill: var(--a) } .s1 { stroke: var(--b); fill: var(--b) } .s2 { stroke: var(--c); fill: var(--c) }
  path.line { fill: none }`

/** Small multiples as one SVG: x on a logarithmic scale that all share, y from 0 in each panel. */
export function svgPanels({ title, xLabel, legend, panels }: Picture): string {
  const xs = [...new Set(panels.flatMap(({ lines }) => lines.flat().map(({ x }) => x)))].sort((a, b) => a - b)
  const width = COLUMNS * CELL.width + ROOM.right
  const height = HEAD + Math.ceil(panels.length / COLUMNS) * CELL.height + FOOT
  const cells = panels.map((panel, i) => {
    const left = (i % COLUMNS) * CELL.width
    const top = HEAD + Math.floor(i / COLUMNS) * CELL.height
    return `<g transform="translate(${left} ${top})">\n${drawPanel(panel, xs)}\n</g>`
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    drawLegend(legend),
    ...cells,
    `<text class="middle" x="${width / 2}" y="${height - 12}">${escaped(xLabel)}</text>`,
    '</svg>',
  ].join('\n')}\n`
}

function drawLegend(legend: readonly string[]): string {
  const LETTER = 6.6
  const GAP = 52
  let x = 24
  return legend
    .map((label, i) => {
      const at = x
      x += label.length * LETTER + GAP
      return `<path class="line s${i}" d="M${at - 8} 46h20"/>${marker(i, at + 2, 46)}<text class="key" x="${at + 18}" y="50">${escaped(label)}</text>`
    })
    .join('\n')
}

function drawPanel({ title, unit, lines }: Panel, xs: readonly number[]): string {
  const greatest = Math.max(0, ...lines.flat().map(({ y }) => y))
  const { step, top } = scaleOf(greatest)
  const y = (value: number) => round(ROOM.top + PLOT.height * (1 - value / top))
  const x = xScale(xs)
  const right = ROOM.left + PLOT.width
  const bottom = ROOM.top + PLOT.height
  const out = [
    `<text class="panel" x="${ROOM.left}" y="18">${escaped(title)}</text>`,
    `<text x="${ROOM.left}" y="34">${escaped(unit)}</text>`,
  ]
  for (let tick = 0; tick <= Math.round(top / step); tick++) {
    const value = tick * step
    out.push(
      `<path class="${tick === 0 ? 'axis' : 'grid'}" d="M${ROOM.left} ${y(value)}H${right}"/>`,
      `<text class="end" x="${ROOM.left - 6}" y="${y(value) + 4}">${tickLabel(value)}</text>`,
    )
  }
  for (const value of xs)
    out.push(
      `<path class="axis" d="M${x(value)} ${bottom}v4"/>`,
      `<text class="middle" x="${x(value)}" y="${bottom + 17}">${value.toLocaleString('en')}</text>`,
    )
  for (const [i, line] of lines.entries()) {
    const path = line.map((point) => `${x(point.x)} ${y(point.y)}`).join('L')
    if (line.length > 0) out.push(`<path class="line s${i}" d="M${path}"/>`)
    out.push(...line.map((point) => marker(i, x(point.x), y(point.y))))
  }
  return out.join('\n')
}

/** Logarithmic, with some room beside the outermost points. */
function xScale(xs: readonly number[]): (value: number) => number {
  const ROOM_BESIDE = 18
  const first = Math.log(xs[0] ?? 1)
  const span = Math.log(xs.at(-1) ?? 1) - first || 1
  return (value) =>
    round(ROOM.left + ROOM_BESIDE + ((PLOT.width - 2 * ROOM_BESIDE) * (Math.log(value) - first)) / span)
}

/** Steps of 1, 2 or 5 times a power of ten, up to the first at or above the greatest value. */
function scaleOf(greatest: number): { step: number; top: number } {
  if (!(greatest > 0)) return { step: 1, top: 1 }
  const rough = greatest / TICKS_WANTED
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  return { step, top: Math.ceil(greatest / step - 1e-9) * step }
}

/** A circle, a square, a diamond: the lines are told apart without their colours. */
function marker(i: number, x: number, y: number): string {
  if (i === 0) return `<circle class="s${i}" cx="${x}" cy="${y}" r="3"/>`
  if (i === 1) return `<rect class="s${i}" x="${x - 3}" y="${y - 3}" width="6" height="6"/>`
  return `<path class="s${i}" d="M${x} ${y - 4}l4 4l-4 4l-4 -4z"/>`
}

const tickLabel = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 3 })

const round = (value: number): number => Math.round(value * 10) / 10

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
