import { setImmediate } from 'node:timers/promises'
import { NO_NEIGHBOURS } from '../core/relation.ts'
import { inSlices } from '../core/slices.ts'
import { formatTime, type Micros } from '../core/time.ts'
import { readingsOf, type TriedReading } from '../store/alarm-rules.ts'
import { type Bucket, buckets } from '../store/buckets.ts'
import type { Db } from '../store/db.ts'
import type { Entity } from '../store/device.ts'
import type { Resolution } from '../store/rollups.ts'
import type { Window } from '../store/twin-state.ts'
import { derivedOf } from './derive.ts'
import { SILENT_INTERVALS } from './freshness.ts'
import { MODELS } from './models/index.ts'
import { EMPTY_STATE, keyParts, reduce, type TwinState } from './twin-state.ts'

/** A derived quantity of an entity that follows from the entity's own values alone. */
export interface OwnDerived {
  readonly entity: Entity
  readonly quantity: string
  readonly intervalS: number
}

export interface DerivedPoint {
  readonly time: Micros
  readonly value: number | null
  readonly label: string | null
  /** Whose reading made it so. */
  readonly device: string
}

const READINGS_MAX = 20_000
/** So long at once: readings come in meanwhile. */
const SLICE_MS = 5

/** `own`: its history can be computed. `around`: it follows from the neighbours, of which only today's are known. */
export function derivedKind(type: string, quantity: string): 'own' | 'around' | null {
  const derived = MODELS.get(type)?.derived?.find((one) => one.quantity === quantity)
  return derived ? (derived.usesRelated ? 'around' : 'own') : null
}

/**
 * What followed at each instant of a reading, oldest first, by the same computation as the live twin; attributes are those of
 * now. `next`: where to go on, if that was not all.
 */
export async function derivedPoints(
  db: Db,
  of: OwnDerived,
  { from, to, limit, after }: Pick<Window, 'from' | 'to' | 'limit' | 'after'>,
): Promise<{ readonly items: DerivedPoint[]; readonly next: Micros | null }> {
  const start = after ? after.time + 1 : from
  const told = { entity: of.entity.id, quantity: null, limit: READINGS_MAX }
  // What was told shortly before still counts at the beginning. Of one that tells so much, all is told anew at once.
  const reach = SILENT_INTERVALS * of.intervalS * 1_000_000
  const before = await readingsOf(db, { ...told, from: start - reach, to: start })
  const rows = await readingsOf(db, { ...told, from: start, to })
  const items: DerivedPoint[] = []
  let state = EMPTY_STATE
  if (before.length < READINGS_MAX)
    await inSlices(before, SLICE_MS, (row) => {
      state = observed(state, row)
    })
  let sliceEnd = performance.now() + SLICE_MS
  for (const [i, row] of rows.entries()) {
    if (performance.now() > sliceEnd) {
      await setImmediate()
      sliceEnd = performance.now() + SLICE_MS
    }
    state = observed(state, row)
    // Readings of one instant are one state, and the last instant may not be whole.
    if (rows[i + 1]?.time === row.time || i === READINGS_MAX - 1) continue
    const point = pointAt(of, state, row.time)
    if (point) items.push({ ...point, device: row.device })
    if (items.length === limit) return { items, next: row.time }
  }
  const last = rows.at(-1)
  return { items, next: last && rows.length === READINGS_MAX ? last.time - 1 : null }
}

const observed = (state: TwinState, reading: TriedReading): TwinState =>
  reduce(state, { type: 'observed', ...reading, label: null })

function pointAt({ entity, quantity, intervalS }: OwnDerived, state: TwinState, time: Micros) {
  const alone = { neighbours: NO_NEIGHBOURS, now: time, of: () => null, intervalS: () => intervalS }
  const found = derivedOf(entity, state, alone)[quantity]
  // A reading that it does not follow from does not make it anew.
  return found && found.time === formatTime(time)
    ? { time, value: found.value, label: found.label ?? null }
    : null
}

/** What follows from the averages of each bucket; least and most are not known by them. `keys`: what the entity tells. */
export async function derivedBuckets(
  db: Db,
  of: OwnDerived,
  resolution: Resolution,
  window: Window,
  keys: readonly string[],
): Promise<Bucket[]> {
  const known = new Map<Micros, { readonly state: TwinState; readonly count: number }>()
  for (const key of keys) {
    for (const { time, avg, count } of await buckets(db, resolution, { ...window, ...keyParts(key) })) {
      if (avg === null) continue
      const before = known.get(time) ?? { state: EMPTY_STATE, count: 0 }
      const told = { value: avg, label: null, time, quality: 'good', device: '' } as const
      const state = reduce(before.state, { type: 'observed', ...keyParts(key), ...told })
      known.set(time, { state, count: Math.max(before.count, count) })
    }
  }
  return [...known]
    .sort(([a], [b]) => a - b)
    .slice(0, window.limit)
    .map(([time, { state, count }]) => {
      const avg = pointAt(of, state, time)?.value ?? null
      return { time, avg, min: null, max: null, first: null, last: null, count }
    })
}
