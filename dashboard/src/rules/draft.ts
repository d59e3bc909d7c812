import { fold } from '../text/fold.ts'
import type { Severity } from '../wire/alarm.ts'
import { FIELDS } from './condition-specs.ts'
import { timeUnitOf } from './durations.ts'
import type { Condition, Kind, Rule } from './wire.ts'

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
