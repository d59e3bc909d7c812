import type { Condition } from '../rule.ts'
import { type DetectorReading, type DetectorState, type Step, stepTo } from './detector.ts'

const POINTS_MAX = 64

/** `trail`: time and value by turns, oldest first, within the time. */
export function rate(
  { rises, falls, withinS }: Extract<Condition, { kind: 'rate' }>,
  state: DetectorState,
  { time, value }: DetectorReading,
): Step {
  const trail: number[] = []
  let [least, most] = [value, value]
  for (let i = 0; i < state.trail.length; i += 2) {
    const [at = 0, was = 0] = [state.trail[i], state.trail[i + 1]]
    if (at < time - withinS * 1_000_000) continue
    trail.push(at, was)
    least = Math.min(least, was)
    most = Math.max(most, was)
  }
  trail.push(time, value)
  // Of a very talkative sensor the oldest go first: a shorter time is looked at, and nothing is raised wrongly.
  if (trail.length > 2 * POINTS_MAX) trail.splice(0, 2)
  const isRise = rises !== undefined && value - least > rises
  const isFall = falls !== undefined && most - value > falls
  const is = isRise || isFall ? 'so' : state.trail.length === 0 && state.isActive ? 'between' : 'not'
  const since = is === 'not' ? null : (state.since ?? time)
  return stepTo(state, time, { is, since, forS: 0, bound: (isRise ? rises : falls) ?? null }, trail)
}
