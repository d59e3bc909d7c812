/** Seconds. */
export const TIME_UNITS = [86_400, 3600, 60, 1] as const
type TimeUnit = (typeof TIME_UNITS)[number]

/** The largest unit that it is whole in. */
export const timeUnitOf = (seconds: number): TimeUnit =>
  TIME_UNITS.find((unit) => seconds >= unit && seconds % unit === 0) ?? 1
