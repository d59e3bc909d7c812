import { signal } from '@preact/signals'

/** Screens on walls have wrong clocks; ages are told by the server's. */
const SKEW_TOLERATED_MS = 2_000
let skewMs = 0

/** Server time in epoch ms, renewed every second. */
export const nowMs = signal(Date.now())

export function serverNowMs(): number {
  return Date.now() + skewMs
}

export function adjustClock(serverTimeMs: number): void {
  const measuredMs = serverTimeMs - Date.now()
  if (Number.isFinite(measuredMs) && Math.abs(measuredMs - skewMs) > SKEW_TOLERATED_MS) skewMs = measuredMs
}

export function startClock(): void {
  const tick = (): void => {
    nowMs.value = serverNowMs()
    setTimeout(tick, 1_000 - (serverNowMs() % 1_000))
  }
  tick()
}
