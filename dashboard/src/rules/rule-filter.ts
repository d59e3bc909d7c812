import { entityTypes, nameOf, quantityName } from '../state/catalogue.ts'
import { fold } from '../text/fold.ts'
import { SEVERITIES } from '../wire/alarm.ts'
import { conditionText, scopeText } from './rule-text.ts'
import type { Rule, Scope } from './wire.ts'

/** The rules that the address asks for; worst first, then by what they watch and their name. */
export function filtered(rules: readonly Rule[], query: URLSearchParams): readonly Rule[] {
  const words = fold(query.get('q') ?? '')
    .split(/\s+/)
    .filter(Boolean)
  const [domain, type, severity, state] = ['domain', 'type', 'severity', 'state'].map((name) =>
    query.get(name),
  )
  return rules
    .filter(
      (rule) =>
        (!severity || rule.severity === severity) &&
        (!state || rule.isEnabled === (state === 'on')) &&
        (!type || watchesType(rule.scope, type)) &&
        (!domain || domainsOf(rule.scope).has(domain)) &&
        words.every((word) => textOf(rule).includes(word)),
    )
    .map((rule) => ({ rule, rank: SEVERITIES.indexOf(rule.severity), where: scopeText(rule.scope) }))
    .sort(
      (a, b) =>
        b.rank - a.rank ||
        a.where.localeCompare(b.where, 'vi') ||
        nameOf(a.rule).localeCompare(nameOf(b.rule), 'vi'),
    )
    .map(({ rule }) => rule)
}

function textOf({ id, nameVi, nameEn, scope, condition }: Rule): string {
  const quantity = condition.quantity === undefined ? '' : quantityName(condition.quantity)
  return fold(
    [
      id,
      nameVi,
      nameEn,
      scopeText(scope),
      ...(scope.entities ?? []),
      conditionText(condition),
      quantity,
    ].join(' '),
  )
}

/** A rule without types watches all of its domain; one of single things, those. */
function watchesType({ types = [], domain, entities = [] }: Scope, type: string): boolean {
  if (types.length > 0) return types.includes(type)
  return entities.length === 0 && (domain === undefined || entityTypes.value.get(type)?.domain === domain)
}

function domainsOf({ types = [], domain }: Scope): ReadonlySet<string> {
  if (domain !== undefined) return new Set([domain])
  const among = types.length > 0 ? types : [...entityTypes.value.keys()]
  return new Set(among.flatMap((type) => entityTypes.value.get(type)?.domain ?? []))
}
