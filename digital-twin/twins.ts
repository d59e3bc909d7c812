import type { Observation } from '../core/message.ts'
import type { TwinFeed } from '../core/ports.ts'
import { type Neighbours, NO_NEIGHBOURS } from '../core/relation.ts'
import { type Micros, microsNow } from '../core/time.ts'
import type { Db } from '../store/db.ts'
import type { Entity } from '../store/device.ts'
import type { Registry } from '../store/registry.ts'
import { lastObservations } from '../store/twin-state.ts'
import { Dependants } from './dependants.ts'
import { derivedOf, heardOf } from './derive.ts'
import { type EntityDocument, toDocument } from './document.ts'
import { type Freshness, freshnessOf, nextChange } from './freshness.ts'
import { MODELS } from './models/index.ts'
import { EMPTY_STATE, reduce, type Session, type TwinEvent, type TwinState } from './twin-state.ts'

interface Twin {
  state: TwinState
  freshness: Freshness
  /** The number of its last change among the changes of all twins: what a stream resumes from. */
  revision: number
  /** What was asked of its devices, and is not so yet. */
  desired: EntityDocument['desired']
  /** The second for which a look at its freshness is planned; 0: none. */
  plannedS: number
}

const FALLBACK_INTERVAL_S = 300
const NOTHING_DESIRED: EntityDocument['desired'] = {}

/** The live state of every entity, in memory, rebuilt from the store at the start. */
export class Twins implements TwinFeed {
  readonly #registry: Registry
  readonly #now: () => Micros
  readonly #neighbours: Neighbours
  readonly #dependants: Dependants
  /** What follows from their neighbours' values changed since the last look. */
  readonly #stale = new Set<string>()
  readonly #twins = new Map<string, Twin>()
  readonly #listeners = new Set<(entity: string) => void>()
  /** Entities whose freshness may change in a given second. */
  readonly #plan = new Map<number, string[]>()
  readonly #intervals = new Map<string, number>()
  /** Entities with a device of their own. */
  readonly #observed = new Set<string>()
  #revision = 0
  #sweptS: number
  #timer: NodeJS.Timeout | null = null

  constructor(registry: Registry, now: () => Micros = microsNow, neighbours: Neighbours = NO_NEIGHBOURS) {
    this.#registry = registry
    this.#neighbours = neighbours
    this.#dependants = new Dependants(neighbours, (id) => registry.entity(id)?.type)
    this.#now = now
    this.#sweptS = Math.floor(now() / 1_000_000)
    for (const { id } of registry.entities()) this.#twin(id)
    for (const { entity, intervalS } of registry.devices()) {
      this.#observed.add(entity)
      if (intervalS !== null) this.#intervals.set(entity, intervalS)
    }
    registry.onNewDevice(({ entity, intervalS }) => {
      this.#observed.add(entity)
      if (intervalS !== null) this.setInterval(entity, intervalS)
      this.entityChanged(entity)
    })
  }

  /** Reads the newest observation of every series. What is known already stays where it is newer. */
  async load(db: Db): Promise<void> {
    for await (const page of lastObservations(db))
      for (const last of page) this.#apply(last.entity, { type: 'observed', ...last })
  }

