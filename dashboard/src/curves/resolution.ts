const RESOLUTIONS = ['raw', '1m', '1h', '1d'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** How long a point stands for, from its time on; an observation is of an instant. */
export const STEP_S: Readonly<Record<Resolution, number>> = { raw: 0, '1m': 60, '1h': 3_600, '1d': 86_400 }

/** More points than these cannot be told apart on a screen. */
const POINTS_MAX = 4_000

/** The finest that does not give too many points for a device that speaks once an interval. */
export function resolutionFor(spanMs: number, intervalS: number): Resolution {
  const fits = (one: Resolution): boolean =>
    spanMs / 1_000 / Math.max(STEP_S[one], intervalS, 0.001) <= POINTS_MAX
  return RESOLUTIONS.find(fits) ?? '1d'
}

/** The next coarser one: for a device that speaks more often than was told. */
export function coarser(resolution: Resolution): Resolution {
  return RESOLUTIONS[RESOLUTIONS.indexOf(resolution) + 1] ?? '1d'
}
