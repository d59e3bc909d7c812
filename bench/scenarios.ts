export interface Scenario {
  readonly name: string
  readonly connections: number
  /** Messages in flight on each connection at most. */
  readonly inFlight: number
  /** Null: each PUBACK is answered by the next message at once. */
  readonly messagesPerSecond: number | null
}

export const PACED_PER_SECOND = 5000
/** Of the idle connections: so many are connected first and left. They load code, and use up what the start left free. */
export const IDLE_WARM_UP_SHARE = 0.5
/** Multiples of devices and rows at which the growth is measured. */
export const GROWTH_FACTORS = [1, 4, 16]

export const scenarios = (manyConnections: number): Scenario[] => [
  { name: '20x100', connections: 20, inFlight: 100, messagesPerSecond: null },
  { name: `${manyConnections}x1`, connections: manyConnections, inFlight: 1, messagesPerSecond: null },
  {
    name: `paced-${PACED_PER_SECOND}`,
    connections: 20,
    inFlight: 100,
    messagesPerSecond: PACED_PER_SECOND,
  },
]
