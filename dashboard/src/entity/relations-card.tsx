import { useSignal } from '@preact/signals'
import { errorText, useAsked } from '../state/asked.ts'
import { formatCount } from '../text/format.ts'
import type { Graph } from '../wire/graph.ts'
import { EntityLink } from './entity-link.tsx'
import { ImpactView } from './impact.tsx'
import { type Branch, relationGroups } from './relation-tree.ts'
import { w } from './words.ts'

const DEPTH = 2
const DEPTH_MAX = 100
const RENEW_MS = 60_000

/** What an entity hangs together with. */
export function RelationsCard({ id }: { id: string }) {
  const depth = useSignal(DEPTH)
  const asked = useAsked<Graph>(`/entities/${encodeURIComponent(id)}/graph?depth=${depth.value}`, 0, RENEW_MS)
  const { body, error } = asked.value
  const groups = body === null ? [] : relationGroups(id, body)
  return (
    <section class="card relations" aria-labelledby="relations-title" data-testid="relations">
      <h2 class="card-title" id="relations-title">
        {w('relations.title')}
      </h2>
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error)}
        </p>
      )}
      {body !== null && groups.length === 0 && <p class="muted">{w('relations.none')}</p>}
      {groups.map(({ kind, side, branches }) => (
        <div class="relation-group" key={`${kind} ${side}`} data-testid={`relation-${kind}-${side}`}>
          <h3 class="relation-title">
            {w(`relation.${kind}.${side}`)} <span class="muted">{formatCount(branches.length)}</span>
          </h3>
          <Branches branches={branches} />
        </div>
      ))}
      {groups.length > 0 && depth.value < DEPTH_MAX && (
        <button
          type="button"
          class="button"
          onClick={() => {
            depth.value = DEPTH_MAX
          }}
        >
          {w('relations.deeper')}
        </button>
      )}
      {body?.truncated === true && <p class="muted small">{w('relations.truncated')}</p>}
      {groups.length > 0 && <ImpactView id={id} />}
    </section>
  )
}

const SHOWN_AT_ONCE = 20

function Branches({ branches }: { branches: readonly Branch[] }) {
  const shown = useSignal(SHOWN_AT_ONCE)
  const left = branches.length - shown.value
  return (
    <ul class="branches">
      {branches.slice(0, shown.value).map(({ node, branches }) => (
        <li key={node.id}>
          <EntityLink node={node} />
          {branches.length > 0 && <Below branches={branches} />}
        </li>
      ))}
      {left > 0 && (
        <li>
          <button
            type="button"
            class="button"
            onClick={() => {
              shown.value += 10 * SHOWN_AT_ONCE
            }}
          >
            {w('relations.more', { count: formatCount(left) })}
          </button>
        </li>
      )}
    </ul>
  )
}

/** Not in the page before somebody looks: below a feeder stand thousands. */
function Below({ branches }: { branches: readonly Branch[] }) {
  const isOpen = useSignal(false)
  return (
    <>
      <button
        type="button"
        class="branches-toggle"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value
        }}
      >
        {isOpen.value ? '▾' : '▸'} {w('relations.below', { count: formatCount(branches.length) })}
      </button>
      {isOpen.value && <Branches branches={branches} />}
    </>
  )
}
