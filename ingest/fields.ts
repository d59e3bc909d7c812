import type { Reading } from '../core/message.ts'
import { QUANTITIES } from '../core/quantity.ts'
import type { Profile } from '../store/profiles.ts'
import type { Findings } from './findings.ts'
import { isRecord, pointerOf } from './json.ts'
import { ucumOf } from './unit-names.ts'
import { commonRule } from './vocabulary.ts'

/** What a field of a device's own words is. */
export interface FieldRule {
  readonly quantity: string
  readonly channel?: string
  /** Its unit where the message names none: a UCUM code. */
  readonly unit?: string
}

/** The rule of a field by its name (steps joined by `/`), and by its unit where the message has one: some names have a
 *  meaning only with it. Null: left out on purpose; undefined: nothing is known of it. */
export type FieldRules = (name: string, unit?: string) => FieldRule | null | undefined

export const COMMON_RULES: FieldRules = commonRule

/** One field of a message, by name. */
export interface Field {
  readonly path: string
  readonly name: string
  readonly value: unknown
  /** By any usual name, as the message has it. */
  readonly unit?: string | undefined
  readonly time?: Reading['time'] | undefined
  readonly source?: string | undefined
  readonly quality?: Reading['quality'] | undefined
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A field that the rules know becomes a reading; one that they do not is noted as unmapped. */
export function readField(found: Findings, rules: FieldRules, field: Field): void {
  const { name, path, source } = field
  if (field.value === null || field.value === undefined || field.value === '') return found.ignore('null')
  const rule = rules(name, field.unit)
  if (rule === null) return found.ignore('unmapped')
  if (rule === undefined) return found.unmapped(path, source)
  addReading(found, rule, field)
}

/** The reading of a field whose rule is known. Numbers that came as text are numbers, unless the quantity is a state. */
export function addReading(found: Findings, rule: FieldRule, field: Omit<Field, 'name'>): void {
  const { path, time, source, quality } = field
  const value = scalarOf(field.value, rule)
  if (value === undefined)
    return found.reject(path, 'wrong_type', `${rule.quantity} takes a number, boolean or text`)
  const unit = field.unit === undefined ? rule.unit : unitFor(rule, field.unit)
  found.readings.push({
    path,
    quantity: rule.quantity,
    channel: rule.channel ?? '',
    value,
    ...(unit === undefined || isState(rule) ? {} : { unit }),
    ...(time === undefined ? {} : { time }),
    ...(source === undefined ? {} : { source }),
    ...(quality === undefined ? {} : { quality }),
  })
}

/** A degree alone is one of temperature, but where the quantity is an angle. */
const unitFor = ({ quantity }: FieldRule, unit: string): string =>
  unit === '°' && QUANTITIES.get(quantity)?.dimension === 'angle' ? 'deg' : ucumOf(unit)

const isState = ({ quantity }: FieldRule): boolean => QUANTITIES.get(quantity)?.kind === 'state'

function scalarOf(value: unknown, rule: FieldRule): Reading['value'] | undefined {
  if (isState(rule)) return typeof value === 'object' ? undefined : String(value)
  if (typeof value === 'string' && NUMBER.test(value.trim())) return Number(value)
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? value
    : undefined
}

/** Walks through an object of a device's own words: each scalar is a field, named by its steps; `{"value", "unit"}` is one
 *  field too. */
export function readFields(
  found: Findings,
  rules: FieldRules,
  json: unknown,
  at: Pick<Field, 'path' | 'time' | 'source' | 'quality'> & { readonly name?: string },
): void {
  if (found.isFull) return
  const steps = Array.isArray(json) ? json.entries() : Object.entries(isRecord(json) ? json : {})
  for (const [step, value] of steps) {
    const path = `${at.path}/${pointerOf(String(step))}`
    const name = at.name === undefined ? String(step) : `${at.name}/${step}`
    // A rule for the whole of it goes before what is in it.
    if (typeof value !== 'object' || value === null) readField(found, rules, { ...at, path, name, value })
    else if (isMeasure(value))
      readField(found, rules, { ...at, path, name, value: value.value, unit: value.unit })
    else if (rules(name) === null) found.ignore('unmapped')
    else readFields(found, rules, value, { ...at, path, name })
  }
}

const isMeasure = (value: object): value is { value: unknown; unit?: string } =>
  'value' in value &&
  typeof value.value !== 'object' &&
  (!('unit' in value) || typeof value.unit === 'string')

/** What a profile says of its devices' own names, by path or last name; of all others, what is known of such names. */
export const rulesOf = (profile: Profile | undefined): FieldRules => {
  if (!profile) return COMMON_RULES
  const { fields } = profile
  return (name, unit) => {
    if (Object.hasOwn(fields, name)) return fields[name] as ReturnType<FieldRules>
    const last = name.slice(name.lastIndexOf('/') + 1)
    return Object.hasOwn(fields, last) ? (fields[last] as ReturnType<FieldRules>) : COMMON_RULES(name, unit)
  }
}
