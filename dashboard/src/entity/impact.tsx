import { useSignal } from '@preact/signals'
import { attempt } from '../state/asked.ts'
import { formatCount } from '../text/format.ts'
import { get } from '../wire/client.ts'
import type { GraphNode, Impact } from '../wire/graph.ts'
import { EntityLink } from './entity-link.tsx'
import { w } from './words.ts'

/** Who loses supply if this one stops; asked for by whoever wants to know. */
export function ImpactView({ id }: { id: string }) {
  const impact = useSignal<Impact | null>(null)
  const error = useSignal<string | null>(null)
  const ask = async (): Promise<void> => {
    error.value = await attempt(async () => {
      impact.value = await get<Impact>(`/entities/${encodeURIComponent(id)}/impact`)
    })
  }
  const found = impact.value
  return (
    <div class="impact">
      <button type="button" class="button" data-testid="ask-impact" onClick={() => void ask()}>
        {w('impact.ask')}
      </button>
      {/* Told when it comes. */}
      <div role="status" data-testid="impact">
        {error.value !== null && <p class="error">{error.value}</p>}
        {found !== null && (
          <p>
            <b>{w('impact.customers', { count: formatCount(found.customers) })}</b>{' '}
            <span class="muted">
              {w('impact.counts', {
                lost: formatCount(found.lost.length),
                stillFed: formatCount(found.stillFed.length),
              })}
            </span>
          </p>
        )}
      </div>
      {found !== null && <Nodes title={w('impact.lost')} nodes={found.lost} />}
      {found !== null && <Nodes title={w('impact.stillFed')} nodes={found.stillFed} />}
    </div>
  )
}

const NODES_MAX = 200

function Nodes({ title, nodes }: { title: string; nodes: readonly GraphNode[] }) {
  if (nodes.length === 0) return null
  return (
    <details class="impact-nodes">
      <summary>
        {title} ({formatCount(nodes.length)})
      </summary>
      <ul class="branches">
        {nodes.slice(0, NODES_MAX).map((node) => (
          <li key={node.id}>
            <EntityLink node={node} />
          </li>
        ))}
      </ul>
      {nodes.length > NODES_MAX && (
        <p class="muted small">{w('impact.more', { count: formatCount(nodes.length - NODES_MAX) })}</p>
      )}
    </details>
  )
}
