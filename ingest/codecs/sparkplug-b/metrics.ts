import type { Micros } from '../../../core/time.ts'
import { addReading, type FieldRules } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { type Birth, type Definition, hasShortName, isControl } from './births.ts'
import type { Metric } from './payload.ts'
import { partsOf, qualityOf, scalarOf, unitOf } from './values.ts'

/** Where the metrics of a message are read. */
export interface Scope {
  readonly source: string
  readonly birth: Birth | undefined
  readonly rules: FieldRules
  /** The payload's. */
  readonly time: Micros | undefined
  readonly found: Findings
}

/** What reading them showed. */
export interface Seen {
  /** A metric is in no birth that is known, whether it could be read or not. */
  isUndefined: boolean
  /** Some are about the session and the node itself. */
  hasControl: boolean
}

/** The range of a date. */
const TIME_MAX_MS = 8.64e15

export function readMetrics(metrics: readonly Metric[], scope: Scope): Seen {
  const seen: Seen = { isUndefined: false, hasControl: false }
  for (const [i, metric] of metrics.entries()) {
    if (scope.found.isFull) break
    readMetric(metric, { path: `/metrics/${i}`, prefix: '', time: scope.time }, scope, seen)
  }
  return seen
}

interface At {
  readonly path: string
  readonly prefix: string
  readonly time: Micros | undefined
}

function readMetric(metric: Metric, at: At, scope: Scope, seen: Seen): void {
  const { found, birth, source } = scope
  const definition = definitionOf(metric, at.prefix, birth)
  const name = metric.name ? at.prefix + metric.name : definition?.name
  if (name === undefined) return undefinedMetric(metric, at, scope, seen)
  if (isControl(name, metric)) {
    seen.hasControl = true
    return
  }
  // §5.15: a metric that the birth left out is a reason to ask for another, and none to lose what can be read.
  if (definition === undefined && birth !== undefined) seen.isUndefined = true
  if (metric.isNull || metric.value === undefined) return found.ignore('null')
  // §6.4.6: what is transient is not to be kept.
  if (metric.isTransient) return found.unmapped(at.path, source)
  const time = timeOf(metric.timestamp, at.time)
  if (time === null)
    return found.reject(at.path, 'invalid_time', `"${name}": the timestamp is milliseconds since 1970`)
  readValue(metric, definition, name, { ...at, time }, scope, seen)
}

function readValue(
  metric: Metric,
  definition: Definition | undefined,
  name: string,
  at: At,
  scope: Scope,
  seen: Seen,
): void {
  const { value } = metric
  if (value === undefined) return
  if (value.as === 'template') {
    if (!hasShortName(name)) return scope.found.unmapped(at.path, scope.source)
    for (const [i, member] of value.template.metrics.entries())
      if (!scope.found.isFull)
        readMetric(member, { ...at, path: `${at.path}/${i}`, prefix: `${name}/` }, scope, seen)
    return
  }
  const datatype = metric.datatype || definition?.datatype
  const unit = unitOf(metric) ?? definition?.unit
  const field = { ...at, unit, channel: definition?.channel, quality: qualityOf(metric) }
  if (value.as !== 'dataset' && value.as !== 'bytes')
    return readScalar(name, scalarOf(value, datatype), field, scope, seen)
  const parts = partsOf(value, datatype)
  if (parts === null) return scope.found.unmapped(at.path, scope.source)
  for (const { step, value: part } of parts)
    if (!scope.found.isFull)
      readScalar(`${name}/${step}`, part, { ...field, path: `${at.path}/${step}` }, scope, seen)
}

interface ScalarField extends At {
  readonly unit: string | undefined
  readonly channel: string | undefined
  readonly quality: 'estimated' | 'bad' | undefined
}

function readScalar(
  name: string,
  value: number | boolean | string | null | undefined,
  { path, time, unit, channel, quality }: ScalarField,
  { found, rules, source }: Scope,
  seen: Seen,
): void {
  if (value === null || value === '') return found.ignore('null')
  const rule = rules(name, unit)
  if (rule === null) return found.ignore('unmapped')
  if (rule === undefined) return found.unmapped(path, source)
  if (value === undefined) {
    seen.isUndefined = true
    return found.reject(
      path,
      'unknown_alias',
      `"${name}" is an integer of a datatype that only its birth says, and no birth of ${source} is known`,
    )
  }
  addReading(found, channel && !rule.channel ? { ...rule, channel } : rule, {
    path,
    value,
    unit,
    time,
    source,
    quality,
  })
}

/** By the name, else by the alias that the birth of the node or device itself gave. */
function definitionOf(
  { name, alias }: Metric,
  prefix: string,
  birth: Birth | undefined,
): Definition | undefined {
  if (name) return birth?.byName.get(prefix + name)
  return alias === undefined ? undefined : birth?.byAlias.get(alias)
}

function undefinedMetric({ alias }: Metric, { path }: At, { found, source }: Scope, seen: Seen): void {
  if (alias === undefined)
    return found.reject(path, 'wrong_shape', 'a metric has a name, or an alias that its birth gave it')
  seen.isUndefined = true
  found.reject(path, 'unknown_alias', `alias ${alias} is in no birth of ${source} that is known`)
}

/** The metric's own, else the payload's; null where the metric's is no time. */
function timeOf(ms: number | undefined, payload: Micros | undefined): Micros | undefined | null {
  if (ms === undefined) return payload
  return ms <= TIME_MAX_MS ? ms * 1000 : null
}

/** The payload's own time is an envelope's: where it is none, the time of receipt takes its place. */
export const payloadTime = (ms: number | undefined): Micros | undefined => timeOf(ms, undefined) ?? undefined
