import { fold } from '../text/fold.ts'
import type { Severity } from '../wire/alarm.ts'
import { DOMAINS, type Domain } from '../wire/entity.ts'
import { timeUnitOf } from './rule-text.ts'
import type { Condition, Kind, NumberName, Rule, RuleBody, Scope } from './wire.ts'
import { w } from './words.ts'

/** One part of a condition, as the form asks for it. */
export interface FieldSpec {
  readonly name: NumberName | 'quantity' | 'expression'
  readonly as: 'quantity' | 'number' | 'duration' | 'text'
  /** The quantity's unit stands behind it. */
  readonly hasUnit?: true
  readonly isNeeded?: true
}

const QUANTITY: FieldSpec = { name: 'quantity', as: 'quantity', isNeeded: true }
const FOR: FieldSpec = { name: 'forS', as: 'duration' }
const bound = (name: NumberName): FieldSpec => ({ name, as: 'number', hasUnit: true })

export const FIELDS: Readonly<Record<Kind, readonly FieldSpec[]>> = {
  threshold: [QUANTITY, bound('above'), bound('below'), bound('hysteresis'), FOR],
  rate: [QUANTITY, bound('rises'), bound('falls'), { name: 'withinS', as: 'duration', isNeeded: true }],
  silence: [{ name: 'afterS', as: 'duration' }],
  'flat-line': [QUANTITY, { ...FOR, isNeeded: true }, bound('tolerance')],
  implausible: [{ name: 'quantity', as: 'quantity' }],
  pattern: [
    QUANTITY,
    { name: 'deviations', as: 'number', isNeeded: true },
    { name: 'weeks', as: 'number' },
    FOR,
  ],
  expression: [{ name: 'expression', as: 'text', isNeeded: true }, FOR],
}

/** A rule while it is written: texts as they were typed. */
export interface Draft {
  readonly id: string
  readonly nameVi: string
  readonly nameEn: string
  readonly adviceVi: string
  readonly adviceEn: string
  readonly severity: Severity
  readonly isEnabled: boolean
  readonly types: readonly string[]
  readonly domain: string
  readonly area: string
  readonly entities: string
  readonly kind: Kind
  /** By name, for all kinds, so that nothing is lost by looking at another one; units of time: `<name>.unit`. */
  readonly fields: Readonly<Record<string, string>>
}

/** By the field's path in the body: what is wrong. */
export type Faults = Readonly<Record<string, string>>

export const NEW_DRAFT: Draft = {
  ...{ id: '', nameVi: '', nameEn: '', adviceVi: '', adviceEn: '' },
  severity: 'medium',
  isEnabled: true,
  types: [],
  ...{ domain: '', area: '', entities: '' },
  kind: 'threshold',
  fields: { 'forS.unit': '60', 'withinS.unit': '60', 'afterS.unit': '60' },
}

export function draftOf(rule: Rule): Draft {
  const { id, nameVi, nameEn, adviceVi = '', adviceEn = '', severity, isEnabled, scope, condition } = rule
  const { types = [], domain = '', area = '', entities = [] } = scope
  const named = { id, nameVi, nameEn, adviceVi, adviceEn, severity, isEnabled }
  const watched = { types, domain, area, entities: entities.join(', ') }
  return { ...named, ...watched, kind: condition.kind, fields: fieldsOf(condition) }
}

function fieldsOf(condition: Condition): Record<string, string> {
  const fields: Record<string, string> = { ...NEW_DRAFT.fields }
  for (const { name, as } of FIELDS[condition.kind]) {
    const value = condition[name]
    if (value === undefined) continue
    if (as === 'quantity') [fields.quantity = '', fields.channel = ''] = String(value).split('/')
    else if (as === 'duration') {
      const unit = timeUnitOf(Number(value))
      fields[name] = String(Number(value) / unit)
      fields[`${name}.unit`] = String(unit)
    } else fields[name] = String(value)
  }
  return fields
}

/** A proposal for an id, by the name. */
export const idFor = (name: string): string =>
  fold(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)

/** The body that is sent, or what keeps it from being one. */
export function bodyOf(draft: Draft): { readonly body: RuleBody } | { readonly faults: Faults } {
  const faults: Record<string, string> = {}
  for (const name of ['nameVi', 'nameEn'] as const)
    if (draft[name].trim() === '') faults[name] = w('fault.required')
  const condition = conditionOf(draft, faults)
  if (Object.keys(faults).length > 0) return { faults }
  const { severity, isEnabled } = draft
  const advice = (['adviceVi', 'adviceEn'] as const).flatMap((name) =>
    draft[name].trim() === '' ? [] : [[name, draft[name].trim()] as const],
  )
  return {
    body: {
      nameVi: draft.nameVi.trim(),
      nameEn: draft.nameEn.trim(),
      ...{ severity, isEnabled, scope: scopeOf(draft), condition },
      ...Object.fromEntries(advice),
    },
  }
}

function scopeOf({ types, domain, area, entities }: Draft): Scope {
  const ids = entities.split(/[\s,;]+/).filter(Boolean)
  const known = DOMAINS.find((one): one is Domain => one === domain)
  return {
    ...(types.length > 0 ? { types } : {}),
    ...(known ? { domain: known } : {}),
    ...(area === '' ? {} : { area }),
    ...(ids.length > 0 ? { entities: ids } : {}),
  }
}

function conditionOf({ kind, fields }: Draft, faults: Record<string, string>): Condition {
  const condition: Record<string, string | number> = { kind }
  for (const { name, as, isNeeded } of FIELDS[kind]) {
    const text = (fields[name] ?? '').trim()
    const fault = (why: 'fault.required' | 'fault.number') => {
      faults[`condition.${name}`] = w(why)
    }
    if (text === '') {
      if (isNeeded) fault('fault.required')
    } else if (as === 'quantity') {
      const channel = (fields.channel ?? '').trim()
      condition[name] = channel === '' ? text : `${text}/${channel}`
    } else if (as === 'text') condition[name] = text
    else {
      const number = numberOf(text) * (as === 'duration' ? Number(fields[`${name}.unit`] ?? 1) : 1)
      if (Number.isFinite(number)) condition[name] = number
      else fault('fault.number')
    }
  }
  const made = condition as unknown as Condition
  boundsFault(made, faults)
  return made
}

/** Vietnamese write the decimals behind a comma. */
const numberOf = (text: string): number =>
  /^[-+]?\d*[.,]?\d+$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN

function boundsFault(
  { kind, above, below, hysteresis = 0, rises, falls }: Condition,
  faults: Record<string, string>,
) {
  if (Object.keys(faults).some((field) => field.startsWith('condition.'))) return
  if (kind === 'rate' && rises === undefined && falls === undefined)
    faults['condition.rises'] = w('fault.risesOrFalls')
  if (kind !== 'threshold') return
  if (above === undefined && below === undefined) faults['condition.above'] = w('fault.aboveOrBelow')
  if (above !== undefined && below !== undefined && above - hysteresis < below + hysteresis)
    faults['condition.above'] = w('fault.inside')
}

/** What the server says is wrong, by field: `condition.above: why` or `body/condition/above: why; …`. */
export function faultsOf(detail: string): Faults {
  const faults: Record<string, string> = {}
  for (const part of detail.split('; ')) {
    const [, path = '', why = ''] = /^(?:body\/)?(?:rule\/)?([A-Za-z][\w./-]*): (.+)$/s.exec(part) ?? []
    if (path !== '') faults[path.replaceAll('/', '.')] = why
  }
  return faults
}
