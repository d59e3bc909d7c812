import { addDays, localDate, localDayStart } from '../../core/time.ts'
import type { Metered, Window } from './metering.ts'

/** What is not covered to this share is not known: the balance then says so, and gives no figure. */
const COVERAGE_MIN = 0.95

interface SideOfBalance {
  readonly meters: number
  /** The share of all meters' time that was told of. */
  readonly coverage: number
  /** m³, in what was told of. */
  readonly measured: number
  /** m³ of all, what was not told of taken to be as the rest; null: too little was told of. */
  readonly volume: number | null
}

/** Terms of the IWA water balance (Lambert and Hirner, Losses from water supply systems, IWA 2000). m³. */
export interface Balance {
  readonly systemInput: SideOfBalance
  readonly meteredConsumption: SideOfBalance
  /** System input less billed metered consumption. Authorised consumption without a meter is in it. */
  readonly nonRevenueWater: { readonly volume: number; readonly share: number | null } | null
}

/** Of an inlet each has to be covered, for one may carry it all; of customers all together. */
export function balanceOf(inlets: readonly Metered[], customers: readonly Metered[]): Balance {
  const systemInput = sideOf(inlets, sumOfEach(inlets))
  const meteredConsumption = sideOf(customers, sumOfAll(customers))
  const { volume: input } = systemInput
  const { volume: consumed } = meteredConsumption
  const lost = input === null || consumed === null ? null : input - consumed
  return {
    systemInput,
    meteredConsumption,
    nonRevenueWater:
      lost === null || input === null
        ? null
        : { volume: rounded(lost), share: input > 0 ? rounded((100 * lost) / input) : null },
  }
}

function sideOf(meters: readonly Metered[], volume: number | null): SideOfBalance {
  const measured = meters.reduce((sum, one) => sum + one.volume, 0)
  return {
    meters: meters.length,
    coverage: rounded(coverageOf(meters)),
    measured: rounded(measured),
    volume: volume === null ? null : rounded(volume),
  }
}

const coverageOf = (meters: readonly Metered[]): number =>
  meters.length === 0 ? 0 : meters.reduce((sum, { coverage }) => sum + coverage, 0) / meters.length

function sumOfEach(meters: readonly Metered[]): number | null {
  if (meters.length === 0 || meters.some(({ coverage }) => coverage < COVERAGE_MIN)) return null
  return meters.reduce((sum, { volume, coverage }) => sum + volume / coverage, 0)
}

function sumOfAll(meters: readonly Metered[]): number | null {
  const coverage = coverageOf(meters)
  return coverage < COVERAGE_MIN ? null : meters.reduce((sum, { volume }) => sum + volume, 0) / coverage
}

/** Those of which too little was told, and those that were set back or changed. */
export const incomplete = (meters: readonly Metered[]): Metered[] =>
  meters
    .filter(({ coverage, resets }) => coverage < COVERAGE_MIN || resets > 0)
    .map((one) => ({ ...one, volume: rounded(one.volume), coverage: rounded(one.coverage) }))

const NIGHT_FROM_H = 2
const NIGHT_TO_H = 4
const HOUR_US = 3_600_000_000

interface Night extends Window {
  readonly date: string
}

/** The nights, 02:00 to 04:00 local time, that lie within a window. */
export function nightsIn({ from, to }: Window): Night[] {
  const nights: Night[] = []
  for (let date = localDate(from); localDayStart(date) < to; date = addDays(date, 1)) {
    const start = localDayStart(date)
    const night = { date, from: start + NIGHT_FROM_H * HOUR_US, to: start + NIGHT_TO_H * HOUR_US }
    if (night.from >= from && night.to <= to) nights.push(night)
  }
  return nights
}

export interface NightFlow {
  /** By night, the mean flow of all inlets, m³/h; null: too little was told of. */
  readonly nights: readonly {
    readonly date: string
    readonly flow: number | null
    readonly coverage: number
  }[]
  /** The least of them, and which night that was. */
  readonly minimum: { readonly date: string; readonly flow: number } | null
  /** m³/h: what customers are taken to use at night. */
  readonly legitimateUse: number
  /** m³/h: the minimum less the legitimate use; never less than nothing. */
  readonly leakage: number | null
}

/** `useLPerConnection`: what a customer is taken to use at night, L/h. */
export function nightFlowOf(
  nights: readonly Night[],
  inlets: readonly (readonly Metered[])[],
  connections: number,
  useLPerConnection: number,
): NightFlow {
  const all = nights.map(({ date, from, to }, i) => {
    const meters = inlets[i] ?? []
    const volume = sumOfEach(meters)
    const hours = (to - from) / HOUR_US
    return {
      date,
      flow: volume === null ? null : rounded(volume / hours),
      coverage: rounded(coverageOf(meters)),
    }
  })
  const known = all.flatMap(({ date, flow }) => (flow === null ? [] : [{ date, flow }]))
  const minimum = known.toSorted((a, b) => a.flow - b.flow)[0] ?? null
  const legitimateUse = rounded((connections * useLPerConnection) / 1000)
  const leakage = minimum && rounded(Math.max(0, minimum.flow - legitimateUse))
  return { nights: all, minimum, legitimateUse, leakage }
}

/** Six digits, as of all that is computed. */
const rounded = (value: number): number => Number(value.toPrecision(6))
