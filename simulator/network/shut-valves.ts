import type { Shut } from '../world.ts'

interface Closure {
  readonly fromMs: number
  toMs: number
}

/** Where the valves of the zones stand, as operators put them while the simulator runs. */
export class ShutValves implements Shut {
  readonly #positions = new Map<string, number>()
  readonly #closures = new Map<string, Closure[]>()

  of(zone: string): readonly Closure[] {
    return this.#closures.get(zone) ?? []
  }

  position(zone: string): number {
    return this.#positions.get(zone) ?? 100
  }

  /** Puts a zone's valve, in percent open, from now on. */
  set(zone: string, position: number, nowMs: number): void {
    this.#positions.set(zone, position)
    const closures = this.#closures.get(zone) ?? []
    const open = closures.find(({ toMs }) => toMs === Infinity)
    if (position > 0 && open) open.toMs = nowMs
    if (position === 0 && !open) closures.push({ fromMs: nowMs, toMs: Infinity })
    this.#closures.set(zone, closures)
  }
}
