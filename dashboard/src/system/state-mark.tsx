import { CROSS, SHAPES } from '../marks/shapes.ts'
import type { Freshness } from '../wire/entity.ts'
import type { State } from './judge.ts'

const LOOKS: Readonly<Record<Exclude<State, 'unused'>, Freshness>> = {
  good: 'fresh',
  attention: 'late',
  bad: 'silent',
}

/** The shapes of the map, so that one has to be learned: the worse, the more corners. Decorative: the word stands beside it. */
export function StateMark({ state }: { state: State }) {
  if (state === 'unused') return null
  return (
    <svg class="mark" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={SHAPES[LOOKS[state]]} class={`state-mark-${state}`} />
      {state === 'bad' && <path d={CROSS} class="mark-cross" />}
    </svg>
  )
}
