import type { Micros } from './time.ts'

/** How much a second, over the last 10 s, minute and 5 minutes. */
export interface Rates {
  readonly s10: number
  readonly m1: number
  readonly m5: number
}

/** One number each `everyS`, oldest first. */
export interface VitalHistory {
  readonly everyS: number
  /** When the newest one ends. */
  readonly until: Micros
  readonly messages: readonly number[]
  readonly observations: readonly number[]
  readonly acknowledged: readonly number[]
  readonly rejected: readonly number[]
  readonly pendingBytes: readonly number[]
  readonly oldestS: readonly number[]
  readonly rulesWaiting: readonly number[]
  readonly spoolMessages: readonly number[]
  readonly sessions: readonly number[]
  readonly memoryBytes: readonly number[]
  readonly eventLoopMs: readonly number[]
}

/** How the process does, from counters and a small ring of their samples: asking costs no query. */
export interface VitalReport {
  readonly messages: Rates
  readonly observations: Rates
  readonly acknowledged: Rates
  /** Of the last 5 minutes; null: there was none. */
  readonly commitMs: { readonly p50: number; readonly p95: number } | null
  /** Within the last hour, by code; since the start, if that is later. */
  readonly rejected: Readonly<Record<string, number>>
  readonly refused: Readonly<Record<string, number>>
  /** How long the last two look back. */
  readonly lookedBackS: number
  readonly memoryBytes: number
  readonly heapBytes: number
  /** What 99 of 100 timers waited at most beyond their time, within 5 s. */
  readonly eventLoopMs: number
  readonly history: VitalHistory
}

export interface Vitals {
  readonly version: string
  readonly startedAt: Micros
  /** What is right now. */
  readonly now: VitalGauges
  report(): VitalReport
}

export interface VitalGauges {
  pendingBytes(): number
  readonly pendingBytesMax: number
  /** Age of the oldest message without an acknowledgement; 0: there is none. */
  oldestS(): number
  /** Readings that the alarm rules have not looked at yet. */
  rulesWaiting(): number
  spoolMessages(): number
  sessions(): number
}
