import { computed } from '@preact/signals'
import { route, setQuery } from '../state/route.ts'
import { closeEntity } from '../state/selection.ts'
import { TRACES, type TraceKind, traceAsked } from './trace.ts'
import { w } from './words.ts'

/** What is traced on the map; in the address, and apart from the panel, so that one can look at what is marked. */
export const tracing = computed(() => traceAsked(route.value.query.get('trace')))

/** Where the panel covers the map (as in layout.css). */
const COVERED = matchMedia('(max-width: 1100px)')

/** Marks on the map what hangs on an entity. */
export function TraceButtons({ id }: { id: string }) {
  const present = tracing.value
  const toggle = (kind: TraceKind, isOn: boolean): void => {
    setQuery({ trace: isOn ? null : `${kind}:${id}`, map: null })
    if (!isOn && COVERED.matches) closeEntity()
  }
  return (
    <div class="trace-buttons">
      {TRACES.map((kind) => {
        const isOn = present?.kind === kind && present.id === id
        return (
          <button
            type="button"
            class={isOn ? 'chip chip-on' : 'chip'}
            aria-pressed={isOn}
            key={kind}
            onClick={() => toggle(kind, isOn)}
            data-testid={`trace-${kind}`}
          >
            {w(kind)}
          </button>
        )
      })}
    </div>
  )
}
