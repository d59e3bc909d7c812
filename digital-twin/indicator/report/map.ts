import type { Figure } from '../figure.ts'
import type { AreaShape, Lang } from './content.ts'
import { type Html, html } from './html.ts'
import { localNumber } from './numbers.ts'

const WIDTH = 680
const HEIGHT_MAX = 600
/** From few to many; told apart also in grey. */
const COLOURS = ['#edf3f9', '#c3d8ea', '#8fb8d9', '#4f8fc0', '#1f5f94'] as const

type Point = readonly [x: number, y: number]
type Ring = readonly (readonly [lon: number, lat: number])[]

export interface MapArea extends AreaShape {
  /** Null: not among the areas of the figures, only their neighbour. */
  readonly label: { readonly number: number; readonly name: string } | null
  readonly figure: Figure | undefined
}

/** Choropleth of connections per person by quantiles: plate carrée, shrunk by the cosine of the middle latitude. Areas carry
 *  their number in the table. Null: no shapes. */
export function choropleth(areas: readonly MapArea[], lang: Lang): Html | null {
  const rings = areas.map((area) => ringsOf(area.geometry))
  const all = rings.flat(2)
  if (all.length === 0) return null
  const { project, height } = projection(all)
  const bounds = quantiles(areas.flatMap(({ figure }) => (figure?.value ? [figure.value] : [])))
  const shapes = areas.map(({ label, figure }, at) => {
    const drawn = (rings[at] ?? []).map((ring) => ring.map(project))
    const path = drawn.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`)
    const fill = label ? fillOf(figure, bounds) : '#fff'
    const middle = middleOf(drawn)
    const isDark = fill === COLOURS[4] || fill === COLOURS[3]
    return {
      shape: html`<path d="${path.join('')}" fill="${fill}" stroke="#555" stroke-width="0.6" fill-rule="evenodd"><title>${label ? `${label.number}. ${label.name}` : null}</title></path>`,
      label:
        label &&
        html`<text x="${middle[0].toFixed(1)}" y="${(middle[1] + 2.6).toFixed(1)}" font-size="7.5" text-anchor="middle" fill="${isDark ? '#fff' : '#222'}">${label.number}</text>`,
    }
  })
  const items = legend(bounds, areas, lang)
  return html`<svg viewBox="0 0 ${WIDTH} ${height + 18 * Math.ceil(items.length / 2) + 16}" role="img" aria-label="${lang === 'vi' ? 'Bản đồ kết nối IoT bình quân đầu người' : 'Map of IoT connections per person'}">
<defs><pattern id="withheld" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#9c2a10" stroke-width="2.4"/></pattern>
<pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#fff"/><circle cx="3" cy="3" r="0.9" fill="#777"/></pattern></defs>
${shapes.map(({ shape }) => shape)}${shapes.map(({ label }) => label)}
${items.map(({ fill, text }, at) => {
  const [x, y] = [at % 2 === 0 ? 0 : WIDTH / 2, height + 16 + 18 * Math.floor(at / 2)]
  return html`<rect x="${x + 1}" y="${y}" width="20" height="12" fill="${fill}" stroke="#555" stroke-width="0.6"/><text x="${x + 28}" y="${y + 10}" font-size="11" fill="#222">${text}</text>`
})}</svg>`
}

/** Up to five classes of as equal a number of areas as ties allow, those with nothing at all in one of their own: the least value
 *  of each class but the first. */
export function quantiles(values: readonly string[]): string[] {
  const sorted = [...values].sort((a, b) => Number(a) - Number(b))
  const some = sorted.filter((value) => Number(value) > 0)
  const hasNone = some.length < sorted.length
  const classes = COLOURS.length - (hasNone ? 1 : 0)
  const cuts = [...Array(classes).keys()].flatMap(
    (at) => some[Math.floor((at * some.length) / classes)] ?? [],
  )
  return [...new Set(cuts)].slice(hasNone ? 0 : 1)
}

const classOf = (value: string, bounds: readonly string[]): number =>
  bounds.filter((bound) => Number(value) >= Number(bound)).length

const colour = (place: number, classes: number): string =>
  COLOURS[classes <= 1 ? 2 : Math.round((place * (COLOURS.length - 1)) / (classes - 1))] ?? COLOURS[0]

function fillOf(figure: Figure | undefined, bounds: readonly string[]): string {
  if (figure?.obsStatus === 'Q') return 'url(#withheld)'
  if (!figure || figure.value === null) return 'url(#none)'
  return colour(classOf(figure.value, bounds), bounds.length + 1)
}

function legend(bounds: readonly string[], areas: readonly MapArea[], lang: Lang) {
  const values = areas.flatMap(({ figure }) => (figure?.value ? [figure.value] : []))
  const withheld = areas.filter(({ figure }) => figure?.obsStatus === 'Q').length
  const none = areas.filter(({ label }) => label).length - values.length - withheld
  const counted = (n: number) => (lang === 'vi' ? `${n} xã, phường` : `${n} communes`)
  const classes = values.length === 0 ? [] : [...Array(bounds.length + 1).keys()]
  return [
    ...classes.map((place) => {
      const inside = values
        .filter((value) => classOf(value, bounds) === place)
        .sort((a, b) => Number(a) - Number(b))
      const [least = '', most = ''] = [inside[0], inside.at(-1)]
      const range =
        least === most ? localNumber(least, lang) : `${localNumber(least, lang)} – ${localNumber(most, lang)}`
      return { fill: colour(place, classes.length), text: `${range} (${counted(inside.length)})` }
    }),
    ...(withheld > 0
      ? [
          {
            fill: 'url(#withheld)',
            text: `${lang === 'vi' ? 'Không công bố (bảo mật)' : 'Withheld'} (${counted(withheld)})`,
          },
        ]
      : []),
    ...(none > 0
      ? [
          {
            fill: 'url(#none)',
            text: `${lang === 'vi' ? 'Không có số liệu' : 'No figure'} (${counted(none)})`,
          },
        ]
      : []),
  ]
}

function projection(points: Ring) {
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const [west, east, south, north] = [
    least(lons),
    -least(lons.map((lon) => -lon)),
    least(lats),
    -least(lats.map((lat) => -lat)),
  ]
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const [wide, high] = [Math.max((east - west) * shrink, 1e-6), Math.max(north - south, 1e-6)]
  const scale = Math.min((WIDTH - 2) / wide, HEIGHT_MAX / high)
  const left = (WIDTH - wide * scale) / 2
  return {
    height: Math.ceil(high * scale) + 2,
    project: ([lon, lat]: readonly [number, number]): Point => [
      left + (lon - west) * shrink * scale,
      1 + (north - lat) * scale,
    ],
  }
}

/** Of many numbers: more than a call takes as arguments. */
const least = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.min(a, b))

function ringsOf(geometry: object): Ring[] {
  const { type, coordinates } = geometry as { type?: string; coordinates?: unknown }
  if (type === 'Polygon') return coordinates as Ring[]
  return type === 'MultiPolygon' ? (coordinates as Ring[][]).flat() : []
}

/** The centre of gravity of the largest ring. */
function middleOf(rings: readonly (readonly Point[])[]): Point {
  const measured = rings.map((ring) => ({ ring, ...gravity(ring) }))
  const [largest] = measured.sort((a, b) => b.area - a.area)
  return largest?.middle ?? [0, 0]
}

function gravity(ring: readonly Point[]): { area: number; middle: Point } {
  let [twice, x, y] = [0, 0, 0]
  for (const [at, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[(at + 1) % ring.length] ?? [0, 0]
    const cross = x1 * y2 - x2 * y1
    twice += cross
    x += (x1 + x2) * cross
    y += (y1 + y2) * cross
  }
  return twice === 0
    ? { area: 0, middle: ring[0] ?? [0, 0] }
    : { area: Math.abs(twice) / 2, middle: [x / (3 * twice), y / (3 * twice)] }
}
