import type { Micros } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import { createdAtOf } from '../../store/entity-times.ts'
import type { SeriesRow } from '../../store/observation-pages.ts'
import {
  type Change,
  changesOf,
  LATE_MAX_US,
  rolledChangesOf,
  type Steps,
  seriesOfEntities,
} from '../../store/replay.ts'
import { ROLLUPS, type Rollup } from '../../store/rollups.ts'
import { lastObservationsAt } from '../../store/twin-state.ts'
import { isLooking } from '../dependants.ts'
import { Graph } from '../relations/graph.ts'
import type { PastSources } from '../state-at.ts'
import { surroundingsDuring } from '../surroundings-at.ts'
import { EMPTY_STATE, reduce, type TwinState } from '../twin-state.ts'
import { type Course, play, type StepEvent } from './play.ts'

export type ReplaySource = 'raw' | '1m' | '1h'

export interface Window extends Steps {
  readonly source: ReplaySource
}

/** What is held at once: entities with their steps, and those beside them with theirs. */
const CELLS_AT_ONCE = 20_000
const CELLS_BESIDE_MAX = 400_000
const ENTITIES_AT_ONCE = 200
/** The embedded database is held up for some 50 ms by reading so many rows. */
const ROWS_A_QUERY = 20_000
const SERIES_A_QUERY = 500
/** Readings rarely come more often. */
const RAW_EVERY_US = 10_000_000
const SPAN_US_MIN = 3_600_000_000

export const lastStepOf = ({ from, to, stepUs }: Steps): number => Math.floor((to - from) / stepUs)

/** How entities fared in a window, some at a time: nobody who reads slowly makes more be read. */
export async function* courses(
  sources: PastSources,
  entities: readonly Entity[],
  window: Window,
): AsyncGenerator<Course[]> {
  const steps = lastStepOf(window) + 1
  const size = Math.min(ENTITIES_AT_ONCE, Math.max(1, Math.floor(CELLS_AT_ONCE / steps)))
  const alone = entities.filter(({ type }) => !isLooking(type))
  for (let i = 0; i < alone.length; i += size) yield coursesOf(sources, alone.slice(i, i + size), window)
  // One by one: each may have thousands beside it.
  for (const entity of entities) if (isLooking(entity.type)) yield coursesOf(sources, [entity], window)
}

async function coursesOf(sources: PastSources, shown: readonly Entity[], window: Window): Promise<Course[]> {
  const { from, stepUs } = window
  const lastStep = lastStepOf(window)
  const ids = shown.map(({ id }) => id)
  const looks = shown.some(({ type }) => isLooking(type))
  const around = looks ? await surroundingsDuring(sources.db, ids, window) : null
  const isTooMuch = around !== null && around.entities.size * (lastStep + 1) > CELLS_BESIDE_MAX
  const all = around && !isTooMuch ? [...around.entities] : ids
  const { start, events } = await happenings(sources, all, window)
  const { graph, changes: relations } = around && !isTooMuch ? around : { graph: new Graph(), changes: [] }
  const madeAt = await createdAtOf(sources.db, ids)
  const { entity, isObserved } = sources
  // What a rollup tells is no finer than its steps: nobody is silent who was heard in one.
  const leastS = window.source === 'raw' ? 0 : stepUs / 1_000_000
  const intervalS = (of: Entity) => Math.max(sources.intervalS(of), leastS)
  return play({
    from,
    stepUs,
    lastStep,
    shown,
    madeAt,
    start,
    events,
    graph,
    relations,
    entity,
    intervalS,
    isObserved,
  })
}

/** The states at the beginning, and what was observed from there on. */
async function happenings({ db }: PastSources, entities: readonly string[], window: Window) {
  const start = new Map<string, TwinState>()
  const events: StepEvent[] = []
  const newest = new Map<number, Micros>()
  for (let i = 0; i < entities.length; i += ENTITIES_AT_ONCE) {
    const some = entities.slice(i, i + ENTITIES_AT_ONCE)
    for (const last of await lastObservationsAt(db, some, window.from)) {
      start.set(last.entity, reduce(start.get(last.entity) ?? EMPTY_STATE, { type: 'observed', ...last }))
      newest.set(last.seriesId, last.time)
    }
  }
  const series = new Map((await seriesOfEntities(db, entities)).map((one) => [one.id, one]))
  const oldest = window.from - LATE_MAX_US
  const since = [...series.keys()].map((id) => ({ id, after: Math.max(newest.get(id) ?? oldest, oldest) }))
  for (const { ids, after } of batches(since, window))
    for (const { seriesId, step, ...observed } of await changes(db, ids, after, window)) {
      const { entity, device, quantity, channel } = series.get(seriesId) as SeriesRow
      events.push({ step, entity, event: { type: 'observed', ...observed, device, quantity, channel } })
    }
  return { start, events }
}

/** Series are asked for together that were heard about the same time, so that little is read which is known already. */
function* batches(series: readonly { readonly id: number; readonly after: Micros }[], window: Window) {
  const { from, to, source } = window
  const rows = (to - from) / (rollupOf(source)?.widthUs ?? RAW_EVERY_US)
  const size = Math.min(SERIES_A_QUERY, Math.max(1, Math.floor(ROWS_A_QUERY / rows)))
  const span = Math.max(SPAN_US_MIN, to - from)
  let batch: { ids: number[]; newest: Micros; after: Micros } | null = null
  for (const { id, after } of series.toSorted((a, b) => b.after - a.after)) {
    if (batch && (batch.ids.length >= size || after < batch.newest - span)) {
      yield batch
      batch = null
    }
    batch ??= { ids: [], newest: after, after }
    batch.ids.push(id)
    batch.after = after
  }
  if (batch) yield batch
}

const rollupOf = (source: ReplaySource): Rollup | undefined =>
  ROLLUPS.find(({ resolution }) => resolution === source)

function changes(db: Db, series: readonly number[], after: Micros, window: Window): Promise<Change[]> {
  const rollup = rollupOf(window.source)
  return rollup ? rolledChangesOf(db, rollup, series, window) : changesOf(db, series, after, window)
}
