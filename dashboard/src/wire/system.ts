export interface Rates {
  readonly s10: number
  readonly m1: number
  readonly m5: number
}

type Series = readonly number[]

export interface UpstreamStatus {
  readonly id: string
  readonly state: 'connecting' | 'connected' | 'failing'
  readonly fault: string | null
  readonly since: string
  readonly messages: number
}

export interface ChannelStatus {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly isEnabled: boolean
  readonly waiting: number
  readonly failing: number
  readonly givenUp: number
  readonly lastFault: string | null
}

/** As `GET /system` gives it. */
export interface System {
  readonly time: string
  readonly ready: boolean
  readonly reasons: readonly string[]
  readonly warnings: readonly string[]
  readonly process: {
    readonly version: string
    readonly startedAt: string
    readonly uptimeS: number
    readonly memoryBytes: number
    readonly heapBytes: number
    readonly eventLoopMs: number
  }
  readonly messages: Rates
  readonly observations: Rates
  readonly acknowledged: Rates
  readonly pending: { readonly bytes: number; readonly bytesMax: number; readonly oldestS: number }
  readonly commitMs: { readonly p50: number; readonly p95: number } | null
  readonly rulesWaiting: number
  readonly spool: {
    readonly messages: number
    readonly bytes: number
    readonly bytesMax: number
    readonly oldestS: number
    readonly drainPerSecond: number
    readonly isDatabaseAway: boolean
  } | null
  readonly rejected: readonly { readonly code: string; readonly count: number }[]
  readonly refused: readonly { readonly reason: string; readonly count: number }[]
  readonly lookedBackS: number
  readonly sessions: { readonly devices: number; readonly streams: number }
  readonly database: {
    readonly kind: 'embedded' | 'server'
    readonly flavour: 'timescale' | 'plain'
    readonly isThere: boolean
    readonly answerMs: number | null
    readonly bytes: number | null
  }
  readonly rollups:
    | readonly { readonly resolution: string; readonly until: string | null; readonly behindSMax: number }[]
    | null
  readonly upstreams: readonly UpstreamStatus[]
  readonly channels: readonly ChannelStatus[] | null
  readonly history: {
    readonly everyS: number
    readonly until: string
    readonly messages: Series
    readonly observations: Series
    readonly acknowledged: Series
    readonly rejected: Series
    readonly pendingBytes: Series
    readonly oldestS: Series
    readonly rulesWaiting: Series
    readonly spoolMessages: Series
    readonly sessions: Series
    readonly memoryBytes: Series
    readonly eventLoopMs: Series
  }
}
