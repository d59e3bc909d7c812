import { type Micros, parseRfc3339 } from '../../../core/time.ts'
import { isRecord } from '../../json.ts'

/** A field of a DataSet, out of whatever it is wrapped in. */
export interface FieldValue {
  /** Undefined where there is none. */
  readonly value: unknown
  readonly quality: 'bad' | 'estimated' | undefined
  readonly sourceTimestamp: unknown
  readonly serverTimestamp: unknown
}

/** All that a DataValue or a Variant may have: OPC 10000-6 §5.4.2.17 and §5.4.2.18, 1.04 (Type, Body, StatusCode) and 1.05 (UaType,
 *  Value, Status). An object with any other member is a structure, and its members are values. */
const WRAPPER: ReadonlySet<string> = new Set([
  'UaType',
  'UaTypeId',
  'Value',
  'Dimensions',
  'Type',
  'TypeId',
  'Body',
  'Status',
  'StatusCode',
  'SourceTimestamp',
  'SourcePicoseconds',
  'ServerTimestamp',
  'ServerPicoseconds',
])
const WRAPPERS_MAX = 4

export function fieldValue(raw: unknown): FieldValue {
  let value = raw
  let quality: FieldValue['quality']
  let sourceTimestamp: unknown
  let serverTimestamp: unknown
  for (let i = 0; i < WRAPPERS_MAX && isWrapper(value); i++) {
    quality ??= qualityOf(value.Status ?? value.StatusCode)
    sourceTimestamp ??= value.SourceTimestamp
    serverTimestamp ??= value.ServerTimestamp
    value = 'Value' in value ? value.Value : value.Body
  }
  return { value, quality, sourceTimestamp, serverTimestamp }
}

const isWrapper = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.keys(value).every((member) => WRAPPER.has(member))

/** OPC 10000-4 §7.39: bits 31 and 30 are the severity, 0 good, 1 uncertain, the others bad. A code is a number (1.04, reversible) or
 *  `{Code, Symbol}` (OPC 10000-6 §5.4.2.12), where either may be missing and none is good. */
export function qualityOf(status: unknown): FieldValue['quality'] {
  const { Code: code, Symbol: symbol } = isRecord(status) ? status : { Code: status, Symbol: status }
  if (typeof code === 'number') {
    const severity = Math.floor(code / 2 ** 30) & 3
    return severity === 0 ? undefined : severity === 1 ? 'estimated' : 'bad'
  }
  if (typeof symbol !== 'string') return undefined
  return symbol.startsWith('Bad') ? 'bad' : symbol.startsWith('Uncertain') ? 'estimated' : undefined
}

/** The worse of two. */
export const worse = (a: FieldValue['quality'], b: FieldValue['quality']): FieldValue['quality'] =>
  a === 'bad' || b === 'bad' ? 'bad' : (a ?? b)

/** DateTime.MinValue and MaxValue stand for no time (OPC 10000-6 §5.4.2.6). */
const NO_TIME = /^(?:0001-01-01T|1601-01-01T00:00:00|9999-12-31T)/

/** The first that is given, in the order of trust: when the value was measured, when the server had it, when it was sent. Null
 *  where that one is no time; undefined where none is given. Digits past microseconds are cut. */
export function firstTime(...candidates: readonly unknown[]): Micros | null | undefined {
  const given = candidates.find(
    (candidate) => candidate !== undefined && candidate !== null && !NO_TIME.test(String(candidate)),
  )
  if (given === undefined) return undefined
  return typeof given === 'string' ? parseRfc3339(given) : null
}
