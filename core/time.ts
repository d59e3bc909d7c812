/** Instants are whole microseconds since 1970-01-01T00:00Z in a plain number: exact until the year 2255. */
export type Micros = number

/** How far a reading's time may be ahead of its receipt: a device's clock is never quite ours. */
export const AHEAD_MAX_US = 10 * 60 * 1_000_000

export const microsNow = (): Micros => Date.now() * 1000

/** A step back of the clock that is larger than this was meant; anything less is drift, and time stands still for it. */
const STEP_BACK_US = 1_000_000
let lastReceipt: Micros = 0

/** Now, as the time of receipt of one message: no two are the same, so that two readings without a time of their own never
 *  fall on one instant of their series, however closely they follow each other. */
export function receiptNow(): Micros {
  const now = microsNow()
  lastReceipt = now > lastReceipt || lastReceipt - now > STEP_BACK_US ? now : lastReceipt + 1
  return lastReceipt
}

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/
const DAY_MS = 86_400_000
export const DAY_US = DAY_MS * 1000

/** Reads RFC 3339 §5.6 exactly: the zone is required and the calendar is checked; digits past microseconds
 *  are cut. A leap second (…:60) is taken as the following second. Null where the text is no such instant. */
export function parseRfc3339(text: string): Micros | null {
  const match = RFC3339.exec(text)
  if (!match) return null
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  // Date.UTC rolls 31 February over and takes years below 100 as 19xx; the way back shows both.
  if (new Date(date).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null
  const offsetMin = zoneMinutes(zone)
  if (offsetMin === null) return null
  const ms = date + (Number(hour) * 60 + Number(minute) - offsetMin) * 60_000 + Number(second) * 1000
  return ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

function zoneMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** RFC 3339 in UTC with milliseconds, as every output of the platform has it. */
export const formatTime = (time: Micros): string => new Date(Math.floor(time / 1000)).toISOString()

/** Local time of the province, Asia/Ho_Chi_Minh: UTC+7 since 1975 with no daylight saving, so a fixed offset. */
export const LOCAL_OFFSET_MS = 7 * 3_600_000

/** For sentences that people read: `YYYY-MM-DD hh:mm`, local time. */
export const localClock = (time: Micros): string =>
  formatTime(time + LOCAL_OFFSET_MS * 1000)
    .slice(0, 16)
    .replace('T', ' ')

/** The local calendar day, `YYYY-MM-DD`, that an instant falls on. */
export const localDate = (time: Micros): string =>
  new Date(Math.floor(time / 1000) + LOCAL_OFFSET_MS).toISOString().slice(0, 10)

/** The instant at which a local calendar day begins. */
export const localDayStart = (date: string): Micros =>
  (Date.parse(`${date}T00:00:00Z`) - LOCAL_OFFSET_MS) * 1000

/** A calendar day moved by whole days. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
