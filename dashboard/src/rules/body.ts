import { DOMAINS, type Domain } from '../wire/entity.ts'
import { FIELDS } from './condition-specs.ts'
import type { Draft } from './draft.ts'
import type { Condition, RuleBody, Scope } from './wire.ts'

/** By the field's path in the body: what is wrong with it. */
export type Faults = Readonly<Record<string, string>>

type FaultWord = `fault.${'required' | 'number' | 'aboveOrBelow' | 'risesOrFalls' | 'inside'}`
type FoundFaults = Record<string, FaultWord>

/** The body that is sent, or what keeps it from being one. */
export function bodyOf(draft: Draft): { readonly body: RuleBody } | { readonly faults: FoundFaults } {
  const faults: FoundFaults = {}
  for (const name of ['nameVi', 'nameEn'] as const)
    if (draft[name].trim() === '') faults[name] = 'fault.required'
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

function conditionOf({ kind, fields }: Draft, faults: FoundFaults): Condition {
  const condition: Record<string, string | number> = { kind }
  for (const { name, as, isNeeded } of FIELDS[kind]) {
    const text = (fields[name] ?? '').trim()
    const fault = (why: FaultWord) => {
      faults[`condition.${name}`] = why
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
    faults['condition.rises'] = 'fault.risesOrFalls'
  if (kind !== 'threshold') return
  if (above === undefined && below === undefined) faults['condition.above'] = 'fault.aboveOrBelow'
  if (above !== undefined && below !== undefined && above - hysteresis < below + hysteresis)
    faults['condition.above'] = 'fault.inside'
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
