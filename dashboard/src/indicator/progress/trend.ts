import type { Bilingual } from '../wire.ts'

interface TrendPoint {
  readonly period: string
  readonly referenceDate: string
  readonly connections: number | null
  readonly population: number | null
  readonly perPerson: string | null
  readonly status: string
  readonly comment: string | null
}

interface Reach {
  readonly status: 'met' | 'reached-on' | 'not-at-this-trend' | 'too-few-points' | 'unknown'
  readonly date: string | null
  /** Ends of the 95 % prediction interval; null: open to that side. */
  readonly low: string | null
  readonly high: string | null
  /** Decimal texts. */
  readonly slopePerYear: string | null
  readonly r2: string | null
  /** How many the trend follows from: the last of them. */
  readonly points: number
  readonly words: Bilingual
}

interface TrendTarget {
  readonly kind: 'per-person' | 'upper-average'
  readonly value: string | null
  readonly by: string
  readonly reach: Reach
}

/** `GET /indicators/trend`. */
export interface Trend {
  readonly area: string
  readonly points: readonly TrendPoint[]
  readonly targets: readonly TrendTarget[]
}

type Column = readonly (number | null | undefined)[]

interface Line {
  /** Epoch seconds. */
  readonly atS: number
  readonly value: number
  readonly perS: number
}

export interface TargetLine {
  readonly value: number
  readonly year: string
  /** When it is reached at this trend: seconds, and the ends of the interval. Null: it is not, or nobody can say. */
  readonly reached: {
    readonly atS: number
    readonly lowS: number
    /** Null: open. */
    readonly highS: number | null
  } | null
}

export interface ProgressLines {
  /** As uPlot takes it: epoch seconds, figures, trend. */
  readonly data: readonly [times: readonly number[], values: Column, trend: Column]
  readonly endS: number
  readonly breaksS: readonly number[]
  readonly targets: readonly TargetLine[]
}

const YEAR_S = 365.2425 * 86_400
/** A date in the far future would press the figures into a corner: it is said in words instead. */
const AHEAD_MAX_S = 10 * YEAR_S

export function linesOf({ points, targets }: Trend): ProgressLines {
  const values = new Map(points.map(({ referenceDate, perPerson }) => [secondsOf(referenceDate), perPerson]))
  const lastS = Math.max(...values.keys())
  const lines = targets.flatMap(targetLine)
  const ahead = [
    ...lines.map(({ byS }) => byS),
    ...lines.flatMap(({ reached }) => (reached === null ? [] : [reached.atS, reached.highS ?? reached.atS])),
  ].filter((timeS) => timeS < lastS + AHEAD_MAX_S)
  const endS = Math.max(lastS, ...ahead)
  const line = trendLine(targets, lastS)
  const used = points.filter(({ perPerson }) => perPerson !== null)
  const firstS = secondsOf(used.at(-(line?.points ?? 0))?.referenceDate ?? '')
  const fitted = new Map(
    line === null ? [] : [firstS, lastS, endS].map((timeS) => [timeS, valueAt(line, timeS)]),
  )
  const times = [...new Set([...values.keys(), ...fitted.keys()])].sort((a, b) => a - b)
  return {
    data: [
      times,
      // A period without a figure parts the line; a time that only the trend has does not.
      times.map((time) => {
        const text = values.get(time)
        return text == null ? text : Number(text)
      }),
      times.map((time) => fitted.get(time)),
    ],
    endS,
    breaksS: points.flatMap(({ status, referenceDate }) =>
      status === 'B' ? [secondsOf(referenceDate)] : [],
    ),
    targets: lines,
  }
}

function targetLine({ kind, value, by, reach }: TrendTarget): (TargetLine & { readonly byS: number })[] {
  if (kind !== 'per-person' || value === null) return []
  const { status, date, low, high } = reach
  const isAhead = status === 'reached-on' || status === 'not-at-this-trend'
  return [
    {
      value: Number(value),
      year: by.slice(0, 4),
      byS: secondsOf(by),
      reached:
        isAhead && date !== null
          ? {
              atS: secondsOf(date),
              lowS: secondsOf(low ?? date),
              highS: high === null ? null : secondsOf(high),
            }
          : null,
    },
  ]
}

/** The line that meets the targets where the server says: all have the same one. Null: it meets none. */
function trendLine(
  targets: readonly TrendTarget[],
  lastS: number,
): (Line & { readonly points: number }) | null {
  for (const { value, reach } of targets) {
    const { date, slopePerYear, points } = reach
    if (value === null || date === null || slopePerYear === null || reach.status === 'met') continue
    const atS = secondsOf(date)
    // A date is never said to lie before the last figure, whatever the line says.
    if (atS > lastS) return { atS, value: Number(value), perS: Number(slopePerYear) / YEAR_S, points }
  }
  return null
}

const valueAt = ({ atS, value, perS }: Line, timeS: number): number => value + (timeS - atS) * perS
const secondsOf = (date: string): number => Date.parse(date.slice(0, 10)) / 1000
