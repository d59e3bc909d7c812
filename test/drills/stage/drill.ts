export type StoreKind = 'embedded' | 'server'

/** What became of one drill on one store. */
export interface Outcome {
  /** Readings whose message was acknowledged. */
  readonly acknowledged: number
  /** Of these, how many the database does not have, or has with another value. */
  readonly lost: number
  /** What else was promised and not kept. */
  readonly faults: readonly string[]
  /** Figures worth knowing. */
  readonly notes: readonly string[]
}

/** How long and how often: `--quick` shortens a drill while it is being written; its figures prove less. */
export interface Pace {
  readonly isQuick: boolean
}

export interface Drill {
  readonly name: string
  /** One sentence: what is done to the platform. */
  readonly what: string
  readonly stores: readonly StoreKind[]
  /** Throws Skipped where this machine cannot run it. */
  run(store: StoreKind, pace: Pace): Promise<Outcome>
}

/** Says why a drill cannot run on this machine. */
export class Skipped extends Error {}
