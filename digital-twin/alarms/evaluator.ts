import type { Alarm, Finding } from '../../core/alarm.ts'
import type { Observation } from '../../core/message.ts'
import type { Log } from '../../core/ports.ts'
import { type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import type { Entity } from '../../store/device.ts'
import type { DerivedDocument } from '../derive.ts'
import { keyParts, type LatestValue, quantityKey } from '../twin-state.ts'
import { detect, isAbout } from './detectors/detect.ts'
import { isSilent } from './detectors/silence.ts'
import { findingOfRule } from './rule-finding.ts'
import { RuleIndex, stateOf, type Watch } from './rule-index.ts'
import type { Rules } from './rules.ts'

/** How long other work may wait for the evaluation. */
const SLICE_MS = 4
/** Behind by more, only the newest reading of each series is looked at. */
const WAITING_MAX = 50_000
const CLOCK_EVERY = 64
const SWEEP_MS = 2000

type Watched = Pick<Observation, 'device' | 'entity' | 'quantity' | 'channel' | 'time' | 'value' | 'quality'>

interface EvaluatorParts {
  readonly rules: Pick<Rules, 'all' | 'isWithin' | 'onChange'>
  readonly alarms: { raise(finding: Finding): void; clear(key: string): void; recent(): Iterable<Alarm> }
  readonly registry: { entity(id: string): Entity | undefined; entities(): Iterable<Entity> }
  readonly twins: {
    lastSeen(entity: string): Micros | null
    latest(entity: string): Readonly<Record<string, LatestValue>>
    derived(entity: string): Readonly<Record<string, DerivedDocument>>
    intervalS(entity: Entity): number
  }
  readonly log: Log
  readonly now?: () => Micros
}

/** Looks at what was committed by the alarm rules, beside the way of the acknowledgements. */
export class Evaluator {
  readonly #parts: EvaluatorParts
  readonly #active = new Set<string>()
  #index: RuleIndex
  #waiting: (readonly Watched[])[] = []
  #count = 0
  /** Whose derived quantities a rule looks at, with the device that was heard. */
  readonly #derivedDue = new Map<Entity, string>()
  #position = 0
  #isPlanned = false
  #isStarted = false
  #timer: NodeJS.Timeout | null = null

  constructor(parts: EvaluatorParts) {
    this.#parts = parts
    this.#index = new RuleIndex([], parts.rules.isWithin)
    parts.rules.onChange(() => this.#isStarted && this.#reload())
  }

  /** To be called once the alarms of before this start, the rules and the twins are there. */
  start(): void {
    for (const { key, kind, clearedAt } of this.#parts.alarms.recent())
      if (kind === 'process' && key.startsWith('rule/') && clearedAt === null) this.#active.add(key)
    this.#isStarted = true
    this.#reload()
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS).unref()
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#isStarted = false
    this.#waiting = []
  }

  /** Only puts them down: this is on the way of the acknowledgements. */
  observed(observations: readonly Watched[]): void {
    if (!this.#isStarted || observations.length === 0) return
    this.#waiting.push(observations)
    this.#count += observations.length
    this.#plan()
  }

  /** Readings that were committed and not looked at yet. */
  get waiting(): number {
    return this.#count
  }

  /** Looks at who is silent. */
  sweep(): void {
    const { registry, twins, now = microsNow } = this.#parts
    const at = now()
    for (const entity of registry.entities())
      for (const watch of this.#index.of(entity).silence) this.#sweepOne(watch, twins.lastSeen(entity.id), at)
  }

  #sweepOne(watch: Watch, lastSeen: Micros | null, at: Micros): void {
    const { rule, entity } = watch
    if (rule.condition.kind !== 'silence') return
    const key = `rule/${rule.id}/${entity.id}`
    const intervalS = this.#parts.twins.intervalS(entity)
    const isNow = isSilent({ ...rule.condition, intervalS }, lastSeen, at)
    if (isNow === this.#active.has(key)) return
    if (!isNow) return this.#clear(key)
    const [device = null] = Object.values(this.#parts.twins.latest(entity.id)).map((latest) => latest.device)
    const found = { entity: entity.id, device, key, quantity: null, channel: '', value: null, bound: null }
    this.#raise(key, findingOfRule(rule, { ...found, since: lastSeen ?? at }))
  }

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      try {
        this.#slice()
      } catch (error) {
        this.#parts.log.error({ err: error }, 'alarm rules were not evaluated')
      }
    })
  }

  #slice(): void {
    if (this.#count > WAITING_MAX) this.#coalesce()
    const until = performance.now() + SLICE_MS
    for (let n = 1; this.#waiting.length > 0; ) {
      const [batch = []] = this.#waiting
      while (this.#position < batch.length) {
        const observation = batch[this.#position++]
        this.#count -= 1
        if (observation) this.#look(observation)
        if (n++ % CLOCK_EVERY === 0 && performance.now() > until) return this.#plan()
      }
      for (const [entity, device] of this.#derivedDue) this.#lookAtDerived(entity, device)
      this.#derivedDue.clear()
      this.#waiting.shift()
      this.#position = 0
    }
  }

  #coalesce(): void {
    const newest = new Map<string, Watched>()
    for (const observation of this.#waiting.flat().slice(this.#position)) {
      const key = `${observation.entity}/${observation.quantity}/${observation.channel}`
      const known = newest.get(key)
      if (!known || known.time < observation.time) newest.set(key, observation)
    }
    this.#parts.log.warn(
      { readings: this.#count },
      'alarm rules are behind: only newest readings are looked at',
    )
    this.#waiting = [[...newest.values()]]
    this.#position = 0
    this.#count = newest.size
  }

  #look(observation: Watched): void {
    const entity = this.#parts.registry.entity(observation.entity)
    if (!entity || observation.value === null || observation.quality === 'bad') return
    const { byQuantity, all, derived } = this.#index.of(entity)
    for (const watch of byQuantity.get(observation.quantity) ?? []) this.#step(watch, observation)
    for (const watch of all) this.#step(watch, observation)
    if (derived.length > 0) this.#derivedDue.set(entity, observation.device)
  }

  /** What follows from an entity's values may have changed with any of them; once a batch, for the twin has all of it. */
  #lookAtDerived(entity: Entity, device: string): void {
    const { byQuantity, derived } = this.#index.of(entity)
    const documents = this.#parts.twins.derived(entity.id)
    for (const quantity of derived) {
      const found = documents[quantity]
      if (found === undefined || found.value === null) continue
      const { value } = found
      const time = parseRfc3339(found.time) ?? microsNow()
      for (const watch of byQuantity.get(quantity) ?? [])
        this.#step(watch, { device, entity: entity.id, quantity, channel: '', time, value, quality: 'good' })
    }
  }

  #step(watch: Watch, observation: Watched): void {
    const { rule, entity, states } = watch
    const { condition } = rule
    if (!isAbout(condition, observation)) return
    const { device, quantity, channel, time, value } = observation
    const series = quantityKey(quantity, channel)
    const isOfAll = !('quantity' in condition) || condition.quantity === undefined
    const suffix = isOfAll ? `/${series}` : channel === '' ? '' : `/${channel}`
    const key = () => `rule/${rule.id}/${entity.id}${suffix}`
    const before = stateOf(watch, series, () => this.#active.has(key()))
    const step = detect(condition, { type: entity.type, quantity }, before, { time, value })
    states.set(series, step.state)
    if (step.verdict === 'clear') this.#clear(key())
    if (step.verdict !== 'raise') return
    const found = { entity: entity.id, device, key: key(), quantity, channel, value, bound: step.bound }
    this.#raise(found.key, findingOfRule(rule, { ...found, since: step.state.since ?? time }))
  }

  #raise(key: string, finding: Finding): void {
    this.#active.add(key)
    this.#parts.alarms.raise(finding)
  }

  #clear(key: string): void {
    this.#active.delete(key)
    this.#parts.alarms.clear(key)
  }

  /** Begins anew with the rules as they are now; what no rule stands behind any more is over. */
  #reload(): void {
    const { rules, registry, twins } = this.#parts
    this.#index = new RuleIndex(rules.all(), rules.isWithin)
    const stand = new Set<string>()
    for (const entity of registry.entities()) {
      const { byQuantity, all, silence } = this.#index.of(entity)
      for (const { rule } of [...[...byQuantity.values()].flat(), ...all, ...silence])
        stand.add(`rule/${rule.id}/${entity.id}`)
    }
    for (const key of [...this.#active]) if (!stand.has(key.split('/', 3).join('/'))) this.#clear(key)
    for (const { id } of registry.entities())
      this.observed(
        Object.entries(twins.latest(id)).map(([key, latest]) => ({
          ...latest,
          entity: id,
          ...keyParts(key),
        })),
      )
  }
}
