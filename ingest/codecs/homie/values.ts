import { type FieldRules, readField, readFields } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { parseJson } from '../../json.ts'
import type { PropertyKind } from './descriptions.ts'

/** A property and what its topic says of it. */
interface At {
  readonly name: string
  readonly source: string
}

const INTEGER = /^-?\d{1,25}$/
const FLOAT = /^-?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/
const DURATION = /^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/

/** Units that the convention recommends and that mean something else elsewhere, or have no usual name. */
const UNITS: Readonly<Record<string, string>> = { '°': 'deg', '#': '1', gal: '[gal_us]', 'ft³': '[cft_i]' }

/** The value of a property: by its datatype, where that is known; else as a number or boolean where it looks like one. */
export function readPropertyValue(
  found: Findings,
  rules: FieldRules,
  kind: PropertyKind,
  text: string,
  at: At,
): void {
  const { datatype } = kind
  const unit = kind.unit === undefined || kind.unit === '' ? undefined : unitOf(kind.unit)
  const field = { ...at, path: '', unit }
  // An empty string is sent as one zero byte (version 5, "Empty string values").
  if (text === '\0') return found.ignore('null')
  if (datatype === 'json') return readJson(found, rules, text, at)
  if (datatype === 'color' || datatype === 'datetime') return found.unmapped('', at.source)
  const value = datatype === undefined ? guessed(text) : typed(text, datatype, kind.format)
  if (value === undefined)
    return rules(at.name)
      ? found.reject('', 'wrong_type', `no ${datatype} of the convention: ${text}`)
      : found.unmapped('', at.source)
  readField(found, rules, { ...field, value, ...(datatype === 'duration' ? { unit: 's' } : {}) })
}

const unitOf = (unit: string): string => (Object.hasOwn(UNITS, unit) ? (UNITS[unit] ?? unit) : unit)

function guessed(text: string): string | boolean {
  return text === 'true' ? true : text === 'false' ? false : text
}

/** Undefined: not a value of that type. */
function typed(text: string, datatype: string, format?: string): string | number | boolean | undefined {
  switch (datatype) {
    case 'integer':
      return INTEGER.test(text) ? Number(text) : undefined
    case 'float':
    case 'percent':
      return FLOAT.test(text) ? Number(text) : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'duration':
      return secondsOf(text)
    case 'enum':
      return format === undefined || format.split(',').includes(text) ? text : undefined
    default:
      return text
  }
}

function secondsOf(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (!match || text === 'PT') return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

function readJson(found: Findings, rules: FieldRules, text: string, at: At): void {
  const json = parseJson(new TextEncoder().encode(text), found)
  if (json === undefined) return
  if (typeof json === 'object' && json !== null && Object.keys(json).length > 0)
    return readFields(found, rules, json, { path: '', name: at.name, source: at.source })
  readField(found, rules, { ...at, path: '', value: typeof json === 'object' ? null : json })
}
