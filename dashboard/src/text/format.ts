import { type Language, language } from '../state/preferences.ts'

export const TIME_ZONE = 'Asia/Ho_Chi_Minh'
const LOCALES: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' }

/** For the table: short. Two decimals, three significant digits below 1, one from 100 on, none from 10,000 on: a number cut
 *  off by its column would be a wrong number. */
export function formatValue(value: number): string {
  const size = Math.abs(value)
  if (size > 0 && size < 1) return number({ maximumSignificantDigits: 3 }).format(value)
  return number({ maximumFractionDigits: size < 100 ? 2 : size < 10_000 ? 1 : 0 }).format(value)
}

/** For the panel: as measured, up to six decimals. */
export function formatExact(value: number): string {
  return number({ maximumFractionDigits: 6 }).format(value)
}

/** With at most so many decimals. */
export function formatRounded(value: number, decimals: number): string {
  return number({ maximumFractionDigits: decimals }).format(value)
}

export function formatCount(value: number): string {
  return number({ maximumFractionDigits: 0 }).format(value)
}

/** A decimal text with exactly the decimals it has. */
export function formatDecimal(text: string): string {
  const decimals = text.split('.')[1]?.length ?? 0
  return number({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(Number(text))
}

/** "3 phút", "3m". The largest whole unit is enough for a glance. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1_000))
  if (seconds < 60) return unit(seconds, 'second')
  if (seconds < 3_600) return unit(Math.floor(seconds / 60), 'minute')
  if (seconds < 86_400) return unit(Math.floor(seconds / 3_600), 'hour')
  return unit(Math.floor(seconds / 86_400), 'day')
}

export function formatClock(timeMs: number): string {
  return date({ hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(timeMs)
}

export function formatHourMinute(timeMs: number): string {
  return date({ hour: '2-digit', minute: '2-digit' }).format(timeMs)
}

export function formatDay(timeMs: number): string {
  return date({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(timeMs)
}

/** "01/12": of a day as both languages write it, its beginning; of a month its end. */
export function formatDayMonth(timeMs: number): string {
  return formatDay(timeMs).slice(0, 5)
}

export function formatMonth(timeMs: number): string {
  return formatDay(timeMs).slice(3)
}

export function formatMoment(timeMs: number): string {
  return `${formatClock(timeMs)} ${formatDay(timeMs)}`
}

function unit(value: number, of: 'second' | 'minute' | 'hour' | 'day'): string {
  return number({ style: 'unit', unit: of, unitDisplay: 'narrow' }).format(value)
}

const numbers = new Map<string, Intl.NumberFormat>()
const dates = new Map<string, Intl.DateTimeFormat>()

// Formatters cost far more to make than to use, and a busy stream uses thousands a second.
function number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = LOCALES[language.value]
  return cached(numbers, locale + JSON.stringify(options), () => new Intl.NumberFormat(locale, options))
}

function date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = LOCALES[language.value]
  const zoned: Intl.DateTimeFormatOptions = { ...options, timeZone: TIME_ZONE, hourCycle: 'h23' }
  return cached(dates, locale + JSON.stringify(options), () => new Intl.DateTimeFormat(locale, zoned))
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  let formatter = known.get(key)
  if (formatter === undefined) {
    formatter = make()
    known.set(key, formatter)
  }
  return formatter
}
