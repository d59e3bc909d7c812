import type { Micros } from '../../../core/time.ts'

const INTERVALS = 5

/** Whether an entity that was heard last then has been silent for too long; one that was never heard has not begun. */
export const isSilent = (
  { afterS = null, intervalS }: { afterS?: number | null; intervalS: number },
  lastSeen: Micros | null,
  now: Micros,
): boolean => lastSeen !== null && now - lastSeen > (afterS ?? INTERVALS * intervalS) * 1_000_000
