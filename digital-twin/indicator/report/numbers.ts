import type { Figure } from '../figure.ts'
import type { Lang } from './content.ts'
import { type Html, html } from './html.ts'

/** A number as a reader of the language writes it: `1.234,5` in Vietnamese, `1,234.5` in English. `text` is a decimal text. */
export function localNumber(text: string, lang: Lang): string {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, lang === 'vi' ? '.' : ',')
  return fraction === undefined ? grouped : `${grouped}${lang === 'vi' ? ',' : '.'}${fraction}`
}

/** `2025-12-31` as `31/12/2025` or `31 December 2025`. */
export function localDay(date: string, lang: Lang): string {
  const [year, month, day] = date.slice(0, 10).split('-')
  return lang === 'vi' ? `${day}/${month}/${year}` : `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** For programs the exact value stands beside what is printed. */
export const numeral = (text: string, lang: Lang): Html =>
  html`<data value="${text}">${localNumber(text, lang)}</data>`

/** Withheld is never an empty cell, and neither is "none". */
export function cell(figure: Figure | undefined, lang: Lang): Html {
  if (figure?.obsStatus === 'Q') return html`<td class="n q">${lang === 'vi' ? 'bảo mật' : 'withheld'}</td>`
  if (!figure || figure.value === null) return html`<td class="n m">–</td>`
  return html`<td class="n">${numeral(figure.value, lang)}</td>`
}

/** The difference of two decimal texts of the same number of places, with its sign. */
export function difference(before: string, after: string): string {
  const places = Math.max(placesOf(before), placesOf(after))
  const scaled = (text: string) => BigInt(text.replace('.', '') + '0'.repeat(places - placesOf(text)))
  const change = scaled(after) - scaled(before)
  const digits = String(change < 0n ? -change : change).padStart(places + 1, '0')
  const sign = change > 0n ? '+' : change < 0n ? '−' : '±'
  const whole = digits.slice(0, digits.length - places)
  return `${sign}${whole}${places === 0 ? '' : `.${digits.slice(-places)}`}`
}

const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0
