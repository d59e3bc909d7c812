import type { Finding } from '../../core/alarm.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { formatTime, localClock, type Micros } from '../../core/time.ts'
import { keyParts } from '../twin-state.ts'
import { type Language, measuredIn, numberIn } from './measured.ts'
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
  const said = (...parts: string[]) => parts.filter(Boolean).join(': ')
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
    text: sentence(said(rule.nameEn, entity, words.en), rule.adviceEn),
    textVi: sentence(said(rule.nameVi, entity, words.vi), rule.adviceVi),
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

function wordsOf(rule: Rule, { quantity, value, bound, since }: Found): Words {
  if (since === null) return { en: 'never heard', vi: 'chưa từng nhận được dữ liệu' }
  const at = localClock(since)
  const known = quantity === null ? undefined : QUANTITIES.get(quantity)
  if (!known || value === null)
    return { en: `nothing heard since ${at}`, vi: `không nhận được dữ liệu từ ${at}` }
  const limit = limitWords(rule, value, bound)
  return {
    en: `${known.nameEn} ${measuredIn('en', value, known.unit)}${limit.en} since ${at}`,
    vi: `${known.nameVi} ${measuredIn('vi', value, known.unit)}${limit.vi} từ ${at}`,
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
  const { median, weeks, hour } = usual
  const hours = [hour % 24, (hour % 24) + 1].map((at) => String(at).padStart(2, '0')).join('–')
  const [dayEn, dayVi] = [DAYS_EN[Math.floor(hour / 24)], DAYS_VI[Math.floor(hour / 24)]]
  const { low, high } = limitsOf(usual)
  const shown = (language: Language) => (number: number) => numberIn(language, number, 3)
  const withUnit = (language: Language) => (number: number) =>
    measuredIn(language, number, known?.unit ?? '', 3)
  const [en, vi, enUnit, viUnit] = [shown('en'), shown('vi'), withUnit('en'), withUnit('vi')]
  return {
    en: `${known?.nameEn} ${enUnit(value ?? 0)}; usual on ${dayEn} ${hours} h: ${en(low)}–${enUnit(high)} (median ${en(median)} of ${weeks} weeks)`,
    vi: `${known?.nameVi} ${viUnit(value ?? 0)}; thường lúc ${hours} giờ ${dayVi}: ${vi(low)}–${viUnit(high)} (trung vị ${vi(median)} của ${weeks} tuần)`,
  }
}

/** Nothing, where it was judged by nothing that was read. */
function wordsOfUsed(used: Used, since: Micros | null): Words {
  const all = Object.entries(used)
  if (all.length === 0) return { en: '', vi: '' }
  const words = (language: Language) => all.map(([what, value]) => usedIn(language, what, value)).join('; ')
  const at = since === null ? '' : localClock(since)
  return {
    en: at === '' ? words('en') : `${words('en')} since ${at}`,
    vi: at === '' ? words('vi') : `${words('vi')} từ ${at}`,
  }
}

function usedIn(language: Language, what: string, value: Used[string]): string {
  const { quantity, channel } = keyParts(what)
  const known = QUANTITIES.get(quantity)
  if (known && typeof value === 'number') {
    const name = language === 'vi' ? known.nameVi : known.nameEn
    return [name, channel, measuredIn(language, value, known.unit)].filter(Boolean).join(' ')
  }
  if (typeof value === 'boolean') return `${what}: ${TRUTH[language][value ? 0 : 1]}`
  return `${what} = ${typeof value === 'number' ? numberIn(language, value) : value}`
}

const TRUTH = { vi: ['có', 'không'], en: ['yes', 'no'] } as const

const unitOf = (quantity: string | null): string | null =>
  (quantity === null ? undefined : QUANTITIES.get(quantity))?.unit ?? null

/** How a value stands to the bound that it passed. */
function limitWords({ condition: { kind } }: Rule, value: number, bound: number | null): Words {
  if (kind === 'flat-line') return { en: ', not moving', vi: ', đứng yên' }
  if (bound === null) return { en: '', vi: '' }
  const [en, vi] = [numberIn('en', bound), numberIn('vi', bound)]
  if (kind === 'rate') return { en: `, changed by more than ${en}`, vi: `, thay đổi quá ${vi}` }
  return value < bound
    ? { en: `, below ${en}`, vi: `, dưới ${vi}` }
    : { en: `, above ${en}`, vi: `, trên ${vi}` }
}
