import type { Freshness } from '../wire/entity.ts'
import { CROSS, RING_RADIUS, SHAPES } from './shapes.ts'

/** Decorative: the state stands beside it in words. */
export function Mark({ freshness, ring = false }: { freshness: Freshness | null; ring?: boolean }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      {freshness !== null && <path d={SHAPES[freshness]} class={`mark-${freshness}`} />}
      {freshness === 'silent' && <path d={CROSS} class="mark-cross" />}
      {ring && <circle cx="12" cy="12" r={RING_RADIUS} class="mark-ring" />}
    </svg>
  )
}
