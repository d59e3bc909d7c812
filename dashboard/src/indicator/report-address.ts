import { nowMs } from '../state/clock.ts'
import { language } from '../state/preferences.ts'
import { dayOf } from '../text/province-time.ts'
import { view } from './view.ts'

/** The year a report is about: that of the period shown, or the last one that is over. */
export function reportYear(): string {
  const last = Number(dayOf(nowMs.value).slice(0, 4)) - 1
  return String(Math.min(last, Number(view.value.period?.slice(0, 4) ?? last)))
}

export function reportAddress(lang: string): string {
  const { asOf } = view.value
  const query = { year: reportYear(), lang, ...(asOf === null ? {} : { asOf }) }
  return `/api/v1/indicators/report?${new URLSearchParams(query)}`
}

/** The whole method, in the language of the page. */
export const methodAddress = (): string => `/api/v1/indicators/methodology?lang=${language.value}`
