import { COVERAGES, INDICATORS } from '../codes.ts'
import type { Figure, FigureSet } from '../figure.ts'
import { unitOf } from './code-lists.ts'
import { type Component, DETAIL_DIMENSIONS } from './components.ts'
import { codesOf } from './dataflows.ts'
import { areasByCode, type Lang, nameIn, SYNTHETIC } from './names.ts'

interface Dimension {
  readonly id: string
  readonly component: Component
  readonly codes: readonly string[]
}

const TITLE = { nameVi: 'Kết nối IoT', nameEn: 'IoT connections' }
/** With this many cells a figure the cube is written as an object of those that have one. */
const SPARSE = 4
const OFTEN = ['INDICATOR', 'REF_AREA']

/** A dataset of JSON-stat 2.0 (json-stat.org/full). INDICATOR and REF_AREA always, ACCESS, DOMAIN and CLASS where there is more
 *  than the total, TIME_PERIOD last. Codes stand in arrays: as keys of an object those that look like integers would change
 *  their order. A cell without a figure is null without a status. */
export function jsonStat(set: FigureSet, lang: Lang = 'en'): string {
  const dimensions = dimensionsOf(set)
  const size = dimensions.map(({ codes }) => codes.length)
  const cells = size.reduce((product, length) => product * length, 1)
  const isSparse = cells > SPARSE * set.figures.length
  const value: { [cell: number]: number | null } = isSparse ? {} : Array<null>(cells).fill(null)
  const status: Record<string, string> = {}
  const confidential: Record<string, string> = {}
  const at = cellIndex(set, dimensions)
  for (const figure of set.figures) {
    const cell = at(figure)
    if (cell in status) throw new RangeError(`two figures in one cell: ${JSON.stringify(figure)}`)
    value[cell] = figure.value === null ? null : Number(figure.value)
    status[cell] = figure.obsStatus
    if (figure.confStatus !== 'F') confidential[cell] = figure.confStatus
  }
  const periods = dimensions.at(-1)?.codes.join(', ') ?? ''
  return JSON.stringify({
    version: '2.0',
    class: 'dataset',
    label: `${nameIn(TITLE, lang)} ${periods}`,
    ...(set.isSynthetic ? { note: [nameIn(SYNTHETIC, lang)] } : {}),
    updated: set.preparedAt,
    source: `${set.agency}: ${coverageOf(set, lang)}`,
    id: dimensions.map(({ id }) => id),
    size,
    role: { metric: ['INDICATOR'], geo: ['REF_AREA'], time: ['TIME_PERIOD'] },
    dimension: Object.fromEntries(dimensions.map((one) => [one.id, described(set, one, lang)])),
    value,
    status,
    extension: {
      release: set.release?.id ?? null,
      method_version: set.methodVersion,
      ...(Object.keys(confidential).length > 0 ? { conf_status: confidential } : {}),
      ...(set.isSynthetic ? { synthetic: true } : {}),
    },
  })
}

/** Periods follow from their frequency, so FREQ is none of them. Areas come in the order of the set, the province first. */
function dimensionsOf(set: FigureSet): Dimension[] {
  const order = [...OFTEN, ...DETAIL_DIMENSIONS.map(({ id }) => id).filter((id) => !OFTEN.includes(id))]
  const dimensions: Dimension[] = []
  for (const id of order) {
    const component = DETAIL_DIMENSIONS.find((one) => one.id === id)
    if (!component || id === 'FREQ') continue
    const present = new Set(set.figures.map((figure) => String(component.of(figure, set))))
    const known: readonly string[] =
      id === 'REF_AREA'
        ? [...areasByCode(set).keys()]
        : id === 'INDICATOR'
          ? INDICATORS.map((one) => one.id)
          : []
    const codes = [...new Set([...known.filter((code) => present.has(code)), ...present])]
    const isTotal = codes.length === 1 && codes[0] === '_T'
    if (!isTotal) dimensions.push({ id, component, codes })
  }
  return dimensions
}

/** Row-major: the last dimension goes fastest. */
function cellIndex(set: FigureSet, dimensions: readonly Dimension[]): (figure: Figure) => number {
  const positions = dimensions.map(({ codes }) => new Map(codes.map((code, i) => [code, i])))
  return (figure) =>
    dimensions.reduce(
      (index, { component, codes }, i) =>
        index * codes.length + (positions[i]?.get(String(component.of(figure, set))) ?? 0),
      0,
    )
}

function described(set: FigureSet, { id, component, codes }: Dimension, lang: Lang) {
  const coded = codesOf(set)
  const label = Object.fromEntries(
    codes.map((code) => [
      code,
      component.codeList === null ? code : nameIn(coded(component.codeList, code), lang),
    ]),
  )
  return {
    label: nameIn(component, lang),
    category: {
      index: codes,
      label,
      ...(id === 'INDICATOR' ? { unit: unitsOf(codes, lang) } : {}),
    },
  }
}

const unitsOf = (codes: readonly string[], lang: Lang) =>
  Object.fromEntries(
    codes.map((code) => {
      const unit = unitOf(code)
      const decimals = INDICATORS.find(({ id }) => id === code)?.decimals ?? 0
      return [code, { decimals, ...(unit ? { label: nameIn(unit, lang) } : {}) }]
    }),
  )

function coverageOf(set: FigureSet, lang: Lang): string {
  const present = new Set(set.figures.map(({ coverage }) => coverage))
  return COVERAGES.filter(({ id }) => present.has(id))
    .map((coverage) => nameIn(coverage, lang))
    .join('; ')
}
