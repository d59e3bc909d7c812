import { err, ok, type Result } from '../../core/result.ts'
import { addDays, localDayStart, type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import { COVERAGES } from '../../digital-twin/indicator/codes.ts'
import type { FigureSetRequest } from '../../digital-twin/indicator/figure-source.ts'
import { ATTRIBUTES, type Attribute, OBS_VALUE } from '../../digital-twin/indicator/formats/components.ts'
import type { Dataflow } from '../../digital-twin/indicator/formats/dataflows.ts'
import { isDate } from '../../digital-twin/indicator/period.ts'
import { type ComponentFilter, parseFilter } from './component-filter.ts'
import { codesIn, type Key, parseKey } from './key.ts'
import { periodsOf } from './periods.ts'

export interface DataQuery {
  readonly flow: Dataflow
  readonly key: Key
  readonly filters: readonly ComponentFilter[]
  readonly request: Omit<FigureSetRequest, 'windowDays'>
  /** Null: the flow’s own. */
  readonly attributes: readonly Attribute[] | null
  readonly dimensionAtObservation: string | null
  /** Null: as Accept says. */
  readonly labels: 'id' | 'name' | 'both' | null
  readonly lang: 'vi' | 'en' | null
}

export interface Refusal {
  readonly status: 400 | 501
  readonly code: 'not_valid' | 'not_supported'
  readonly detail: string
}

const bad = (detail: string) => err<Refusal>({ status: 400, code: 'not_valid', detail })
const unsupported = (detail: string) => err<Refusal>({ status: 501, code: 'not_supported', detail })

/** Parameters of the standard that are not served, and what there is instead. */
const UNSERVED: Readonly<Record<string, string>> = {
  updatedAfter: 'compare two vintages: GET /api/v1/releases/{id}/revisions',
  includeHistory: 'ask for each vintage with asOf',
  firstNObservations: 'use c[TIME_PERIOD]',
  lastNObservations: 'use c[TIME_PERIOD]',
  offset: 'the answer is whole; narrow it by key',
  limit: 'the answer is whole; narrow it by key',
  sort: 'figures come in the order of their dimensions',
  reportingYearStartDay: 'years begin on 1 January',
}

/** What a data query of SDMX REST asks for. */
export function readDataQuery(
  flow: Dataflow,
  keyText: string,
  query: Readonly<Record<string, string>>,
): Result<DataQuery, Refusal> {
  const key = parseKey(keyText, flow)
  if (!key.ok) return bad(`key: ${key.error}`)
  const filters: ComponentFilter[] = []
  for (const [name, value] of Object.entries(query)) {
    const [, id] = /^c\[(\w+)\]$/.exec(name) ?? []
    if (id === undefined) {
      const refusal = refuse(name, value)
      if (refusal) return refusal
      continue
    }
    const filter = parseFilter(id, value, flow)
    if (!filter.ok) return bad(filter.error)
    filters.push(filter.value)
  }
  const attributes = attributesOf(query)
  if (!attributes.ok) return bad(attributes.error)
  const request = requestOf(flow, key.value, filters, query.asOf)
  if (!request.ok) return bad(request.error)
  const { dimensionAtObservation = null, lang = null, labels = null } = query
  const dimensions = [...flow.dimensions.map(({ id }) => id), 'AllDimensions']
  if (dimensionAtObservation !== null && !dimensions.includes(dimensionAtObservation))
    return bad(`dimensionAtObservation: takes ${dimensions.join(', ')}`)
  if (lang !== null && lang !== 'vi' && lang !== 'en') return bad('lang: takes vi or en')
  if (labels !== null && labels !== 'id' && labels !== 'name' && labels !== 'both')
    return bad('labels: takes id, name or both')
  return ok({
    flow,
    key: key.value,
    filters,
    request: request.value,
    attributes: attributes.value,
    dimensionAtObservation,
    labels,
    lang,
  })
}

const SERVED = ['asOf', 'attributes', 'dimensionAtObservation', 'labels', 'lang']

function refuse(name: string, value: string) {
  if (SERVED.includes(name)) return null
  if (name === 'measures')
    return value === 'all' || value === OBS_VALUE.id ? null : unsupported('measures: takes all')
  // Of SDMX REST 1.x; `attributes` and `measures` came in its place.
  if (name === 'detail')
    return value === 'full' || value === 'dataonly' ? null : unsupported('detail: takes full or dataonly')
  if (name === 'includeHistory' && value === 'false') return null
  if (name === 'startPeriod' || name === 'endPeriod')
    return bad(`${name} is of SDMX REST 1.x; use c[TIME_PERIOD]=ge:2025-01+le:2025-12`)
  const instead = Object.hasOwn(UNSERVED, name) ? UNSERVED[name] : undefined
  return instead === undefined
    ? bad(`${name}: no such parameter; takes c[COMPONENT], ${SERVED.join(', ')}`)
    : unsupported(`${name} is not served; ${instead}`)
}

function attributesOf({
  attributes: text,
  detail,
}: Readonly<Record<string, string>>): Result<Attribute[] | null, string> {
  if (text === undefined) return ok(detail === 'dataonly' ? [] : null)
  const words = text.split(',')
  const unknown = words.find(
    (word) => !Object.hasOwn(GROUPS, word) && !ATTRIBUTES.some(({ id }) => id === word),
  )
  if (unknown !== undefined)
    return err(
      `attributes: "${unknown}"; takes ${[...Object.keys(GROUPS), ...ATTRIBUTES.map(({ id }) => id)].join(', ')}`,
    )
  return ok(ATTRIBUTES.filter((one) => words.some((word) => word === one.id || GROUPS[word]?.(one))))
}

const GROUPS: Readonly<Record<string, (attribute: Attribute) => boolean>> = {
  dsd: () => true,
  all: () => true,
  none: () => false,
  dataset: ({ dependsOn }) => dependsOn === 'dataflow',
  series: ({ dependsOn }) => typeof dependsOn !== 'string',
  obs: ({ dependsOn }) => dependsOn === 'observation',
}

function requestOf(
  flow: Dataflow,
  key: Key,
  filters: readonly ComponentFilter[],
  asOfText: string | undefined,
): Result<DataQuery['request'], string> {
  const asOf = asOfText === undefined ? null : readTime(asOfText)
  if (asOfText !== undefined && asOf === null)
    return err('asOf: takes a day, YYYY-MM-DD, or an RFC 3339 time with a zone')
  if (asOf !== null && asOf > microsNow() + DAY_AHEAD_US) return err('asOf: lies in the future')
  const of = (id: string) => filters.find(({ component }) => component.id === id)
  const coverages = named(of('COVERAGE')) ?? []
  const coverage = COVERAGES.find(({ id }) => id === coverages[0])?.id ?? 'PLATFORM'
  if (coverages.length > 1 || (of('COVERAGE') && coverages.length === 0))
    return err('c[COVERAGE]: takes one of them at a time, for they are never added up')
  const periods = periodsOf(of('TIME_PERIOD'), codesIn(key, 'FREQ') ?? named(of('FREQ')))
  if (!periods.ok) return periods
  return ok({
    periods: periods.value,
    areas: codesIn(key, 'REF_AREA') ?? named(of('REF_AREA')),
    level: null,
    isDetail: flow.isDetail,
    coverage,
    asOf,
    inputsAsOf: null,
  })
}

/** The values that a filter names one by one; null: it does otherwise. */
function named(filter: ComponentFilter | undefined): readonly string[] | null {
  const values = filter?.alternatives.map((conditions) =>
    conditions.length === 1 && conditions[0]?.operator === 'eq' ? conditions[0].value : null,
  )
  return values?.every((value) => value !== null) ? values : null
}

const DAY_AHEAD_US = 86_400_000_000

/** A bare date means the end of that day, local time. */
const readTime = (text: string): Micros | null =>
  isDate(text) ? localDayStart(addDays(text, 1)) - 1 : parseRfc3339(text.replace(' ', '+'))
