import type { Finding } from '../../core/alarm.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { formatTime, localClock, type Micros } from '../../core/time.ts'
import { keyParts } from '../twin-state.ts'
import type { Rule } from './rule.ts'
import type { Usual } from './usual.ts'

type Used = Readonly<Record<string, number | string | boolean>>

export interface Found {
  readonly entity: string
  readonly device: string | null
  readonly key: string
  /** Null: it is about the entity's being heard, or about several. */
  readonly quantity: string | null
  readonly channel: string
  readonly value: number | null
  readonly bound: number | null
  /** Null: since ever. */
  readonly since: Micros | null
  /** Of a pattern: what would have been usual. */
  readonly usual?: Usual | null
  /** Of an expression: what it was judged by. */
  readonly used?: Used
}

/** In both languages. */
interface Words {
  readonly en: string
  readonly vi: string
}

/** What an alarm of a rule says, with the reading that raised it. */
export function findingOfRule(rule: Rule, found: Found): Finding {
  const { entity, device, key, quantity, channel, value, bound, since, usual, used } = found
  const { condition } = rule
  const pattern =
    usual && condition.kind === 'pattern' ? { ...usual, deviations: condition.deviations } : null
  const words = pattern
    ? wordsOfPattern(found, pattern)
    : used
      ? wordsOfUsed(used, since)
      : wordsOf(rule, found)
  const sentence = (...parts: (string | undefined)[]) => parts.filter(Boolean).join('. ')
  const at = since === null ? null : formatTime(since)
  return {
    kind: 'process',
    rule: rule.id,
    key,
    severity: rule.severity,
    device,
    address: null,
    entity,
    text: sentence(`${rule.nameEn}: ${entity}: ${words.en}`, rule.adviceEn),
    textVi: sentence(`${rule.nameVi}: ${entity}: ${words.vi}`, rule.adviceVi),
    details: {
      ...{ quantity, channel, value, bound, unit: unitOf(quantity), since: at, condition: condition.kind },
      ...{ ruleNameVi: rule.nameVi, ruleNameEn: rule.nameEn },
      ...{ adviceVi: rule.adviceVi ?? null, adviceEn: rule.adviceEn ?? null },
      ...(pattern ? { usual: { ...limitsOf(pattern), median: pattern.median, weeks: pattern.weeks } } : {}),
      ...(used ? { used } : {}),
    },
    quietS: null,
  }
}

function wordsOf(rule: Rule, found: Found): Words {
  const { quantity, value, since } = found
  if (since === null) return { en: 'never heard', vi: 'chưa từng nhận được dữ liệu' }
  const at = localClock(since)
  const known = quantity === null ? undefined : QUANTITIES.get(quantity)
  if (!known) return { en: `nothing heard since ${at}`, vi: `không nhận được dữ liệu từ ${at}` }
  const [limitEn, limitVi] = limitWords(rule, found)
  const measured = `${value} ${known.unit}`
  return {
    en: `${known.nameEn} ${measured}${limitEn} since ${at}`,
    vi: `${known.nameVi} ${measured}${limitVi} từ ${at}`,
  }
}

const DAYS_EN = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const DAYS_VI = ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật']

/** What is usual and is not an alarm: the median, and so many deviations to both sides. */
const limitsOf = ({ median, sigma, deviations }: Usual & { deviations: number }) => ({
  low: median - deviations * sigma,
  high: median + deviations * sigma,
})

function wordsOfPattern({ quantity, value }: Found, usual: Usual & { deviations: number }): Words {
  const known = QUANTITIES.get(quantity ?? '')
  const [measured, unit] = [value ?? 0, unitShown(known?.unit ?? '')]
  const { median, weeks, hour } = usual
  const hours = [hour % 24, (hour % 24) + 1].map((at) => String(at).padStart(2, '0')).join('–')
  const [dayEn, dayVi] = [DAYS_EN[Math.floor(hour / 24)], DAYS_VI[Math.floor(hour / 24)]]
  const { low, high } = limitsOf(usual)
  const shown = (locale: string) => (number: number) =>
    number.toLocaleString(locale, { maximumSignificantDigits: 3, useGrouping: false })
  const [en, vi] = [shown('en'), shown('vi')]
  return {
    en: `${known?.nameEn} ${en(measured)} ${unit}; usual on ${dayEn} ${hours} h: ${en(low)}–${en(high)} ${unit} (median ${en(median)} of ${weeks} weeks)`,
    vi: `${known?.nameVi} ${vi(measured)} ${unit}; thường lúc ${hours} giờ ${dayVi}: ${vi(low)}–${vi(high)} ${unit} (trung vị ${vi(median)} của ${weeks} tuần)`,
  }
}

const UNITS_SHOWN: readonly (readonly [RegExp, string])[] = [
  [/^m3/, 'm³'],
  [/^\{\w+\}/, ''],
  [/^Cel$/, '°C'],
]
/** A UCUM unit as people write it, as far as it differs. */
const unitShown = (unit: string): string =>
  UNITS_SHOWN.reduce((text, [code, shown]) => text.replace(code, shown), unit)

function wordsOfUsed(used: Used, since: Micros | null): Words {
  const words = (language: 'nameEn' | 'nameVi') =>
    Object.entries(used)
      .map(([what, value]) => {
        const known = QUANTITIES.get(keyParts(what).quantity)
        const { channel } = keyParts(what)
        return known
          ? `${known[language]}${channel === '' ? '' : ` ${channel}`} ${value} ${known.unit}`
          : `${what} = ${value}`
      })
      .join('; ')
  const at = since === null ? '' : localClock(since)
  return { en: `${words('nameEn')} since ${at}`, vi: `${words('nameVi')} từ ${at}` }
}

const unitOf = (quantity: string | null): string | null =>
  (quantity === null ? undefined : QUANTITIES.get(quantity))?.unit ?? null
/** How a value stands to the bound that it passed. */
function limitWords({ condition: { kind } }: Rule, { value, bound }: Found): [en: string, vi: string] {
  if (kind === 'flat-line') return [', not moving', ', đứng yên']
  if (bound === null || value === null) return ['', '']
  if (kind === 'rate') return [`, changed by more than ${bound}`, `, thay đổi quá ${bound}`]
  return value < bound ? [`, below ${bound}`, `, dưới ${bound}`] : [`, above ${bound}`, `, trên ${bound}`]
}
