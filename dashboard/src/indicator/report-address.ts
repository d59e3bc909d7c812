import { nowMs } from '../state/clock.ts'
import { language } from '../state/preferences.ts'
import { dayOf } from '../text/province-time.ts'
import { view } from './view.ts'

/** The year a report is about: that of the period shown; of today's figure, the last whole one. */
export function reportYear(): string {
  return view.value.period?.slice(0, 4) ?? String(Number(dayOf(nowMs.value).slice(0, 4)) - 1)
}

export function reportAddress(lang: string): string {
  const { asOf } = view.value
  const query = { year: reportYear(), lang, ...(asOf === null ? {} : { asOf }) }
  return `/api/v1/indicators/report?${new URLSearchParams(query)}`
}

/** The method in short, as the report of the year states it. */
export const methodAddress = (): string => `${reportAddress(language.value)}#method`
