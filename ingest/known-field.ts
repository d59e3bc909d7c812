import { QUANTITIES } from '../core/quantity.ts'
import { addReading, type Field, type FieldRule, type FieldRules, readField } from './fields.ts'
import type { Findings } from './findings.ts'

/** One field that the format itself knows, or does not (undefined). No value is no reading. */
export function readKnown(found: Findings, rule: FieldRule | undefined, field: Omit<Field, 'name'>): void {
  const { value } = field
  if (value === null || value === undefined || value === '') found.ignore('null')
  else if (rule === undefined) found.unmapped(field.path, field.source)
  else addReading(found, rule, field)
}

/** One field that only the rules may know. A word where the quantity takes numbers (`"battery_level": "3.00V"`, `"NE"`) is a
 *  device's own form and no fault of its sender: it has no meaning here. */
export function readVendorField(found: Findings, rules: FieldRules, field: Field): void {
  const { name, unit, value, path, source } = field
  const rule = isWord(value) ? rules(name, unit) : undefined
  if (rule && QUANTITIES.get(rule.quantity)?.kind !== 'state') found.unmapped(path, source)
  else readField(found, rules, field)
}

const isWord = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && !Number.isFinite(Number(value))

const ON: ReadonlySet<unknown> = new Set(['ON', 'on', 'On', '1', 'true', 'TRUE', 'True', 1, true])
const OFF: ReadonlySet<unknown> = new Set(['OFF', 'off', 'Off', '0', 'false', 'FALSE', 'False', 0, false])

/** What a device writes for on and off; undefined for any other word. */
export const onOff = (value: unknown): boolean | undefined =>
  ON.has(value) ? true : OFF.has(value) ? false : undefined
