import { computed, signal } from '@preact/signals'
import { nowMs } from '../state/clock.ts'

const IDLE_MS = 5_000
const DRIFT_MS = 180_000
/** Pixels by which the whole picture moves on, so that nothing burns into the screen. */
const DRIFTS: readonly (readonly [number, number])[] = [
  [0, 0],
  [4, 2],
  [6, 6],
  [2, 4],
  [-2, 6],
  [-6, 2],
  [-4, -4],
  [2, -6],
]

export const drift = computed(() => {
  const [x, y] = DRIFTS[Math.floor(nowMs.value / DRIFT_MS) % DRIFTS.length] ?? [0, 0]
  return `translate(${x}px, ${y}px)`
})

/** Nobody has touched anything for a while: pointer and controls are put out of sight. */
export const isIdle = signal(false)

export function watchIdle(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const touched = (): void => {
    isIdle.value = false
    clearTimeout(timer)
    timer = setTimeout(() => {
      isIdle.value = true
    }, IDLE_MS)
  }
  const kinds = ['pointermove', 'pointerdown', 'keydown'] as const
  for (const kind of kinds) addEventListener(kind, touched)
  touched()
  return () => {
    clearTimeout(timer)
    for (const kind of kinds) removeEventListener(kind, touched)
  }
}

/** Keeps the screen on while the page is in sight, where the browser can. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let isOver = false
  const ask = async (): Promise<void> => {
    if (document.hidden || !('wakeLock' in navigator)) return
    // Refused when the battery is low, or by the browser's owner: then the screen's own settings hold.
    const got = await navigator.wakeLock.request('screen').catch(() => null)
    if (isOver) void got?.release()
    else lock = got
  }
  const onVisible = (): void => void ask()
  document.addEventListener('visibilitychange', onVisible)
  void ask()
  return () => {
    isOver = true
    document.removeEventListener('visibilitychange', onVisible)
    void lock?.release()
  }
}

export const toggleFullScreen = (): void => {
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen().catch(() => {})
  else void document.exitFullscreen()
}
