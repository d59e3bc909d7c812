import type { Micros } from '../../../core/time.ts'
import type { Findings } from '../../findings.ts'
import { VALUES_MAX } from '../../findings.ts'
import type { SenmlRecord } from './records.ts'

/** A record with the base values in it (RFC 8428 §4.6). */
export interface Resolved {
  readonly path: string
  readonly base: string
  readonly local: string
  readonly unit?: string | undefined
  /** Absent: now, which is the time of receipt. */
  readonly time?: Micros | undefined
  /** Absent in a record that has only a sum. */
  readonly value?: number | string | boolean | Uint8Array | undefined
  readonly isData?: boolean
  readonly sum?: number | undefined
}

interface Bases {
  bn: string
  bt: number
  bu: string | undefined
  bv: number | undefined
  bs: number | undefined
}

const BASE_TYPES: Readonly<Record<string, 'string' | 'number'>> = {
  bn: 'string',
  bt: 'number',
  bu: 'string',
  bv: 'number',
  bs: 'number',
}
/** `vlo` is the object link of LwM2M (OMA-TS-LightweightM2M_Core §7.4.4). */
const VALUES: Readonly<Record<string, 'number' | 'string' | 'boolean' | 'octets'>> = {
  v: 'number',
  vs: 'string',
  vb: 'boolean',
  vd: 'octets',
  vlo: 'string',
}
const IS_NO_MEASUREMENT: ReadonlySet<string | undefined> = new Set(['vd', 'vlo'])
/** RFC 8428 §4.4: version 10; RFC 9100 §3 adds 2⁴ for secondary units. Drafts had less than 10. */
const VERSION = 10
const VERSION_SECONDARY_UNITS = 26
/** RFC 8428 §4.5.3: what is less counts from now. */
const ABSOLUTE_FROM_S = 2 ** 28
/** Microseconds are whole numbers up to here, in the year 2255. */
const TIME_MAX_S = 9_000_000_000
const NAME_CHARS_MAX = 512
/** RFC 8428 §4.5.1; a `/` in front is LwM2M's (OMA-TS-LightweightM2M_Core §7.4.4), whose base names are paths. */
const NAME = /^[A-Za-z0-9/][A-Za-z0-9\-:./_]*$/

/** The records that measure something. What is wrong with the pack, or with a base value that everything after it stands on,
 *  refuses the whole; what is wrong with one record refuses that one. */
export function resolve(
  records: readonly (SenmlRecord | null)[],
  receivedAt: Micros,
  found: Findings,
): Resolved[] {
  if (!isUnderstood(records, found)) return []
  const bases: Bases = { bn: '', bt: 0, bu: undefined, bv: undefined, bs: undefined }
  const resolved: Resolved[] = []
  for (const [i, record] of records.entries()) {
    const path = `/${i}`
    if (record === null) found.reject(path, 'wrong_shape', 'a record is an object (RFC 8428 §4.1)')
    else {
      takeBases(record, bases)
      const one = resolveRecord(record, bases, path, receivedAt, found)
      if (one) resolved.push(one)
    }
    if (resolved.length + found.rejections.length > VALUES_MAX) {
      found.onlyReject('too_many_values', `more than ${VALUES_MAX} records`)
      return []
    }
  }
  return resolved
}

function isUnderstood(records: readonly (SenmlRecord | null)[], found: Findings): boolean {
  for (const [i, record] of records.entries())
    for (const [label, value] of Object.entries(record ?? {})) {
      const at = `record ${i}: "${label}"`
      const type = BASE_TYPES[label]
      if (label.endsWith('_'))
        found.onlyReject('unsupported_feature', `${at} must be understood (RFC 8428 §4.4), and is not`)
      else if (label === 'bver' && !isKnownVersion(value))
        found.onlyReject(
          'unsupported_feature',
          `${at} is ${JSON.stringify(value)}; read are numbers up to ${VERSION}, and ${VERSION_SECONDARY_UNITS}`,
        )
      else if (Object.hasOwn(BASE_TYPES, label) && typeof value !== type)
        found.onlyReject('wrong_shape', `${at} is no ${type}, and the records after it stand on it`)
      else continue
      return false
    }
  return true
}

