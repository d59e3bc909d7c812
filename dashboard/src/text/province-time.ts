/** Asia/Ho_Chi_Minh has had no other offset since 1975. */
const OFFSET_MS = 7 * 3_600_000
const OFFSET = '+07:00'
const DAY_MS = 86_400_000

/** When the stretch of that length began in which a time lies; days begin at midnight in the province. */
export const beginOf = (timeMs: number, lengthMs: number): number =>
  Math.floor((timeMs + OFFSET_MS) / lengthMs) * lengthMs - OFFSET_MS

export const midnight = (timeMs: number): number => beginOf(timeMs, DAY_MS)

/** RFC 3339, as the clocks of the province show it. */
export const provinceTime = (timeMs: number): string =>
  new Date(timeMs + OFFSET_MS).toISOString().replace('Z', OFFSET)

/** For `<input type="date">`. */
export const dayOf = (timeMs: number): string => provinceTime(timeMs).slice(0, 10)

/** For `<input type="datetime-local">`: to the minute. */
export const toLocal = (timeMs: number): string => provinceTime(timeMs).slice(0, 16)

/** Of such an input, some of which write seconds too. NaN: it says no time. */
export const fromLocal = (text: string): number => Date.parse(`${text.slice(0, 16)}:00${OFFSET}`)
