import type { Bilingual } from '../wire.ts'

export interface TrendPoint {
  readonly period: string
  readonly referenceDate: string
  readonly connections: number | null
  readonly population: number | null
  readonly perPerson: string | null
  readonly status: string
  readonly comment: string | null
}

export interface TrendTarget {
  readonly kind: 'per-person' | 'upper-average'
  readonly value: string | null
  readonly by: string
  readonly reach: {
    readonly status: string
    readonly date: string | null
    readonly low: string | null
    readonly high: string | null
    readonly words: Bilingual
  }
}

interface FitPoint {
  readonly date: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** `GET /indicators/trend`. */
export interface Trend {
  readonly area: string
  readonly points: readonly TrendPoint[]
  readonly targets: readonly TrendTarget[]
  readonly fit: {
    readonly from: string
    readonly to: string
    /** Decimal texts. */
    readonly slopePerYear: string
    readonly r2: string
    readonly line: readonly FitPoint[]
  } | null
}

type Column = readonly (number | null | undefined)[]

/** As uPlot takes it: epoch seconds, figures, trend, and both ends of its interval. */
export interface ProgressLines {
  readonly data: readonly [times: readonly number[], values: Column, fit: Column, high: Column, low: Column]
  readonly breaksS: readonly number[]
  readonly targets: readonly { readonly value: number; readonly byS: number; readonly year: string }[]
}

export function linesOf({ points, targets, fit }: Trend): ProgressLines {
  const values = new Map(points.map(({ referenceDate, perPerson }) => [secondsOf(referenceDate), perPerson]))
  const fitted = new Map(fit?.line.map((point) => [secondsOf(point.date), point]))
  const times = [...new Set([...values.keys(), ...fitted.keys()])].sort((a, b) => a - b)
  return {
    data: [
      times,
      // A period without a figure parts the line; a time that only the trend has does not.
      times.map((time) => {
        const text = values.get(time)
        return text == null ? text : Number(text)
      }),
      times.map((time) => fitted.get(time)?.value),
      times.map((time) => fitted.get(time)?.high),
      times.map((time) => fitted.get(time)?.low),
    ],
    breaksS: points
      .filter(({ status }) => status === 'B')
      .map(({ referenceDate }) => secondsOf(referenceDate)),
    targets: targets.flatMap(({ kind, value, by }) =>
      kind === 'per-person' && value !== null
        ? [{ value: Number(value), byS: secondsOf(by), year: by.slice(0, 4) }]
        : [],
    ),
  }
}

const secondsOf = (date: string): number => Date.parse(date.slice(0, 10)) / 1000
