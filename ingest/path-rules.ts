import { channelName } from './channel-name.ts'
import { COMMON_RULES, type FieldRule, type FieldRules } from './fields.ts'

const EMPTY_STEPS_MAX = 3

/**
 * Rules for names that are paths, in steps divided by `/` or `.`. A profile's rule is for the whole name, and holds as it is. Where
 * only the last step is known, by the common vocabulary, what comes before it tells the boilers of a plant apart and is the
 * channel; not where it says the same again (`temperature/value`, `temperature/temperature`). Steps in `empty` (`value`) say
 * nothing: the one before them is the name.
 */
export function pathRules(rules: FieldRules, empty: ReadonlySet<string> = new Set()): FieldRules {
  return (name, unit) => {
    let path = name
    for (let i = 0; i <= EMPTY_STEPS_MAX; i++) {
      const known = rules(path, unit)
      if (known === null || (known && known !== COMMON_RULES(path, unit))) return known
      const [place, last] = divided(path)
      const rule = known ?? (place === '' ? undefined : rules(last, unit))
      if (rule !== undefined || place === '' || !empty.has(last)) return rule ? placed(rule, place) : rule
      path = place
    }
    return undefined
  }
}

function placed(rule: FieldRule, place: string): FieldRule {
  if (rule.channel || place === '' || COMMON_RULES(place)?.quantity === rule.quantity) return rule
  return { ...rule, channel: channelName(place) }
}

function divided(name: string): [place: string, last: string] {
  const at = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'))
  return at < 0 ? ['', name] : [name.slice(0, at), name.slice(at + 1)]
}
