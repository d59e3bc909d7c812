import type { Finding } from '../../core/alarm.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { formatTime, localClock, type Micros } from '../../core/time.ts'
import type { Rule } from './rule.ts'

interface Found {
  readonly entity: string
  readonly device: string | null
  readonly key: string
  /** Null: it is about the entity's being heard. */
  readonly quantity: string | null
  readonly channel: string
  readonly value: number | null
  readonly bound: number | null
  readonly since: Micros
}

/** What an alarm of a rule says, with the reading that raised it. */
export function findingOfRule(rule: Rule, found: Found): Finding {
  const { entity, device, key, quantity, channel, value, bound, since } = found
  const known = quantity === null ? undefined : QUANTITIES.get(quantity)
  const unit = known?.unit ?? null
  const at = localClock(since)
  const [limitEn, limitVi] = limitWords(rule, found)
  const [en, vi] = known
    ? [
        `${known.nameEn} ${value} ${unit}${limitEn} since ${at}`,
        `${known.nameVi} ${value} ${unit}${limitVi} từ ${at}`,
      ]
    : [`nothing heard since ${at}`, `không nhận được dữ liệu từ ${at}`]
  const sentence = (...parts: (string | undefined)[]) => parts.filter(Boolean).join('. ')
  return {
    kind: 'process',
    rule: rule.id,
    key,
    severity: rule.severity,
    device,
    address: null,
    entity,
    text: sentence(`${rule.nameEn}: ${entity}: ${en}`, rule.adviceEn),
    textVi: sentence(`${rule.nameVi}: ${entity}: ${vi}`, rule.adviceVi),
    details: {
      ...{ quantity, channel, value, bound, unit, since: formatTime(since), condition: rule.condition.kind },
      ...{ ruleNameVi: rule.nameVi, ruleNameEn: rule.nameEn },
      ...{ adviceVi: rule.adviceVi ?? null, adviceEn: rule.adviceEn ?? null },
    },
    quietS: null,
  }
}

/** How a value stands to the bound that it passed. */
function limitWords({ condition: { kind } }: Rule, { value, bound }: Found): [en: string, vi: string] {
  if (kind === 'flat-line') return [', not moving', ', đứng yên']
  if (bound === null || value === null) return ['', '']
  if (kind === 'rate') return [`, changed by more than ${bound}`, `, thay đổi quá ${bound}`]
  return value < bound ? [`, below ${bound}`, `, dưới ${bound}`] : [`, above ${bound}`, `, trên ${bound}`]
}
