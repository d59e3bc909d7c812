import type { Micros } from '../../../core/time.ts'
import type { Condition } from '../rule.ts'
import { type DetectorState, type Step, stepTo } from './detector.ts'

/** What an expression was found to be. Not known: nothing is raised and nothing cleared. What is beside the entity may change
 *  without a newer time than was seen already, so that an equal time counts as well. */
export function truth(
  condition: Condition,
  state: DetectorState,
  found: { readonly is: boolean | null; readonly time: Micros },
): Step {
  if (found.is === null || condition.kind !== 'expression') return { state, verdict: 'none', bound: null }
  const { forS = 0 } = condition
  const time = Math.max(state.newest, found.time)
  const since = found.is ? (state.since ?? time) : null
  return stepTo(state, time, { is: found.is ? 'so' : 'not', since, forS })
}
