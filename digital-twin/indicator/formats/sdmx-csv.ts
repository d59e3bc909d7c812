import type { Figure, FigureSet } from '../figure.ts'
import { type Attribute, type Component, OBS_VALUE, TIME } from './components.ts'
import { type Cell, csvLine, inChunks } from './csv-line.ts'
import { artefact, codesOf, type Dataflow, figuresOf } from './dataflows.ts'
import { type Lang, nameIn } from './names.ts'

export interface SdmxCsvOptions {
  readonly version: '2.0.0' | '1.0.0'
  readonly flow: Dataflow
  /** `name` (2.0 only): each identifier followed by a column with its name; `both`: `id: name` in one. */
  readonly labels?: 'id' | 'name' | 'both'
  readonly keys?: 'none' | 'series' | 'obs' | 'both'
  readonly lang?: Lang
  /** Default: those of the flow’s table. */
  readonly attributes?: readonly Attribute[]
}

/** SDMX-CSV in pieces (sdmx-twg/sdmx-csv, tags v1.0 and v2.0.0). Attributes of partial keys are said on every row; a withheld
 *  or missing value is an empty field. A column SYNTHETIC of our own stands last where the data is made up. */
export function sdmxCsv(set: FigureSet, options: SdmxCsvOptions): Generator<string> {
  return inChunks(lines(set, options))
}

function* lines(set: FigureSet, options: SdmxCsvOptions): Generator<string> {
  const { version, flow, labels = 'id', lang = 'en', attributes = flow.tableAttributes } = options
  const isFirst = version === '1.0.0'
  // Version 1.0 has no labels=name.
  const shown = isFirst && labels === 'name' ? 'both' : labels
  const label = (id: string, name: string): string[] =>
    shown === 'both' ? [`${id}: ${name}`] : shown === 'name' ? [id, name] : [id]
  const columns: readonly Component[] = [...flow.dimensions, OBS_VALUE, ...attributes]
  const keys = keyColumns(options)
  const name = nameIn(flow, lang)
  // A table without some attributes adds to what a receiver has; with all of them it stands in its place.
  const action = flow.tableAttributes.every((one) => attributes.includes(one)) ? 'R' : 'A'
  const structure = isFirst
    ? label(`${set.agency}:${flow.id}(1.0)`, name)
    : ['dataflow', ...label(artefact(set.agency, flow.id), name), action]
  yield csvLine([
    ...(isFirst ? ['DATAFLOW'] : ['STRUCTURE', 'STRUCTURE_ID']),
    ...(isFirst ? [] : shown === 'name' ? ['STRUCTURE_NAME', 'ACTION'] : ['ACTION']),
    ...keys.map(({ header }) => header),
    ...columns.flatMap((column) => label(column.id, nameIn(column, lang))),
    ...(set.isSynthetic ? ['SYNTHETIC'] : []),
  ])
  const coded = codesOf(set)
  const cells = (column: Component, figure: Figure): Cell[] => {
    const value = column.of(figure, set)
    if (value === null || column.codeList === null) return shown === 'name' ? [value, null] : [value]
    return label(String(value), nameIn(coded(column.codeList, String(value)), lang))
  }
  for (const figure of figuresOf(set, flow))
    yield csvLine([
      ...structure,
      ...keys.map(({ parts }) => parts.map((part) => part.of(figure, set)).join('.')),
      ...columns.flatMap((column) => cells(column, figure)),
      ...(set.isSynthetic ? [true] : []),
    ])
}

/** SERIES_KEY and OBS_KEY: the values of the dimensions joined by dots, without and with the time. */
function keyColumns({ version, flow, keys = 'none' }: SdmxCsvOptions) {
  const all = [
    { header: 'SERIES_KEY', of: 'series', parts: flow.dimensions.filter(({ id }) => id !== TIME) },
    { header: 'OBS_KEY', of: 'obs', parts: flow.dimensions },
  ]
  return version === '1.0.0' ? [] : all.filter(({ of }) => keys === of || keys === 'both')
}
