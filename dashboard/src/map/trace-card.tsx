import { useComputed, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { errorText, useAsked } from '../state/asked.ts'
import { entities, entityCell } from '../state/entities.ts'
import { setQuery } from '../state/route.ts'
import { formatCount } from '../text/format.ts'
import type { MapView } from './map-view.ts'
import { feeds } from './relations.ts'
import {
  type GraphAnswer,
  type ImpactAnswer,
  pathOf,
  type Role,
  shapesOf,
  type Trace,
  type TraceKind,
  traceOf,
} from './trace.ts'
import { w } from './words.ts'

interface Props {
  readonly kind: TraceKind
  readonly id: string
  readonly view: MapView
}

/** What the marks of a trace mean, and how many there are of each. Mount it anew for another trace. */
export function TraceCard({ kind, id, view }: Props) {
  const asked = useAsked<ImpactAnswer | GraphAnswer>(pathOf(kind, id), feeds.value)
  const trace = useComputed(() => {
    const { body } = asked.value
    return body === null ? null : traceOf(kind, id, body)
  })
  const shapes = useComputed(() =>
    trace.value === null ? null : shapesOf(trace.value, feeds.value, (one) => entities.get(one)),
  )
  const isFitted = useRef(false)
  useSignalEffect(() => {
    view.showTrace(shapes.value)
    if (shapes.value === null || isFitted.current) return
    isFitted.current = true
    view.fitTrace(shapes.value)
  })
  useEffect(() => () => view.showTrace(null), [])
  const { error } = asked.value
  const name = entityCell(id).value?.name ?? id
  return (
    <section class="card trace" aria-label={`${w(kind)}: ${name}`} data-testid="trace" data-kind={kind}>
      <h2 class="trace-title">
        {w(kind)}: {name}
      </h2>
      <div class="trace-found" role="status">
        {trace.value === null && <p class="muted">{error === null ? w('loading') : errorText(error)}</p>}
        {trace.value !== null && (
          <Counts kind={kind} trace={trace.value} placed={shapes.value?.points.features.length ?? 0} />
        )}
      </div>
      <button type="button" class="chip" onClick={() => setQuery({ trace: null })} data-testid="trace-clear">
        {w('stop')}
      </button>
    </section>
  )
}

const ROLES_OF: Readonly<Record<TraceKind, readonly [Role, 'lost' | 'fed' | 'ups' | 'downs'][]>> = {
  impact: [
    ['lost', 'lost'],
    ['fed', 'fed'],
  ],
  up: [['up', 'ups']],
  down: [['down', 'downs']],
}

function Counts({ kind, trace, placed }: { kind: TraceKind; trace: Trace; placed: number }) {
  const { counts, customers, truncated, roles } = trace
  if (roles.size === 1) return <p>{w(kind === 'up' ? 'nothingUp' : 'nothing')}</p>
  return (
    <ul class="trace-counts">
      {ROLES_OF[kind].map(([role, word]) => (
        <li key={role} data-role={role} data-count={counts[role]}>
          <RoleMark role={role} /> {w(word)}: <b>{formatCount(counts[role])}</b>
        </li>
      ))}
      {customers !== null && (
        <li data-role="customers" data-count={customers}>
          {w('customers')}: <b>{formatCount(customers)}</b>
        </li>
      )}
      {placed < roles.size && (
        <li class="muted">
          {w('unplaced')}: {formatCount(roles.size - placed)}
        </li>
      )}
      {truncated && <li class="muted">{w('truncated', { count: formatCount(roles.size - 1) })}</li>}
    </ul>
  )
}

/** As on the map. */
function RoleMark({ role }: { role: Role }) {
  return (
    <svg class={`mark role-${role}`} viewBox="0 0 48 48" width="22" height="22" aria-hidden="true">
      {role === 'up' && <path d="M24 6l17 30h-34z" />}
      {role === 'down' && <path d="M24 42l17-30h-34z" />}
      {(role === 'lost' || role === 'fed') && <circle cx="24" cy="24" r="15" />}
      {role === 'lost' && <path d="M35 13l-22 22" />}
    </svg>
  )
}
