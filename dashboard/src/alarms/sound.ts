import { effect } from '@preact/signals'
import { alarms, alarmsVersion, isActive, isShelved, rankOf } from '../state/alarms.ts'
import { nowMs } from '../state/clock.ts'
import { ready } from '../state/entities.ts'
import { remembered } from '../state/preferences.ts'
import { throttled } from '../state/throttled.ts'
import { SEVERITIES } from '../wire/alarm.ts'

export const sound = remembered<'off' | 'on'>('plumbline.sound', ['off', 'on'])

const HIGH = SEVERITIES.indexOf('high')
/** In a flood one sound is enough. */
const tick = throttled(alarmsVersion, 2_000)
let newest: number | null = null
let context: AudioContext | null = null

/** Sounds once for what is new, high or critical, and not shelved; never for what was there when the page was opened. */
export function soundAlarms(): () => void {
  newest = null
  return effect(() => {
    tick.value
    if (!ready.value) return
    const before = newest
    const fresh = [...alarms.values()].filter((alarm) => alarm.id > (before ?? 0))
    newest = fresh.reduce((most, { id }) => Math.max(most, id), before ?? 0)
    const isLoud = fresh.some(
      (alarm) =>
        isActive(alarm) && rankOf(alarm) >= HIGH && alarm.group === null && !isShelved(alarm, nowMs.peek()),
    )
    if (before !== null && isLoud && sound.peek() === 'on') beep()
  })
}

/** Two short tones. A browser lets a page sound only after somebody clicked in it. */
export function beep(): void {
  context ??= new AudioContext()
  void context.resume()
  for (const [at, frequency] of [
    [0, 880],
    [0.22, 660],
  ] as const) {
    const tone = context.createOscillator()
    const loudness = context.createGain()
    const begin = context.currentTime + at
    tone.frequency.value = frequency
    loudness.gain.setValueAtTime(0.15, begin)
    loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.2)
    tone.connect(loudness).connect(context.destination)
    tone.start(begin)
    tone.stop(begin + 0.2)
  }
}
