import type { Micros } from '../../../core/time.ts'
import { type FieldRules, readField } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { isoInstant } from '../ngsi-smart-data-models/times.ts'

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
