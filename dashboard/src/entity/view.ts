/** What the page shows of the curves, as the address says it. Pure. */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
export const PRESET_MS = {
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '1y': 365 * DAY_MS,
} as const
export type Preset = keyof typeof PRESET_MS
export const PRESETS = Object.keys(PRESET_MS) as Preset[]

export const COMPARE_MS = { '1d': DAY_MS, '7d': 7 * DAY_MS } as const
export type Compare = keyof typeof COMPARE_MS

/** Epoch milliseconds. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

export interface View {
  /** The window that moves on with the clock; null: it stands still. */
  readonly live: Preset | null
  readonly still: Window | null
  /** Null: those that the page finds most telling. */
  readonly keys: readonly string[] | null
  readonly compare: Compare | null
  readonly isTable: boolean
}

export type ViewQuery = Readonly<Record<'window' | 'from' | 'to', string | null>>

const SPAN_MIN_MS = 60_000
const SPAN_MAX_MS = 1_100 * DAY_MS
/** More lines than this nobody can tell apart. */
export const KEYS_MAX = 12
const KEY = /^[A-Za-z0-9._-]{1,64}(\/[A-Za-z0-9._-]{1,32})?$/

export function viewOf(query: URLSearchParams): View {
  const still = stillOf(query)
  const keys = query
    .get('quantities')
    ?.split(',')
    .filter((key) => KEY.test(key))
  return {
    still,
    live: still === null ? (PRESETS.find((preset) => preset === query.get('window')) ?? '24h') : null,
    keys: keys === undefined ? null : [...new Set(keys)].slice(0, KEYS_MAX),
    compare: (Object.keys(COMPARE_MS) as Compare[]).find((one) => one === query.get('compare')) ?? null,
    isTable: query.get('table') === 'true',
  }
}

function stillOf(query: URLSearchParams): Window | null {
  const [fromMs, toMs] = [query.get('from') ?? '', query.get('to') ?? ''].map((text) => Date.parse(text))
  if (fromMs === undefined || toMs === undefined || !(toMs - fromMs >= 1_000)) return null
  return toMs - fromMs > SPAN_MAX_MS ? { fromMs: toMs - SPAN_MAX_MS, toMs } : { fromMs, toMs }
}

export function windowOf({ live, still }: View, nowMs: number): Window {
  if (still !== null) return still
  return { fromMs: nowMs - PRESET_MS[live ?? '24h'], toMs: nowMs }
}

export const liveQuery = (preset: Preset): ViewQuery => ({ window: preset, from: null, to: null })

/** To the second: nobody draws more exactly, and the address stays short. */
export function stillQuery({ fromMs, toMs }: Window): ViewQuery {
  const written = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z')
  return { window: null, from: written(fromMs), to: written(Math.max(toMs, fromMs + SPAN_MIN_MS)) }
}

/** Half or twice as much time: of a live window the next preset, otherwise around the cursor or the middle. */
export function zoomed(view: View, factor: 0.5 | 2, nowMs: number, aroundMs: number | null): ViewQuery {
  if (view.live !== null && aroundMs === null) {
    const next = PRESETS[PRESETS.indexOf(view.live) + (factor < 1 ? -1 : 1)]
    if (next !== undefined) return liveQuery(next)
  }
  const { fromMs, toMs } = windowOf(view, nowMs)
  const centreMs = aroundMs ?? (fromMs + toMs) / 2
  const spanMs = Math.min(Math.max((toMs - fromMs) * factor, SPAN_MIN_MS), SPAN_MAX_MS)
  const share = (centreMs - fromMs) / (toMs - fromMs)
  return stillQuery(
    within({ fromMs: centreMs - share * spanMs, toMs: centreMs + (1 - share) * spanMs }, nowMs),
  )
}

/** Half a window earlier or later; one that would reach beyond now goes live if it is as long as a preset. */
export function panned(view: View, direction: -1 | 1, nowMs: number): ViewQuery {
  const { fromMs, toMs } = windowOf(view, nowMs)
  const spanMs = toMs - fromMs
  const moved = { fromMs: fromMs + (direction * spanMs) / 2, toMs: toMs + (direction * spanMs) / 2 }
  if (moved.toMs < nowMs) return stillQuery(moved)
  const preset = PRESETS.find((one) => Math.abs(PRESET_MS[one] - spanMs) < 2_000)
  return preset === undefined ? stillQuery(within(moved, nowMs)) : liveQuery(preset)
}

/** Back to now, about as much of it. */
export function backToLive(view: View, nowMs: number): ViewQuery {
  const { fromMs, toMs } = windowOf(view, nowMs)
  return liveQuery(PRESETS.find((one) => PRESET_MS[one] >= (toMs - fromMs) * 0.75) ?? '1y')
}

function within({ fromMs, toMs }: Window, nowMs: number): Window {
  return toMs <= nowMs ? { fromMs, toMs } : { fromMs: nowMs - (toMs - fromMs), toMs: nowMs }
}
