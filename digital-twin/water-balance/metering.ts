import type { Micros } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import type { Entity } from '../../store/device.ts'
import {
  type MeteredVolume,
  meteredVolumes,
  type SeriesRow,
  seriesOfEntities,
  type VolumeAsk,
} from '../../store/metered-volume.ts'
import { SILENT_INTERVALS } from '../freshness.ts'
import { MODELS } from '../models/index.ts'

/** What went through one meter in a window. */
export interface Metered {
  readonly id: string
  /** m³, in what is covered. */
  readonly volume: number
  /** The share of the window that it tells of. */
  readonly coverage: number
  /** By its cumulative volume, or by its flow; null: it told neither. */
  readonly by: 'water-volume' | 'water-flow' | null
  readonly resets: number
}

export interface Window {
  readonly from: Micros
  readonly to: Micros
}

interface MeterParts {
  readonly db: Db
  entity(id: string): Entity | undefined
  intervalS(entity: Entity): number
}

const QUERY_DAYS_MAX = 40
const DAY_US = 86_400_000_000
/** Loggers of zones keep one value in 15 minutes, whatever they send while somebody looks on. */
const REACH_S_MIN = 900
/** m³/h, of a type that says nothing else. */
const FLOW_MAX = 100_000

/** Of each meter in each window: by window, in the order of the meters. */
export async function metered(
  parts: MeterParts,
  ids: readonly string[],
  windows: readonly Window[],
): Promise<Metered[][]> {
  const series = Map.groupBy(
    await seriesOfEntities(parts.db, ids, ['water-volume', 'water-flow']),
    (one) => one.entity,
  )
  const asks = windows.flatMap((window) =>
    ids.flatMap((id) =>
      (series.get(id) ?? []).map((one) => ({ window, id, series: one, ask: askOf(parts, one, window) })),
    ),
  )
  const told = new Map<Window, Map<string, Told[]>>(windows.map((window) => [window, new Map()]))
  for (const some of inPortions(asks)) {
    const volumes = await meteredVolumes(
      parts.db,
      some.map(({ ask }) => ask),
    )
    for (const [i, { window, id, series: of }] of some.entries()) {
      const volume = volumes[i]
      const known = told.get(window)
      if (volume && known) known.set(id, [...(known.get(id) ?? []), { ...volume, of }])
    }
  }
  return windows.map((window) => ids.map((id) => meterOf(id, told.get(window)?.get(id) ?? [], window)))
}

function askOf(parts: MeterParts, { id, entity, quantity }: SeriesRow, { from, to }: Window): VolumeAsk {
  const facts = parts.entity(entity)
  const attribute = (name: string) => {
    const value = facts?.attributes[name]
    return typeof value === 'number' && value > 0 ? value : null
  }
  const typeMax = MODELS.get(facts?.type ?? '')?.plausible?.['water-flow']?.max ?? FLOW_MAX
  return {
    seriesId: id,
    isFlow: quantity === 'water-flow',
    ...{ from, to },
    reachS: Math.max(REACH_S_MIN, SILENT_INTERVALS * (facts ? parts.intervalS(facts) : 0)),
    flowMax: attribute('overload-flow') ?? typeMax,
    registerMax: attribute('register-max'),
  }
}

/** No statement takes long: the embedded database has one connection, and commits wait for it. */
export function inPortions<T extends { readonly window: Window }>(asks: readonly T[]): T[][] {
  const portions: T[][] = []
  let days = Infinity
  for (const ask of asks) {
    const own = Math.max(0.1, (ask.window.to - ask.window.from) / DAY_US)
    days += own
    if (days > QUERY_DAYS_MAX) {
      portions.push([])
      days = own
    }
    portions.at(-1)?.push(ask)
  }
  return portions
}

interface Told extends MeteredVolume {
  readonly of: SeriesRow
}

/** Of the cumulative volume where that tells of as much, else of the flow: what is between two readings is then known, too. */
function meterOf(id: string, told: readonly Told[], { from, to }: Window): Metered {
  const [volume, flow] = (['water-volume', 'water-flow'] as const).map((by) =>
    summed(
      id,
      by,
      told.filter(({ of }) => of.quantity === by),
      (to - from) / 1_000_000,
    ),
  )
  if (!volume || !flow) throw new Error('both were summed')
  const best = volume.coverage >= flow.coverage - VOLUME_MAY_LACK ? volume : flow
  return best.coverage > 0 ? best : { ...best, by: null, resets: Math.max(volume.resets, flow.resets) }
}

/** A volume is exact, a flow a sample: it may tell of a little less. */
const VOLUME_MAY_LACK = 0.02

/** Devices that told of one meter one after the other are added up; of those that told at the same time the fullest counts. */
function summed(
  id: string,
  by: 'water-volume' | 'water-flow',
  told: readonly Told[],
  windowS: number,
): Metered {
  const heard = told.filter(({ coveredS }) => coveredS > 0).sort((a, b) => b.coveredS - a.coveredS)
  const taken: Told[] = []
  for (const one of heard) if (!taken.some((other) => areAtOnce(one, other))) taken.push(one)
  return {
    id,
    volume: taken.reduce((sum, one) => sum + one.volume, 0),
    coverage: Math.min(1, taken.reduce((sum, { coveredS }) => sum + coveredS, 0) / windowS),
    by,
    resets: told.reduce((sum, { resets }) => sum + resets, 0),
  }
}

const areAtOnce = (a: MeteredVolume, b: MeteredVolume): boolean =>
  (a.since ?? 0) < (b.until ?? 0) && (b.since ?? 0) < (a.until ?? 0)