  /** Watches the clock. */
  start(): void {
    this.#timer = setInterval(() => this.sweep(), 1000)
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  observe(observations: readonly Observation[]): void {
    for (const observation of observations)
      this.#apply(observation.entity, { type: 'observed', ...observation })
  }

  sessionChanged(device: string, session: Session): void {
    const entity = this.#registry.device(device)?.entity
    if (entity !== undefined) this.#apply(entity, { type: 'session-changed', device, session })
  }

  /** The entity's own facts (place, area, its being there) changed. */
  entityChanged(entity: string): void {
    this.#changed(entity, this.#twin(entity))
  }

  /** What its devices were asked for changed. */
  setDesired(entity: string, desired: EntityDocument['desired']): void {
    const twin = this.#twin(entity)
    if (JSON.stringify(twin.desired) === JSON.stringify(desired)) return
    twin.desired = desired
    this.#changed(entity, twin)
  }

  /** What stands beside whom changed. */
  relationsChanged(ends: readonly string[]): void {
    this.#dependants.forget()
    for (const entity of ends) {
      this.#stale.add(entity)
      for (const one of this.#dependants.of(entity)) this.#stale.add(one)
    }
  }

  onChange(listener: (entity: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get revision(): number {
    return this.#revision
  }

  entities(): IterableIterator<string> {
    return this.#twins.keys()
  }

  revisionOf(entity: string): number {
    return this.#twins.get(entity)?.revision ?? 0
  }

  state(entity: string): EntityDocument | null {
    const twin = this.#twins.get(entity)
    const facts = this.#registry.entity(entity)
    if (!twin || !facts) return null
    const derived = this.#derived(facts, twin)
    const state = { ...twin.state, lastSeen: heardOf(twin.state, this.isObserved(entity), derived) }
    return toDocument(facts, state, twin.freshness, this.intervalS(facts), twin.revision, {
      derived,
      desired: twin.desired,
    })
  }

  /** Whether it has a device of its own. */
  isObserved(entity: string): boolean {
    return this.#observed.has(entity)
  }

  #heard(facts: Entity, twin: Twin): Micros | null {
    const isObserved = this.#observed.has(facts.id) || twin.state.lastSeen !== null
    return heardOf(twin.state, isObserved, isObserved ? {} : this.#derived(facts, twin))
  }

  #derived = (facts: Entity, { state }: Twin): EntityDocument['derived'] =>
    derivedOf(facts, state, {
      neighbours: this.#neighbours,
      now: this.#now(),
      intervalS: (entity) => this.intervalS(entity),
      of: (id) => {
        const entity = this.#registry.entity(id)
        const twin = this.#twins.get(id)
        return entity && twin ? { entity, state: twin.state } : null
      },
    })

  derived(entity: string): EntityDocument['derived'] {
    const twin = this.#twins.get(entity)
    const facts = this.#registry.entity(entity)
    return twin && facts ? this.#derived(facts, twin) : {}
  }

  /** Whose derived quantities follow from an entity's values. */
  dependants(entity: string): readonly string[] {
    return this.#dependants.of(entity)
  }

  lastSeen(entity: string): Micros | null {
    const twin = this.#twins.get(entity)
    const facts = this.#registry.entity(entity)
    return twin && facts ? this.#heard(facts, twin) : null
  }

  latest(entity: string): TwinState['latest'] {
    return this.#twins.get(entity)?.state.latest ?? {}
  }

  document(entity: string): Buffer | null {
    const state = this.state(entity)
    return state && Buffer.from(JSON.stringify(state))
  }

  freshness(entity: string): Freshness {
    return this.#twins.get(entity)?.freshness ?? 'silent'
  }

  /** The interval at which an entity is expected to be heard: what its device says, else its type's. */
  intervalS({ id, type }: Entity): number {
    return this.#intervals.get(id) ?? MODELS.get(type)?.intervalS ?? FALLBACK_INTERVAL_S
  }

  /** A device's own interval stands for its entity. */
  setInterval(entity: string, intervalS: number | null): void {
    if (intervalS === null) this.#intervals.delete(entity)
    else this.#intervals.set(entity, intervalS)
    // The look that is planned may be too late now.
    this.#twin(entity).plannedS = 0
    this.#recheck(entity)
  }

  /** Looks at the entities whose neighbours changed, and at those whose freshness may have changed since the last look. */
  sweep(): void {
    for (const entity of this.#stale) {
      this.#refresh(entity, this.#twin(entity))
      this.#changed(entity, this.#twin(entity))
    }
    this.#stale.clear()
    const nowS = Math.floor(this.#now() / 1_000_000)
    // A clock that was set far ahead must not make this loop long: then the plan itself is walked.
    const due =
      nowS - this.#sweptS > 3600
        ? [...this.#plan.keys()].filter((second) => second <= nowS)
        : range(this.#sweptS, nowS)
    for (const second of due) {
      const entities = this.#plan.get(second)
      this.#plan.delete(second)
      for (const entity of entities ?? []) {
        const twin = this.#twins.get(entity)
        if (twin?.plannedS !== second) continue
        twin.plannedS = 0
        this.#recheck(entity)
      }
    }
    this.#sweptS = nowS
  }

  #twin(entity: string): Twin {
    let twin = this.#twins.get(entity)
    if (!twin) {
      twin = { state: EMPTY_STATE, freshness: 'silent', revision: 0, desired: NOTHING_DESIRED, plannedS: 0 }
      this.#twins.set(entity, twin)
    }
    return twin
  }

  #apply(entity: string, event: TwinEvent): void {
    const twin = this.#twin(entity)
    const state = reduce(twin.state, event)
    if (state === twin.state) return
    twin.state = state
    if (event.type === 'observed') {
      this.#refresh(entity, twin)
      for (const one of this.#dependants.of(entity)) this.#stale.add(one)
    }
    this.#changed(entity, twin)
  }

  #recheck(entity: string): void {
    const twin = this.#twin(entity)
    const before = twin.freshness
    this.#refresh(entity, twin)
    if (twin.freshness === before) return
    this.#changed(entity, twin)
    // What follows from its values is unknown once they are too old.
    for (const one of this.#dependants.of(entity)) this.#stale.add(one)
  }

  #refresh(entity: string, twin: Twin): void {
    const facts = this.#registry.entity(entity)
    if (!facts) return
    const now = this.#now()
    const intervalS = this.intervalS(facts)
    const heard = this.#heard(facts, twin)
    twin.freshness = freshnessOf(heard, intervalS, now)
    // One plan a twin: a newer reading only moves the change further off, which the planned look will find.
    if (twin.plannedS > 0) return
    const next = nextChange(heard, intervalS, now)
    if (next === null) return
    twin.plannedS = Math.max(Math.ceil(next / 1_000_000), this.#sweptS + 1)
    const planned = this.#plan.get(twin.plannedS)
    if (planned) planned.push(entity)
    else this.#plan.set(twin.plannedS, [entity])
  }

  #changed(entity: string, twin: Twin): void {
    twin.revision = ++this.#revision
    for (const listener of this.#listeners) listener(entity)
  }
}

const range = (after: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - after) }, (_, i) => after + 1 + i)