const isKnownVersion = (version: unknown): boolean =>
  Number.isInteger(version) &&
  (version as number) > 0 &&
  ((version as number) <= VERSION || version === VERSION_SECONDARY_UNITS)

function takeBases(record: SenmlRecord, bases: Bases): void {
  if (record.bn !== undefined) bases.bn = record.bn as string
  if (record.bt !== undefined) bases.bt = record.bt as number
  if (record.bu !== undefined) bases.bu = record.bu as string
  if (record.bv !== undefined) bases.bv = record.bv as number
  if (record.bs !== undefined) bases.bs = record.bs as number
}

function resolveRecord(
  record: SenmlRecord,
  bases: Bases,
  path: string,
  receivedAt: Micros,
  found: Findings,
): Resolved | undefined {
  const { n = '', u = bases.bu, t = 0, s } = record
  const measured = Object.keys(VALUES).filter((label) => record[label] !== undefined)
  if (measured.length === 0 && s === undefined && !hasBaseOnly(record, bases, path, found)) return undefined
  if (measured.length > 1)
    return void found.reject(path, 'wrong_shape', `one value a record, not ${measured.join(' and ')}`)
  if (typeof n !== 'string' || bases.bn.length + n.length > NAME_CHARS_MAX || !NAME.test(bases.bn + n))
    return void found.reject(
      path,
      'wrong_shape',
      'the name, base and own, is empty, too long or not of §4.5.1',
    )
  if ((u !== undefined && typeof u !== 'string') || (s !== undefined && typeof s !== 'number'))
    return void found.reject(path, 'wrong_type', '"u" is text and "s" a number')
  const time = timeOf(bases.bt, t, receivedAt)
  if (time === null)
    return void found.reject(
      path,
      'invalid_time',
      'bt + t are seconds since 1970, or from now where below 2^28',
    )
  const [label] = measured
  const value = measuredBy(record, label, bases, path, found)
  if (value === null) return undefined
  const sum =
    s !== undefined || (bases.bs !== undefined && label !== 'vs') ? (s ?? 0) + (bases.bs ?? 0) : undefined
  return { path, base: bases.bn, local: n, unit: u, time, value, isData: IS_NO_MEASUREMENT.has(label), sum }
}

/** A record without a value of its own measures by the base value or base sum (§4.5.4: what is missing of the two is zero);
 *  one that has nothing but base fields only sets them. */
function hasBaseOnly(record: SenmlRecord, bases: Bases, path: string, found: Findings): boolean {
  const isSetting = !['n', 'u', 't', 'ut'].some((label) => record[label] !== undefined)
  if (isSetting) return false
  if (bases.bv !== undefined || bases.bs !== undefined) return true
  found.reject(path, 'wrong_shape', 'a record without a value: v, vs, vb, vd or s')
  return false
}

/** Undefined: none; null: refused. */
function measuredBy(
  record: SenmlRecord,
  label: string | undefined,
  { bv }: Bases,
  path: string,
  found: Findings,
): Resolved['value'] | null {
  if (label === undefined) return record.s === undefined ? bv : undefined
  const value = record[label]
  if (label === 'v' && typeof value === 'number') return value + (bv ?? 0)
  if (typeof value === VALUES[label] || (label === 'vd' && isOctets(value))) return value as Resolved['value']
  const hint = label === 'v' && typeof value === 'string' ? '; text is "vs"' : ''
  found.reject(path, 'wrong_type', `"${label}" takes a value of type ${VALUES[label]}${hint}`)
  return null
}

const isOctets = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array

/** Undefined: now. Null: no time. */
function timeOf(bt: number, t: unknown, receivedAt: Micros): Micros | undefined | null {
  if (typeof t !== 'number') return null
  const seconds = bt + t
  if (seconds === 0) return undefined
  if (!(Math.abs(seconds) <= TIME_MAX_S)) return null
  const micros = Math.round(seconds * 1_000_000)
  return seconds < ABSOLUTE_FROM_S ? receivedAt + micros : micros
}
