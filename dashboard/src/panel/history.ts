import { get } from '../wire/client.ts'
import type { Page, RawPoint, RollupPoint } from '../wire/entity.ts'

export interface History {
  readonly resolution: 'raw' | '1m'
  /** Epoch seconds, ascending. */
  readonly times: number[]
  /** Null where the line must break. `low` and `high` equal `values` at raw resolution. */
  readonly values: (number | null)[]
  readonly low: (number | null)[]
  readonly high: (number | null)[]
  /** Implausible or bad observations: kept by the platform, but one of them would flatten the curve. */
  readonly leftOut: number
}

export const HISTORY_MS = 24 * 3_600_000
/** More raw points than this cannot be told apart on the screen, and a day of minutes fits in it. */
const RAW_MAX = 1_500
/** Silence longer than this many usual intervals is shown as a gap. */
const GAP_INTERVALS = 2.5

interface Wanted {
  readonly entityId: string
  /** With its channel, if it has one. */
  readonly quantity: string
  readonly toMs: number
  readonly intervalS: number
}

/** The last 24 h: every observation if they are few, averages by minute otherwise. */
export async function loadHistory({ entityId, quantity, toMs, intervalS }: Wanted): Promise<History> {
  const path = `/entities/${encodeURIComponent(entityId)}/observations`
  const span = {
    quantity,
    from: new Date(toMs - HISTORY_MS).toISOString(),
    to: new Date(toMs).toISOString(),
    limit: RAW_MAX,
  }
  const raw = await get<Page<RawPoint>>(path, { ...span, resolution: 'raw' })
  if (raw.next === undefined) return fromRaw(raw.items, intervalS)
  const minutes = await get<Page<RollupPoint>>(path, { ...span, resolution: '1m' })
  return fromMinutes(minutes.items, intervalS)
}

function fromRaw(points: readonly RawPoint[], intervalS: number): History {
  const trusted = points.filter(({ quality }) => quality !== 'implausible' && quality !== 'bad')
  const rows = trusted.map(({ time, value }): Row => [Date.parse(time) / 1_000, value, value, value])
  return { resolution: 'raw', leftOut: points.length - trusted.length, ...withGaps(rows, intervalS) }
}

function fromMinutes(points: readonly RollupPoint[], intervalS: number): History {
  const rows = points.map(({ time, avg, min, max }): Row => [Date.parse(time) / 1_000, avg, min, max])
  return { resolution: '1m', leftOut: 0, ...withGaps(rows, Math.max(60, intervalS)) }
}

type Row = [timeS: number, value: number | null, low: number | null, high: number | null]

/** A line over hours without data would invent them: a null between two distant points breaks it. */
function withGaps(
  rows: readonly Row[],
  intervalS: number,
): Pick<History, 'times' | 'values' | 'low' | 'high'> {
  // A device may report more slowly than its type says: then its own pace is the measure.
  const gapS = GAP_INTERVALS * Math.max(intervalS, medianStepS(rows))
  const broken: Row[] = []
  for (const row of rows) {
    const beforeS = broken.at(-1)?.[0]
    if (beforeS !== undefined && row[0] - beforeS > gapS)
      broken.push([(beforeS + row[0]) / 2, null, null, null])
    broken.push(row)
  }
  return {
    times: broken.map(([timeS]) => timeS),
    values: broken.map(([, value]) => value),
    low: broken.map(([, , low]) => low),
    high: broken.map(([, , , high]) => high),
  }
}

function medianStepS(rows: readonly Row[]): number {
  const steps = rows.slice(1).map(([timeS], index) => timeS - (rows[index]?.[0] ?? timeS))
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0
}
