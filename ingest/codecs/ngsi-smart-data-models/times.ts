import { type Micros, parseRfc3339 } from '../../../core/time.ts'

const DATE_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,12}))?([Zz]|[+-]\d\d(?::?\d\d)?)$/

/** ISO 8601 as brokers write it: seconds, or the zone's colon, may be left out. A time without zone is none: neither the
 *  models nor NGSI say whose local time it would be. */
export function isoInstant(text: unknown): Micros | undefined {
  if (typeof text !== 'string') return undefined
  const match = DATE_TIME.exec(text)
  if (!match) return undefined
  const [, date, minutes, seconds = ':00', fraction = '', zone = 'Z'] = match
  const hours = zone.slice(0, 3)
  const fullZone = zone.length === 1 ? 'Z' : `${hours}:${zone.slice(3).replace(':', '') || '00'}`
  const digits = fraction === '' ? '' : `.${fraction.slice(0, 9)}`
  return parseRfc3339(`${date}T${minutes}${seconds}${digits}${fullZone}`) ?? undefined
}

const DURATION = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,6})?)S)?)?$/

/** An instant, or the end of an interval `<from>/<to>` or `<from>/<duration>` (ISO 8601-1 §5.5): what was counted over an
 *  interval is known when it ends. */
export function isoInstantOrEnd(text: unknown): Micros | undefined {
  if (typeof text !== 'string') return undefined
  const slash = text.indexOf('/')
  if (slash < 0) return isoInstant(text)
  const from = isoInstant(text.slice(0, slash))
  const end = text.slice(slash + 1)
  const duration = DURATION.exec(end)
  if (!duration) return isoInstant(end)
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = duration
  const lasted = (Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6
  return from === undefined ? undefined : from + Math.round(lasted)
}
