import type { Micros } from '../../../core/time.ts'
import { COMMON_RULES, type FieldRules, readField, readFields } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { pathRules } from '../../path-rules.ts'
import { type FieldValue, fieldValue, firstTime, worse } from './values.ts'

export interface DataSet {
  readonly path: string
  readonly source: string | undefined
  readonly rules: FieldRules
  readonly units: ReadonlyMap<string, string>
  /** Of the DataSetMessage, for fields that have none of their own. */
  readonly timestamp: unknown
  readonly quality: FieldValue['quality']
}

export function readDataSet(
  payload: Readonly<Record<string, unknown>>,
  dataSet: DataSet,
  found: Findings,
): void {
  for (const name in payload) {
    if (found.isFull) return
    readDataSetField(name, payload[name], `${dataSet.path}/${pointerOf(name)}`, dataSet, found)
  }
}

/** One field: a plain value, a DataValue, a Variant, or one in the other. A status that is bad has no value, or one that is kept as
 *  bad. Members of structures and arrays are fields of their own, `<field>/<member>`. */
export function readDataSetField(
  name: string,
  raw: unknown,
  path: string,
  dataSet: DataSet,
  found: Findings,
): void {
  const { value, quality, sourceTimestamp, serverTimestamp } = fieldValue(raw)
  if (value === undefined || value === null || value === 'NaN') return found.ignore('null')
  const time = firstTime(sourceTimestamp, serverTimestamp, dataSet.timestamp)
  if (time === null) return found.reject(path, 'invalid_time', `"${name}": a DateTime is RFC 3339 in UTC`)
  const at: At = { path, time, source: dataSet.source, quality: worse(quality, dataSet.quality) }
  const rules = nodeRules(dataSet.rules)
  if (typeof value === 'object') {
    if (Object.keys(value).length === 0) found.ignore('null')
    else readFields(found, rules, value, { ...at, name })
  } else if ((value === 'Infinity' || value === '-Infinity') && rules(name))
    found.reject(path, 'not_finite', `"${name}" is ${value}`)
  else readField(found, rules, { ...at, name, value, unit: dataSet.units.get(name) })
}

interface At {
  readonly path: string
  readonly time: Micros | undefined
  readonly source: string | undefined
  readonly quality: FieldValue['quality']
}

/** A field may be called by its node: "nsu=http://…;s=Boiler.Temperature" and "2:Temperature" are looked up as they are, then by
 *  their identifier. */
const nodeRules = (rules: FieldRules): FieldRules => {
  const byPath = pathRules(rules)
  return (name) => {
    const identifier = nodeName(name)
    if (identifier === name) return byPath(name)
    const whole = rules(name)
    return whole !== undefined && whole !== COMMON_RULES(name) ? whole : byPath(identifier)
  }
}

/** What of a NodeId or a qualified name is the name: "ns=2;s=Temperature", "nsu=urn:x;Temperature", "2:Temperature". */
export function nodeName(name: string): string {
  const last = name.slice(name.lastIndexOf(';') + 1)
  return last.replace(/^(?:[isgb]=|\d+:)/, '').replace(/^.*#/, '')
}

/** Whether something may be the payload of a DataSetMessage. */
export const isPayload = (json: unknown): json is Record<string, unknown> =>
  isRecord(json) && Object.keys(json).length > 0
