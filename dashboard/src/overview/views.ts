export interface SavedView {
  readonly id: string
  /** Null: one of those that are there at first, by its own name in each language. */
  readonly name: string | null
  /** What the address says of it: `domain=water&sort=-lastSeen`. */
  readonly query: string
}

export const VIEWS_MAX = 40
export const NAME_MAX = 60

/** There at first; whoever does not want them removes them. */
const MADE: readonly SavedView[] = [
  { id: 'attention', name: null, query: 'state=silent,late' },
  { id: 'alarms', name: null, query: 'alarm=low' },
  { id: 'water', name: null, query: 'domain=water' },
  { id: 'power', name: null, query: 'domain=power' },
  { id: 'traffic', name: null, query: 'domain=traffic' },
]

/** What was kept, as far as it is what we keep; null or not ours: those that are there at first. */
export function readViews(text: string | null): readonly SavedView[] {
  const kept = parsed(text)
  return Array.isArray(kept) ? kept.filter(isView).slice(0, VIEWS_MAX) : MADE
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}

function isView(one: unknown): one is SavedView {
  if (typeof one !== 'object' || one === null) return false
  const { id, name, query } = one as Record<string, unknown>
  const isNamed = typeof name === 'string' ? name.length <= NAME_MAX : name === null
  return typeof id === 'string' && isNamed && typeof query === 'string' && query.length < 2_000
}
