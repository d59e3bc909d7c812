import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/**
 * A flame graph of a CPU profile that `npm run bench -- --profile <folder>` has written:
 * `node bench/flame.ts <file>.cpuprofile docs/flame.svg --title "…"`. Roots are at the top; the width of a frame is its share of
 * the time in which the thread was busy, between a third and nine tenths of the profile: after the start, before the end.
 */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface Frame {
  readonly name: string
  readonly part: string
  micros: number
  readonly children: Map<string, Frame>
}

const WIDTH = 1200
const ROW = 18
const LEAST_SHARE = 0.003
const DEPTH_MAX = 26
const FROM = 1 / 3
const TO = 0.9
const HEAD = 64
const PARTS: readonly [part: string, color: string][] = [
  ['broker', '#4c78a8'],
  ['ingest', '#f58518'],
  ['store', '#54a24b'],
  ['digital-twin', '#b279a2'],
  ['aedes', '#9ecae9'],
  ['pg', '#88d27a'],
  ['node', '#bab0ac'],
  ['engine', '#d8b5a5'],
]
const COLORS = new Map(PARTS)

function frameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): [string, string] {
  const name = functionName || '(anonymous)'
  const packageName = /node_modules\/(?:@[^/]+\/)?([^/]+)/.exec(url)?.[1]
  if (packageName !== undefined)
    return [`${name} ${packageName}`, packageName.startsWith('pg') ? 'pg' : 'aedes']
  if (url.startsWith('node:')) return [`${name} ${url}`, 'node']
  if (url === '') return [name, 'engine']
  const [folder = '', file = ''] = url.split('/').slice(-2)
  return [`${name} ${file}:${lineNumber + 1}`, COLORS.has(folder) ? folder : 'ingest']
}

/** The busy time as a tree of call stacks. */
function treeOf({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parent = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  )
  const root: Frame = { name: 'busy', part: 'engine', micros: 0, children: new Map() }
  const total = timeDeltas.reduce((sum, delta) => sum + delta, 0)
  let at = 0
  for (const [i, sample] of samples.entries()) {
    const micros = timeDeltas[i] ?? 0
    at += micros
    if (at < total * FROM || at > total * TO) continue
    const stack: [string, string][] = []
    for (let id: number | undefined = sample; id !== undefined; id = parent.get(id)) {
      const node = byId.get(id)
      if (node && node.callFrame.functionName !== '(root)') stack.unshift(frameOf(node.callFrame))
    }
    if (stack.some(([name]) => name === '(idle)')) continue
    root.micros += micros
    let frame = root
    for (const [name, part] of stack.slice(0, DEPTH_MAX)) {
      const child: Frame = frame.children.get(name) ?? { name, part, micros: 0, children: new Map() }
      child.micros += micros
      frame.children.set(name, child)
      frame = child
    }
  }
  return root
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function rectangles(frame: Frame, total: number, left: number, depth: number): string[] {
  const drawn: string[] = []
  let at = left
  for (const child of [...frame.children.values()].sort((a, b) => b.micros - a.micros)) {
    const width = (child.micros / total) * WIDTH
    if (child.micros / total >= LEAST_SHARE) {
      const share = ((child.micros / total) * 100).toFixed(1)
      const text = width > 34 ? escaped(child.name.slice(0, Math.floor(width / 6.2))) : ''
      drawn.push(
        `<g><title>${escaped(child.name)}: ${share} %</title>` +
          `<rect x="${at.toFixed(1)}" y="${HEAD + depth * ROW}" width="${Math.max(width - 0.5, 0.5).toFixed(1)}" height="${ROW - 1}" fill="${COLORS.get(child.part)}"/>` +
          `<text x="${(at + 3).toFixed(1)}" y="${HEAD + depth * ROW + 12.5}">${text}</text></g>`,
        ...rectangles(child, total, at, depth + 1),
      )
    }
    at += width
  }
  return drawn
}

const depthOf = (frame: Frame, total: number): number =>
  1 +
  Math.max(
    0,
    ...[...frame.children.values()]
      .filter(({ micros }) => micros / total >= LEAST_SHARE)
      .map((child) => depthOf(child, total)),
  )

function svgOf(root: Frame, title: string): string {
  const height = HEAD + depthOf(root, root.micros) * ROW + 8
  const legend = PARTS.map(
    ([part, color], i) =>
      `<rect x="${8 + i * 120}" y="36" width="12" height="12" fill="${color}"/><text class="key" x="${24 + i * 120}" y="46">${part}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif">`,
    `<title>${escaped(title)}</title>`,
    '<style>svg { background: #fff } text { font-size: 11px; fill: #111 } .title { font-size: 15px }</style>',
    `<text class="title" x="8" y="22">${escaped(title)}</text>`,
    ...legend,
    ...rectangles(root, root.micros, 0, 0),
    '</svg>\n',
  ].join('\n')
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { title: { type: 'string', default: 'Busy time of the broker’s thread' } },
})
const [profile, svg] = positionals
if (profile === undefined || svg === undefined) {
  console.error('usage: node bench/flame.ts <file>.cpuprofile <file>.svg [--title "…"]')
  process.exit(64)
}
writeFileSync(svg, svgOf(treeOf(JSON.parse(readFileSync(profile, 'utf8')) as Profile), values.title))
