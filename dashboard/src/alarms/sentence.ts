import { quantities, quantityName } from '../state/catalogue.ts'
import { language } from '../state/preferences.ts'
import { formatDay, formatHourMinute, formatMoment, formatValue } from '../text/format.ts'
import { translate } from '../text/translate.ts'
import { formatUnit } from '../text/units.ts'
import type { Alarm } from '../wire/alarm.ts'
import { BOUND_WORDS, RULE_NAMES } from './rule-words.ts'

/** What the rule calls it, in the reader's language. */
export function titleOf({ rule, ruleNameVi, ruleNameEn }: Alarm): string {
  const own = RULE_NAMES[rule]
  if (own !== undefined) return translate(own)
  return inLanguage(ruleNameVi, ruleNameEn) ?? rule
}

/** What was found: the value against its bound, or since when nothing is heard; else the platform's own words. */
export function statementOf(alarm: Alarm): string {
  const { quantity, value, details } = alarm
  if (quantity === null && details.condition === 'silence')
    return translate(BOUND_WORDS.silence, {
      time: shortMoment(Date.parse(String(details.since ?? alarm.raisedAt))),
    })
  if (details.condition === 'expression' && isRecord(details.used)) return usedText(details.used)
  if (quantity === null || value === null || !isMeasured(alarm)) return ownWords(alarm)
  const channel = typeof details.channel === 'string' && details.channel !== '' ? `/${details.channel}` : ''
  const name = quantityName(quantity.includes('/') ? quantity : `${quantity}${channel}`)
  return [`${name} ${withUnit(alarm, value)}`, againstBound(alarm)].filter(Boolean).join(', ')
}

/** What to do, in the reader's language. */
export const adviceOf = ({ adviceVi, adviceEn }: Alarm): string | null => inLanguage(adviceVi, adviceEn)

/** "14:05" of today, "14:05 29/11/2026" of another day. */
export function shortMoment(timeMs: number, nowMs = Date.now()): string {
  const day = formatDay(timeMs)
  return day === formatDay(nowMs) ? formatHourMinute(timeMs) : `${formatHourMinute(timeMs)} ${day}`
}

const OF_A_VALUE: ReadonlySet<unknown> = new Set(['threshold', 'rate', 'flat-line', 'implausible', undefined])

/** Alarms from before the condition was kept with them are taken for thresholds, which nearly all are. */
const isMeasured = ({ details }: Alarm): boolean =>
  OF_A_VALUE.has(details.condition) || (details.condition === 'pattern' && isRecord(details.usual))

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** What an expression was judged by. */
function usedText(used: Readonly<Record<string, unknown>>): string {
  return Object.entries(used)
    .map(([what, value]) => {
      const shown = usedValue(value)
      const known = quantities.value.get(what.split('/')[0] ?? what)
      return known === undefined
        ? `${what} = ${shown}`
        : `${quantityName(what)} ${shown} ${formatUnit(known.unit)}`.trim()
    })
    .join('; ')
}

function usedValue(value: unknown): string {
  if (typeof value === 'boolean') return translate(BOUND_WORDS[value ? 'true' : 'false'])
  return typeof value === 'number' ? formatValue(value) : String(value)
}

/** What would have been usual. */
function againstUsual(alarm: Alarm, usual: Readonly<Record<string, unknown>>): string {
  const { low, high, median, weeks } = usual
  return translate(BOUND_WORDS.pattern, {
    low: formatValue(Number(low)),
    high: withUnit(alarm, Number(high)),
    median: formatValue(Number(median)),
    weeks: formatValue(Number(weeks)),
  })
}

function againstBound(alarm: Alarm): string {
  const { value, bound, details } = alarm
  const fill = { bound: bound === null ? '' : withUnit(alarm, bound) }
  if (isRecord(details.usual)) return againstUsual(alarm, details.usual)
  if (details.condition === 'flat-line') return translate(BOUND_WORDS['flat-line'])
  if (bound === null || value === null) return ''
  if (details.condition === 'rate') return translate(BOUND_WORDS.rate, fill)
  if (details.condition === 'implausible') return translate(BOUND_WORDS.implausible, fill)
  return translate(value < bound ? BOUND_WORDS.below : BOUND_WORDS.above, fill)
}

function withUnit({ unit }: Alarm, value: number): string {
  const written = formatUnit(unit ?? '1')
  return written === '' ? formatValue(value) : `${formatValue(value)} ${written}`
}

const UTC_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g

/** The platform's own sentence, its times as the reader's clock shows them. */
function ownWords({ text, textVi }: Alarm): string {
  return (inLanguage(textVi, text) ?? text).replace(UTC_TIME, (time) => formatMoment(Date.parse(time)))
}

function inLanguage(vi: string | null, en: string | null): string | null {
  return language.value === 'vi' ? (vi ?? en) : (en ?? vi)
}
