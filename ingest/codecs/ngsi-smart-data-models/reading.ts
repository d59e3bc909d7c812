import type { Reading } from '../../../core/message.ts'
import { QUANTITIES } from '../../../core/quantity.ts'
import { joinedChannel } from '../../channel-name.ts'
import { addReading, type FieldRules } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import type { AttributeRule } from './models.ts'
import { unitOfCode } from './unit-codes.ts'

/** Where a value is, and what goes with it. */
export interface At {
  readonly path: string
  /** As the entity has it. */
  readonly unit?: string | undefined
  /** Before the rule's own channel. */
  readonly channel: string
  readonly source: string
  readonly time?: Reading['time'] | undefined
  readonly quality?: Reading['quality'] | undefined
}

/** An attribute's value by the model's rules; where it has none, by those of the device's profile and the vocabulary. */
export function readDescribedField(
  found: Findings,
  known: readonly AttributeRule[],
  rules: FieldRules,
  name: string,
  value: unknown,
  at: At,
): void {
  if (value === null || value === '') return found.ignore('null')
  if (known.length > 0) {
    const before = found.readings.length + found.rejections.length
    const hadNone = known.map((rule) => readValue(found, rule, value, at)).includes('none')
    if (found.readings.length + found.rejections.length > before) return
    return hadNone ? found.ignore('null') : found.unmapped(at.path, at.source)
  }
  const rule = rules(name)
  if (rule === null) return found.ignore('unmapped')
  if (rule !== undefined) return void readValue(found, rule, value, at)
  if (!isRecord(value)) return found.unmapped(at.path, at.source)
  for (const [step, inner] of Object.entries(value)) {
    if (found.isFull) return
    const path = `${at.path}/${pointerOf(step)}`
    if (isRecord(inner) || Array.isArray(inner)) found.unmapped(path, at.source)
    else readDescribedField(found, [], rules, `${name}/${step}`, inner, { ...at, path })
  }
}

/** One value, or one for each phase. 'none': the model's word for no value. */
function readValue(found: Findings, rule: AttributeRule, value: unknown, at: At): 'none' | 'read' | 'unused' {
  if (isRecord(value) || Array.isArray(value)) {
    for (const [step, inner] of Object.entries(value)) {
      if (found.isFull) break
      const path = `${at.path}/${pointerOf(step)}`
      const channel = joinedChannel(
        at.channel,
        rule.channel,
        Array.isArray(value) ? `L${Number(step) + 1}` : phaseOf(step),
      )
      if (inner === null) found.ignore('null')
      else if (typeof inner === 'object' || (Array.isArray(value) && value.length !== 3))
        found.unmapped(path, at.source)
      else add(found, { ...rule, channel }, inner, { ...at, path })
    }
    return 'read'
  }
  const read = rule.read === undefined ? value : rule.read(value)
  if (read === null) return 'none'
  if (read === undefined) return 'unused'
  add(found, { ...rule, channel: joinedChannel(at.channel, rule.channel) }, read, at)
  return 'read'
}

function add(found: Findings, rule: AttributeRule, value: unknown, at: At): void {
  // Converters of key-values have made booleans of 0.0 and 1.0: false is no zero.
  if (typeof value === 'boolean' && !isYesOrNo(rule.quantity))
    return found.reject(
      at.path,
      'wrong_type',
      `${rule.quantity} takes a number, not ${value}; was it 0 or 1 once?`,
    )
  const unit =
    (at.unit === undefined ? undefined : unitOfCode(at.unit, rule.quantity)) ?? percentOf(rule, value)
  addReading(found, rule, {
    path: at.path,
    value,
    unit,
    time: at.time,
    source: at.source,
    quality: at.quality,
  })
}

/** A share of one is one at most: more is a percentage, as many senders have it whatever the model says. */
const percentOf = ({ quantity, unit }: AttributeRule, value: unknown): string | undefined =>
  unit === '1' && SHARES.has(quantity) && Number(value) > 1 ? '%' : undefined

const SHARES: ReadonlySet<string> = new Set([
  'relative-humidity',
  'battery-level',
  'fill-level',
  'occupancy',
  'soil-moisture',
  'brightness',
])

function isYesOrNo(quantity: string): boolean {
  const known = QUANTITIES.get(quantity)
  return known?.kind === 'state' || (known?.dimension === 'number' && known.plausible.max === 1)
}

const PHASES: Readonly<Record<string, string>> = {
  L: 'L1',
  R: 'L1',
  S: 'L2',
  T: 'L3',
  A: 'L1',
  B: 'L2',
  C: 'L3',
  L12: 'L1-L2',
  L23: 'L2-L3',
  L31: 'L3-L1',
  phase1: 'L1',
  phase2: 'L2',
  phase3: 'L3',
}

const phaseOf = (step: string): string => (Object.hasOwn(PHASES, step) ? (PHASES[step] ?? step) : step)
