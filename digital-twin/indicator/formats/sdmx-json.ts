import type { Figure, FigureSet } from '../figure.ts'
import { ATTRIBUTES, type Attribute, type Component, OBS_VALUE, TIME } from './components.ts'
import { type Dataflow, dataflowUrn, figuresOf, structureUrn } from './dataflows.ts'
import { type Lang, type Names, SYNTHETIC } from './names.ts'
import { messageMeta } from './sdmx-message.ts'
import { SdmxWriter, type Value } from './sdmx-writer.ts'

export interface SdmxJsonOptions {
  readonly flow: Dataflow
  readonly lang?: Lang
  /** The dimension that tells the observations of a series apart; `AllDimensions`: no series. Default: the time. */
  readonly dimensionAtObservation?: string
  /** Default: all. */
  readonly attributes?: readonly Attribute[]
}

const DATA_SCHEMA =
  'https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json'

/** An SDMX-JSON 2.0.0 data message (sdmx-twg/sdmx-json, tag v2.0.0, data-message field guide). An attribute that is the same
 *  everywhere stands once, at the data set; one that is the same all along a series at the series; those of observations
 *  always at the observation. Values of the last attributes that are null or their default are left out, as the guide lets. */
export function sdmxJson(set: FigureSet, options: SdmxJsonOptions): string {
  const { flow, lang = 'en', dimensionAtObservation = TIME, attributes = ATTRIBUTES } = options
  const figures = figuresOf(set, flow)
  const written = new SdmxWriter(set, lang)
  const isFlat = dimensionAtObservation === 'AllDimensions'
  const isInner = ({ id }: Component) => isFlat || id === dimensionAtObservation
  const inner = flow.dimensions.filter(isInner)
  const outer = flow.dimensions.filter((dimension) => !isInner(dimension))
  const levels = levelsOf(set, figures, outer, attributes)
  const series = new Map<string, { attributes: Value[]; observations: Record<string, Value[]> }>()
  for (const figure of figures) {
    const key = written.key(outer, figure)
    let one = series.get(key)
    if (!one) {
      one = { attributes: written.values(levels.series, figure), observations: {} }
      series.set(key, one)
    }
    const at = written.key(inner, figure)
    if (at in one.observations)
      throw new RangeError(`two figures of ${key}, ${at}: ${JSON.stringify(figure)}`)
    const value = figure.value === null ? null : Number(figure.value)
    const said = levels.observation.slice(0, lastSaid(levels.observation, figure, set) + 1)
    one.observations[at] = [value, ...written.values(said, figure)]
  }
  const hasAll = ATTRIBUTES.every((attribute) => attributes.includes(attribute))
  const links = [{ rel: 'dataflow', urn: dataflowUrn(set.agency, flow) }]
  const dataSet = {
    structure: 0,
    action: hasAll ? 'Replace' : 'Append',
    ...(set.release ? { validFrom: set.release.publishedAt } : {}),
    links,
    ...(figures[0] ? { attributes: written.values(levels.dataSet, figures[0]) } : {}),
    ...(isFlat
      ? { observations: series.get('')?.observations ?? {} }
      : { series: Object.fromEntries(series) }),
  }
  const describe = (of: readonly Attribute[]) => of.map((attribute) => written.attribute(attribute))
  const structure = {
    dataSets: [0],
    links: [...links, { rel: 'datastructure', urn: structureUrn(set.agency, flow) }],
    ...written.named(titleOf(set, flow)),
    dimensions: {
      dataSet: [],
      series: outer.map((one) => written.dimension(one, flow.dimensions.indexOf(one))),
      observation: inner.map((one) => written.dimension(one, flow.dimensions.indexOf(one))),
    },
    measures: {
      observation: [
        { id: OBS_VALUE.id, ...written.named(OBS_VALUE), format: { dataType: OBS_VALUE.dataType } },
      ],
    },
    attributes: {
      dataSet: describe(levels.dataSet),
      dimensionGroup: [],
      series: describe(levels.series),
      observation: describe(levels.observation),
    },
  }
  return JSON.stringify({
    meta: messageMeta({
      agency: set.agency,
      id: set.release?.id ?? set.preparedAt,
      schema: DATA_SCHEMA,
      prepared: set.preparedAt,
      isTest: set.isSynthetic,
      title: titleOf(set, flow),
      lang,
    }),
    data: { structures: [structure], dataSets: [dataSet] },
  })
}

const titleOf = (set: FigureSet, flow: Dataflow): Names =>
  set.isSynthetic
    ? {
        nameVi: `${flow.nameVi} (${SYNTHETIC.nameVi})`,
        nameEn: `${flow.nameEn} (${SYNTHETIC.nameEn})`,
      }
    : flow

interface Levels {
  readonly dataSet: readonly Attribute[]
  readonly series: readonly Attribute[]
  readonly observation: readonly Attribute[]
}

/** At which level each attribute is said; those without any value at none. */
function levelsOf(
  set: FigureSet,
  figures: readonly Figure[],
  outer: readonly Component[],
  attributes: readonly Attribute[],
): Levels {
  const keys = figures.map((figure) => outer.map((dimension) => dimension.of(figure, set)).join('.'))
  const levels = { dataSet: [] as Attribute[], series: [] as Attribute[], observation: [] as Attribute[] }
  for (const attribute of attributes) {
    const values = figures.map((figure) => attribute.of(figure, set))
    if (values.every((value) => value === null)) continue
    const ofSeries = new Map(keys.map((key, i) => [key, values[i]]))
    if (attribute.dependsOn === 'observation') levels.observation.push(attribute)
    else if (values.every((value) => value === values[0])) levels.dataSet.push(attribute)
    else if (outer.length > 0 && values.every((value, i) => value === ofSeries.get(keys[i] ?? '')))
      levels.series.push(attribute)
    else levels.observation.push(attribute)
  }
  return levels
}

/** Which of the attributes is the last with something to say: neither null nor what holds anyway. */
const lastSaid = (attributes: readonly Attribute[], figure: Figure, set: FigureSet): number =>
  attributes.findLastIndex((attribute) => {
    const value = attribute.of(figure, set)
    return value !== null && value !== attribute.fallback
  })
