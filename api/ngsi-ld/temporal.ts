import { formatTime, type Micros } from '../../core/time.ts'
import type { EntityDocument } from '../../digital-twin/document.ts'
import { keyParts } from '../../digital-twin/twin-state.ts'
import { type Bucket, buckets } from '../../store/buckets.ts'
import type { Db } from '../../store/db.ts'
import { bucketOf, ROLLUPS, type Rollup } from '../../store/rollups.ts'
import { lastPoints, type Point, points } from '../../store/twin-state.ts'
import { keysByName, measurement } from './entity.ts'
import { entityUrn, typeName } from './names.ts'
import { formOf, type Projection } from './representation.ts'
import type { Method, TemporalQuery } from './temporal-query.ts'

/** Of one attribute in one answer; more is told by 206. */
export const INSTANCES_MAX = 1000
const BUCKETS_MAX = 20_000

export interface TemporalEntity {
  readonly document: Readonly<Record<string, unknown>>
  /** The time up to which it is whole; null: all of it is. */
  readonly cutAt: Micros | null
}

/** An entity's history (5.2.20): what was measured. Null: it has none of the attributes in this time. */
export async function temporalEntity(
  db: Db,
  twin: EntityDocument,
  query: TemporalQuery,
  { pick, omit }: Projection,
): Promise<TemporalEntity | null> {
  const shown: Record<string, unknown> = {}
  let cutAt: Micros | null = null
  for (const [name, key] of keysByName(twin.quantities)) {
    if ((pick && !pick.has(name)) || omit.has(name)) continue
    const unit = twin.quantities[key]?.unit ?? ''
    if (query.aggregate) {
      const aggregated = await aggregate(db, windowOf(twin.id, key, query), query.aggregate)
      if (aggregated) shown[name] = aggregated
      continue
    }
    const { found, isCut } = await instances(db, windowOf(twin.id, key, query), query.lastN)
    const last = found.at(-1)
    if (!last) continue
    if (isCut) cutAt = Math.min(cutAt ?? last.time, last.time)
    shown[name] = history(found, unit, query.form)
  }
  if (Object.keys(shown).length === 0) return null
  return { document: { id: entityUrn(twin.type, twin.id), type: typeName(twin.type), ...shown }, cutAt }
}

function windowOf(entity: string, key: string, { from, to }: TemporalQuery) {
  return { entity, ...keyParts(key), from, to, limit: INSTANCES_MAX + 1, after: null }
}

type Asked = ReturnType<typeof windowOf>

async function instances(db: Db, window: Asked, lastN: number | null) {
  if (lastN !== null) return { found: await lastPoints(db, { ...window, limit: lastN }), isCut: false }
  const found = await points(db, window)
  return { found: found.slice(0, INSTANCES_MAX), isCut: found.length > INSTANCES_MAX }
}

function history(found: readonly Point[], unit: string, form: TemporalQuery['form']): unknown {
  const told = found.flatMap(({ value, label, ...point }) => {
    const told = value ?? label
    return told === null ? [] : [{ ...point, value: told }]
  })
  if (form === 'temporalValues')
    return { type: 'Property', values: told.map(({ value, time }) => [value, formatTime(time)]) }
  return told.map(({ value, time, quality, device }) =>
    formOf(measurement(value, { unit, time: formatTime(time), quality, device }), 'normalized'),
  )
}

/** 4.5.19, from the rollups: periods begin where the rollup's buckets do, and each tells its own begin and end. */
async function aggregate(
  db: Db,
  window: Asked,
  { methods, periodUs }: NonNullable<TemporalQuery['aggregate']>,
): Promise<Record<string, unknown> | null> {
  const rollup = rollupFor(periodUs, window)
  const from = bucketOf(window.from, rollup)
  const width = periodUs === 0 ? Number.POSITIVE_INFINITY : periodUs
  const found = await buckets(db, rollup.resolution, { ...window, from, limit: BUCKETS_MAX })
  const periods = new Map<number, Bucket[]>()
  for (const bucket of found) {
    const index = Math.floor((bucket.time - from) / width)
    periods.set(index, [...(periods.get(index) ?? []), bucket])
  }
  if (periods.size === 0) return null
  const rows = (method: Method) =>
    [...periods].flatMap(([index, own]) => {
      const value = figure(method, own)
      const begin = periodUs === 0 ? window.from : from + index * periodUs
      const end = periodUs === 0 ? window.to : begin + periodUs
      return value === null ? [] : [[value, formatTime(begin), formatTime(end)]]
    })
  return { type: 'Property', ...Object.fromEntries(methods.map((method) => [method, rows(method)])) }
}

/** The widest rollup whose buckets make up whole periods and that still begins where was asked; else the finest that keeps the
 *  answer within bounds. */
function rollupFor(periodUs: number, { from, to }: Asked): Rollup {
  const isWhole = (rollup: Rollup) =>
    periodUs === 0 ? (to - from) / rollup.widthUs > 1000 : periodUs % rollup.widthUs === 0
  const whole = ROLLUPS.filter(isWhole)
  const [finest] = ROLLUPS as [Rollup]
  return (
    whole.findLast((rollup) => bucketOf(from, rollup) === from) ??
    whole.find((rollup) => (to - from) / rollup.widthUs <= BUCKETS_MAX) ??
    whole.at(-1) ??
    finest
  )
}

function figure(method: Method, own: readonly Bucket[]): number | null {
  if (method === 'totalCount') return own.reduce((sum, { count }) => sum + count, 0)
  const numbers = own.flatMap(({ avg, min, max, count }) =>
    avg === null || min === null || max === null ? [] : [{ avg, min, max, count }],
  )
  if (numbers.length === 0) return null
  const [first] = numbers
  if (method === 'avg' && numbers.length === 1 && first) return first.avg
  const sum = numbers.reduce((total, { avg, count }) => total + avg * count, 0)
  switch (method) {
    case 'min':
      return Math.min(...numbers.map(({ min }) => min))
    case 'max':
      return Math.max(...numbers.map(({ max }) => max))
    case 'sum':
      return sum
    case 'avg':
      return sum / numbers.reduce((total, { count }) => total + count, 0)
  }
}
