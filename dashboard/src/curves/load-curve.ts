import { get, type Query } from '../wire/client.ts'
import type { Page, RawPoint, RollupPoint } from '../wire/entity.ts'
import { type Curve, rawCurve, rollupCurve } from './curve.ts'
import { coarser, type Resolution } from './resolution.ts'

export interface HistoryQuery {
  readonly entityId: string
  /** With its channel, if it has one. */
  readonly key: string
  readonly fromMs: number
  readonly toMs: number
  readonly resolution: Resolution
}

/** Two answers of the server; what has more is asked for more coarsely. */
const ITEMS_MAX = 10_000
const PAGE_ITEMS = 5_000

/** The history of several quantities, all as fine as asked, or all coarser if one has too much to draw. */
export async function loadCurves(
  query: Omit<HistoryQuery, 'key'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Curve>> {
  const loaded = await Promise.all(keys.map((key) => loadCurve({ ...query, key })))
  if (loaded.includes(null)) return loadCurves({ ...query, resolution: coarser(query.resolution) }, keys)
  return new Map(loaded.flatMap((curve, index) => (curve === null ? [] : [[keys[index] ?? '', curve]])))
}

async function loadCurve(query: HistoryQuery): Promise<Curve | null> {
  const { resolution } = query
  const items: (RawPoint | RollupPoint)[] = []
  for await (const page of historyPages(query, PAGE_ITEMS)) {
    items.push(...page)
    if (items.length > ITEMS_MAX && resolution !== '1d') return null
  }
  return resolution === 'raw'
    ? rawCurve(items as RawPoint[])
    : rollupCurve(resolution, items as RollupPoint[], query.toMs / 1_000)
}

/** Page after page of `GET /entities/{id}/observations`; whoever breaks off asks for no more. */
export async function* historyPages(
  { entityId, key, fromMs, toMs, resolution }: HistoryQuery,
  pageItems: number,
): AsyncGenerator<readonly (RawPoint | RollupPoint)[]> {
  const path = `/entities/${encodeURIComponent(entityId)}/observations`
  const first: Query = {
    quantity: key,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    resolution,
    limit: pageItems,
  }
  for (let query = first; ; ) {
    const { items, next } = await get<Page<RawPoint | RollupPoint>>(path, query)
    yield items
    if (next === undefined) return
    query = { ...first, cursor: next }
  }
}
