import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, formatTime, localDate, localDayStart, parseRfc3339 } from '../../core/time.ts'

/** Every instant that a number of whole microseconds holds exactly. */
const micros = fc.integer({ min: Date.parse('1700-01-01') * 1000, max: Date.parse('2255-01-01') * 1000 })
const minutes = fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 })

const two = (n: number) => String(n).padStart(2, '0')
const zoneText = (offsetMin: number) => {
  const size = Math.abs(offsetMin)
  return `${offsetMin < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

describe('parseRfc3339', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1985-04-12T23:20:50.52Z', 482_196_050_520_000],
    ['1996-12-19T16:39:57-08:00', 851_042_397_000_000],
    ['1937-01-01T12:00:27.87+00:20', -1_041_337_172_130_000],
    ['2026-01-02T03:04:05.678901+07:00', 1_767_297_845_678_901],
    ['2026-01-02t03:04:05z', 1_767_323_045_000_000],
    ['2026-01-02 03:04:05Z', 1_767_323_045_000_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000],
    ['2000-02-29T00:00:00-00:00', 951_782_400_000_000],
  ])('reads %s', (text, time) => expect(parseRfc3339(text)).toBe(time))

  it('cuts digits past microseconds and fills up missing ones', () => {
    expect(parseRfc3339('1970-01-01T00:00:00.1234567Z')).toBe(123_456)
    expect(parseRfc3339('1970-01-01T00:00:00.999999999Z')).toBe(999_999)
    expect(parseRfc3339('1970-01-01T00:00:00.000001Z')).toBe(1)
    expect(parseRfc3339('1970-01-01T00:00:00.5Z')).toBe(500_000)
    expect(parseRfc3339('1969-12-31T23:59:59.999999Z')).toBe(-1)
  })

  it('takes a leap second as the second after it', () =>
    expect(parseRfc3339('1990-12-31T23:59:60Z')).toBe(parseRfc3339('1991-01-01T00:00:00Z')))

  it.each([
    ['no zone', '2026-01-02T03:04:05'],
    ['no zone, with a space', '2026-01-02 03:04:05'],
    ['a date alone', '2026-01-02'],
    ['no seconds', '2026-01-02T03:04Z'],
    ['a day of 30 in February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2025-02-29T00:00:00Z'],
    ['29 February of 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['hour 24', '2026-01-02T24:00:00Z'],
    ['minute 60', '2026-01-02T03:60:00Z'],
    ['second 61', '2026-01-02T03:04:61Z'],
    ['a zone of 24 hours', '2026-01-02T03:04:05+24:00'],
    ['a zone of 60 minutes', '2026-01-02T03:04:05+07:60'],
    ['a zone without a colon', '2026-01-02T03:04:05+0700'],
    ['a point without digits', '2026-01-02T03:04:05.Z'],
    ['a comma', '2026-01-02T03:04:05,5Z'],
    ['digits that are not ASCII', '２０２６-01-02T03:04:05Z'],
    ['a space before', ' 2026-01-02T03:04:05Z'],
    ['a line end after', '2026-01-02T03:04:05Z\n'],
    ['a year of five digits', '12026-01-02T03:04:05Z'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(parseRfc3339(text)).toBeNull())

  it('refuses every day that its month does not have, and takes every other', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1700, max: 2254 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        (year, month, day) => {
          const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
          const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
          const read = parseRfc3339(`${year}-${two(month)}-${two(day)}T12:00:00Z`)
          expect(read !== null).toBe(day <= days)
        },
      ),
    ))

  it('gives back any instant written with its microseconds in any zone', () =>
    fc.assert(
      fc.property(micros, minutes, (time, offsetMin) => {
        const local = new Date(Math.floor(time / 1000) + offsetMin * 60_000).toISOString().slice(0, 23)
        const lastDigits = String(((time % 1000) + 1000) % 1000).padStart(3, '0')
        expect(parseRfc3339(local + lastDigits + zoneText(offsetMin))).toBe(time)
      }),
    ))

  it('answers any text without throwing', () =>
    fc.assert(
      fc.property(fc.string(), (text) => {
        const time = parseRfc3339(text)
        expect(time === null || Number.isSafeInteger(time)).toBe(true)
      }),
    ))
})

describe('formatTime', () => {
  it('writes UTC with milliseconds', () =>
    expect(formatTime(1_767_297_845_678_901)).toBe('2026-01-01T20:04:05.678Z'))

  it('is read back as the same instant, to the millisecond below', () =>
    fc.assert(
      fc.property(micros, (time) => {
        expect(parseRfc3339(formatTime(time))).toBe(Math.floor(time / 1000) * 1000)
      }),
    ))
})

describe('local days', () => {
  it('begin at 17:00Z', () => {
    expect(localDate(parseRfc3339('2025-12-31T16:59:59.999999Z') ?? 0)).toBe('2025-12-31')
    expect(localDate(parseRfc3339('2025-12-31T17:00:00Z') ?? 0)).toBe('2026-01-01')
    expect(formatTime(localDayStart('2026-01-01'))).toBe('2025-12-31T17:00:00.000Z')
  })

  it('hold the instant they are named after, from their start to just before the next', () =>
    fc.assert(
      fc.property(micros, (time) => {
        const day = localDate(time)
        expect(localDayStart(day)).toBeLessThanOrEqual(time)
        expect(localDayStart(addDays(day, 1))).toBeGreaterThan(time)
        expect(localDate(localDayStart(day))).toBe(day)
        expect(localDate(localDayStart(day) - 1)).toBe(addDays(day, -1))
      }),
    ))

  it('are moved over the ends of months and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2025-02-28', 1)).toBe('2025-03-01')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(addDays('2025-12-31', -89)).toBe('2025-10-03')
  })
})
