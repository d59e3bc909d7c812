import { formatTime, type Micros } from '../core/time.ts'

/** A SIM in a device, from `from` up to, not including, `to`; null: it is there still. */
export interface SimSpan {
  /** Null: not stored yet. */
  readonly id: number | null
  /** Keyed digest, hex: see digests.ts. */
  readonly sim: string
  readonly device: string
  readonly from: Micros
  readonly to: Micros | null
  readonly recordedAt: Micros
  /** Null: held to be so still. Otherwise what took its place became known then. */
  supersededAt: Micros | null
}

export type SimRow = Pick<SimSpan, 'sim' | 'device' | 'from' | 'to' | 'recordedAt'>
export interface WantedSim {
  readonly sim: string
  readonly from?: Micros | undefined
  readonly to?: Micros | undefined
}

export type SimVerdict =
  | { readonly verdict: 'new' | 'unchanged' }
  | { readonly verdict: 'revision'; readonly before: Micros | null }

/** Why a span cannot stand beside what is there. */
export class SimConflict extends Error {}

/** What a SIM is called in answers: enough to tell those of a device apart, and no way back to its number. */
export const simName = (sim: string): string => sim.slice(0, 8)

const isCurrent = ({ supersededAt }: SimSpan): boolean => supersededAt === null
const overlaps = (a: Pick<SimSpan, 'from' | 'to'>, b: Pick<SimSpan, 'from' | 'to'>): boolean =>
  a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity)

/** The spans of some SIMs, and what becomes of them. Nothing is taken away: what was held to be so is superseded. A SIM is in
 *  one device at a time; what says otherwise throws SimConflict. */
export class SimLedger {
  readonly #bySim = new Map<string, SimSpan[]>()
  readonly #added: SimSpan[] = []
  readonly #superseded = new Set<SimSpan>()

  constructor(spans: readonly SimSpan[]) {
    for (const span of spans) this.#of(span.sim).push({ ...span })
  }

  /** New spans, some of them superseded at once by a later row. */
  added = (): readonly SimSpan[] => this.#added
  /** Stored spans that are held to be so no more. */
  superseded = (): readonly SimSpan[] => [...this.#superseded].filter(({ id }) => id !== null)

  /** Takes a row of a file, and says whether it is new; a revision has another end than what it takes the place of. The same SIM in the same device from the same instant is the same span: another
   *  end of it is a correction. */
  put(row: SimRow): SimVerdict {
    const versions = this.#of(row.sim).filter(
      ({ device, from }) => device === row.device && from === row.from,
    )
    const current = versions.find(isCurrent)
    const isKnown = (span: SimSpan) =>
      span.to === row.to && (isCurrent(span) || span.recordedAt === row.recordedAt)
    if (versions.some(isKnown)) return { verdict: 'unchanged' }
    if (current && row.recordedAt <= current.recordedAt)
      throw new SimConflict(
        `SIM ${simName(row.sim)} has another end in ${row.device}, known since ${formatTime(current.recordedAt)}: a correction is recorded later`,
      )
    this.#replace(current, row)
    return current ? { verdict: 'revision', before: current.to } : { verdict: 'new' }
  }

  /** Makes the list what the device has: what is not in it ends now, what is new begins. Spans that are over stay. */
  declare(device: string, wanted: readonly WantedSim[], now: Micros): void {
    const spans = this.#current(device)
    const sims = new Set(wanted.map(({ sim }) => sim))
    for (const span of spans) if (!sims.has(span.sim) && (span.to ?? Infinity) > now) this.end(span, now, now)
    for (const { sim, from, to } of wanted) {
      const same = spans.find((span) => span.sim === sim && this.#isMeant(span, from, to))
      const row = { sim, device, from: from ?? same?.from ?? now, to: to ?? null, recordedAt: now }
      if (same && same.from === row.from && same.to === row.to) continue
      this.#replace(same, row)
    }
  }

  /** The span that a wish without a beginning is about is the one that lasts; with one, whatever it lies over. */
  #isMeant = (span: SimSpan, from: Micros | undefined, to: Micros | undefined): boolean =>
    from === undefined ? span.to === null : overlaps(span, { from, to: to ?? null })

  /** One that would have begun later never was. */
  end(span: SimSpan, to: Micros, now: Micros): void {
    if (to <= span.from) return this.#supersede(span, now)
    this.#replace(span, { ...span, to, recordedAt: now })
  }

  find = (device: string, id: number): SimSpan | undefined =>
    this.#current(device).find((span) => span.id === id)

  #replace(before: SimSpan | undefined, row: SimRow): void {
    if (row.to !== null && row.to <= row.from)
      throw new SimConflict(`SIM ${simName(row.sim)} would end in ${row.device} before it begins`)
    const other = this.#of(row.sim).find((span) => span !== before && isCurrent(span) && overlaps(span, row))
    if (other)
      throw new SimConflict(
        `SIM ${simName(row.sim)} is in device ${other.device} since ${formatTime(other.from)}${other.to === null ? '' : ` until ${formatTime(other.to)}`}: end that first`,
      )
    if (before) this.#supersede(before, row.recordedAt)
    const { sim, device, from, to, recordedAt } = row
    const span: SimSpan = { id: null, sim, device, from, to, recordedAt, supersededAt: null }
    this.#of(sim).push(span)
    this.#added.push(span)
  }

  #supersede(span: SimSpan, at: Micros): void {
    span.supersededAt = at
    this.#superseded.add(span)
  }

  #current = (device: string): SimSpan[] =>
    [...this.#bySim.values()].flat().filter((span) => span.device === device && isCurrent(span))

  #of(sim: string): SimSpan[] {
    const spans = this.#bySim.get(sim) ?? []
    this.#bySim.set(sim, spans)
    return spans
  }
}
