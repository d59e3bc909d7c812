import { z } from 'zod'
import { ID_PATTERN } from '../core/id.ts'
import { addDays, localDayStart, type Micros, microsNow, parseRfc3339 } from '../core/time.ts'
import { isDate } from '../digital-twin/indicator/period.ts'

/** Pieces that several routes' schemas are made of. */
export const Id = z
  .string()
  .regex(ID_PATTERN, 'takes 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit')
export const IdParams = z.object({ id: Id })
export const AreaCode = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,16}$/, 'takes the code of an area, e.g. 66 or 24133')
export const Day = z.string().refine(isDate, 'takes a day, YYYY-MM-DD')
export const Location = z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
export const limit = (max: number, fallback: number) =>
  z.coerce.number().int().min(1).max(max).default(fallback)

export const QualityCode = z.enum(['good', 'implausible', 'estimated', 'bad'])

/** RFC 3339, read as microseconds. */
export const Instant = z.string().transform((text, context): Micros => {
  const time = parseRfc3339(text)
  if (time !== null) return time
  context.addIssue({
    code: 'custom',
    message: 'takes an RFC 3339 time with a zone, e.g. 2026-01-02T03:04:05Z',
  })
  return z.NEVER
})

const dayOrInstant = (ofDay: (day: string) => Micros) =>
  z.string().transform((text, context): Micros => {
    const time = isDate(text) ? ofDay(text) : parseRfc3339(text)
    if (time !== null) return time
    context.addIssue({ code: 'custom', message: 'takes a day, YYYY-MM-DD, or an RFC 3339 time with a zone' })
    return z.NEVER
  })

/** A bare day is its end, local time: all that was known on it. */
export const AsOf = dayOrInstant((day) => localDayStart(addDays(day, 1)) - 1)

/** A bare day is its beginning, local time. */
export const Since = dayOrInstant(localDayStart)

/** When something became known; a bare day is its beginning, as in all files of inputs. */
export const RecordedAt = Since.refine((time) => time <= microsNow(), 'lies in the future')

/** When something was received; a bare day is its end: by then all of it was. */
export const ReceivedAt = dayOrInstant((day) =>
  Math.min(localDayStart(addDays(day, 1)) - 1, microsNow()),
).refine((time) => time <= microsNow(), 'lies in the future')

/** A list, with the cursor of its next page if there is one. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() })

export const Cursor = z
  .string()
  .max(200)
  .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
  .optional()
  .describe('`next` of the page before')

export const cursorOf = (position: string | number): string =>
  Buffer.from(String(position)).toString('base64url')

/** One page of `items` that were asked for with one more than the limit. */
export function pageOf<T>(
  items: T[],
  size: number,
  position: (last: T) => string | number,
): { items: T[]; next?: string } {
  const last = items[size - 1]
  return items.length > size && last !== undefined
    ? { items: items.slice(0, size), next: cursorOf(position(last)) }
    : { items }
}
