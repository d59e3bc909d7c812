import type { Micros } from '../../../core/time.ts'
import { type FieldRules, readField } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { attributesOf } from '../ngsi-smart-data-models/attribute.ts'
import { isoInstant } from '../ngsi-smart-data-models/times.ts'
import { unitOfCode } from '../ngsi-smart-data-models/unit-codes.ts'

/** Undefined: none given. Null: not a time. */
export function readTimeInstant(raw: unknown): Micros | undefined | null {
  if (raw === undefined || raw === null || raw === '') return undefined
  const text = isRecord(raw) ? raw.value : raw
  return isoInstant(text) ?? null
}

interface At {
  readonly path: string
  readonly source: string | undefined
  readonly time: Micros | undefined
  /** The message is nothing but this value. */
  readonly isWhole?: boolean
}

/** A measure as NGSI has it, `{"type", "value", "metadata"}`, from devices whose payload type is NGSI. */
export const isTyped = (raw: unknown): raw is { value: unknown } =>
  isRecord(raw) && 'value' in raw && typeof raw.value !== 'object' && ('type' in raw || 'metadata' in raw)

/** With its own time and unit, where it has them. */
export function readTyped(found: Findings, rules: FieldRules, name: string, raw: unknown, at: At): void {
  const attribute = attributesOf(raw)[0]
  const rule = rules(name)
  const unit = attribute?.unit !== undefined && rule ? unitOfCode(attribute.unit, rule.quantity) : undefined
  readField(found, rules, {
    path: `${at.path}/${pointerOf(name)}`,
    name,
    value: attribute?.value,
    source: at.source,
    time: attribute?.time ?? at.time,
    ...(unit === undefined ? {} : { unit }),
  })
}

const PERCENT = /^\s*[+-]?\d{1,12}(?:\.\d{1,12})?\s*%\s*$/

/** One measure. Values of the agents have no types: `true` and `false` are booleans, and a percent sign is a unit. */
export function measureOf(found: Findings, rules: FieldRules, name: string, raw: unknown, at: At): void {
  const isPercent = typeof raw === 'string' && PERCENT.test(raw)
  const value = isPercent
    ? raw.replace('%', '').trim()
    : raw === 'true'
      ? true
      : raw === 'false'
        ? false
        : raw
  readField(found, rules, {
    path: at.isWhole ? at.path : `${at.path}/${pointerOf(name)}`,
    name,
    value,
    source: at.source,
    time: at.time,
    ...(isPercent ? { unit: '%' } : {}),
  })
}
