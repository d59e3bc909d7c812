import { QUANTITIES } from '../../../core/quantity.ts'
import type { Micros } from '../../../core/time.ts'
import { addReading, type FieldRule, type FieldRules } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { numberWithUnit } from '../../number-with-unit.ts'
import { pathRules } from '../../path-rules.ts'
import { ucumOf } from '../../unit-names.ts'

interface At {
  readonly path: string
  /** Steps joined by `/`; empty at the top. */
  readonly name: string
  readonly rules: FieldRules
  readonly time: Micros | undefined
  readonly source: string | undefined
}

/** Names that say no more than the one before them: a feature is often one number, in a property that has to be called something.
 *  `sensorValue` and `status` are of the Vorto function blocks. */
const EMPTY_NAMES: ReadonlySet<string> = new Set([
  'value',
  'sensorValue',
  'currentValue',
  'measuredValue',
  'reading',
  'status',
])
const UNIT_NAMES: ReadonlySet<string> = new Set(['unit', 'units', 'uom', 'sensorUnits', 'sensorUnit'])

/** Rules for names of properties, a feature's `temperature_1` or `temperature:1` being the temperature on channel 1. */
export function propertyRules(rules: FieldRules): FieldRules {
  return pathRules((name) => {
    const rule = rules(name)
    const [, base, index] = rule === undefined ? (/^([^/.]{1,64})[:_](\d{1,3})$/.exec(name) ?? []) : []
    const numbered = base === undefined ? undefined : rules(base)
    return numbered && index !== undefined ? { ...numbered, channel: numbered.channel ?? index } : rule
  }, EMPTY_NAMES)
}

/** Walks through a value: scalars are fields; a member `unit` is that of its neighbours. */
export function readValue(value: unknown, at: At, found: Findings, unit?: string): void {
  if (found.isFull) return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) readValue(item, below(at, String(i)), found)
    return
  }
  if (isRecord(value)) readMembers(value, at, found)
  else readScalar(value, at, found, unit)
}

function readMembers(members: Readonly<Record<string, unknown>>, at: At, found: Findings): void {
  const unitName = Object.keys(members).find(
    (name) => UNIT_NAMES.has(name) && typeof members[name] === 'string',
  )
  const unit = unitName === undefined ? undefined : String(members[unitName])
  const names = Object.keys(members).filter((name) => name !== unitName)
  // A unit that one of the neighbours takes is not that of those that do not; one that none takes is for the check to refuse.
  const isSomeones = names.some((name) => takes(at.rules(below(at, name).name), unit))
  for (const name of names) {
    if (found.isFull) return
    const member = below(at, name)
    const isOwn = takes(at.rules(member.name), unit) || !isSomeones
    readValue(members[name], member, found, isOwn ? unit : undefined)
  }
}

function readScalar(
  raw: unknown,
  { path, name, rules, time, source }: At,
  found: Findings,
  unit?: string,
): void {
  if (raw === null || raw === '') return found.ignore('null')
  const text = typeof raw === 'string' ? numberWithUnit(raw) : undefined
  const used = text?.unit ?? unit
  const rule = rules(name, used)
  if (rule === null) return found.ignore('unmapped')
  if (rule === undefined) return found.unmapped(path, source)
  addReading(found, rule, {
    path,
    value: text?.value ?? raw,
    unit: used === undefined ? undefined : unitFor(rule, used),
    time,
    source,
  })
}

/** Names of fields are looked up; nothing is found of one that is longer, and none below it gets longer still. */
const NAME_CHARS_MAX = 512

const below = (at: At, step: string): At => ({
  ...at,
  path: `${at.path}/${pointerOf(step)}`,
  name: (at.name === '' ? step : `${at.name}/${step}`).slice(0, NAME_CHARS_MAX),
})

const takes = (rule: FieldRule | null | undefined, unit: string | undefined): boolean =>
  Boolean(rule && unit && QUANTITIES.get(rule.quantity)?.accepts.has(unitFor(rule, unit)))

/** An accelerometer's "g" is no gram. */
function unitFor({ quantity }: FieldRule, unit: string): string {
  const code = ucumOf(unit)
  return code === 'g' && QUANTITIES.get(quantity)?.dimension === 'acceleration' ? '[g]' : code
}
