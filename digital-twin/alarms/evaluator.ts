import { type Micros, microsNow, parseRfc3339 } from '../../core/time.ts'
import type { Entity } from '../../store/device.ts'
import { keyParts, quantityKey } from '../twin-state.ts'
import { detect, isAbout } from './detectors/detect.ts'
import type { Step } from './detectors/detector.ts'
import { truth } from './detectors/truth.ts'
import { DueLooks } from './due-looks.ts'
import { EntityFacts, type FactSource } from './entity-facts.ts'
import type { EvaluatorParts } from './evaluator-parts.ts'
import { evaluate } from './expression/evaluate.ts'
import { recollect } from './recollect.ts'
import { RuleChanges } from './rule-changes.ts'
import { type Found, findingOfRule } from './rule-finding.ts'
import { RuleIndex } from './rule-index.ts'
import { SilenceWatch } from './silence-watch.ts'
import { Waiting, type Watched } from './waiting.ts'
import { type ExpressionWatch, keyOf, stateOf, type Watch } from './watch.ts'

/** How long other work may wait for the evaluation. */
const SLICE_MS = 4
const CLOCK_EVERY = 64
const SWEEP_MS = 1000
/** Expressions, and what follows from others' values, are looked at once in this time. */
const DUE_MS = 200

/** Looks at what was committed by the alarm rules, beside the way of the acknowledgements. */
export class Evaluator {
  readonly #parts: EvaluatorParts
  readonly #active = new Set<string>()
  readonly #index: RuleIndex
  readonly #waiting: Waiting
  readonly #silence: SilenceWatch
  readonly #due: DueLooks
  readonly #changes: RuleChanges
  readonly #facts: FactSource
  /** Whose derived quantities a rule looks at, with the device that was heard. */
  readonly #derivedDue = new Map<Entity, string>()
  readonly #costly = new Set<string>()
  #isPlanned = false
  #isStarted = false
  #isStopped = false
  #timers: NodeJS.Timeout[] = []

  constructor(parts: EvaluatorParts) {
    const { rules, registry, twins, relations } = parts
    this.#parts = parts
    this.#index = new RuleIndex(rules.areasAbove)
    this.#waiting = new Waiting(parts.log, parts.metrics)
    this.#due = new DueLooks({ index: this.#index, neighbours: relations, registry, twins })
    this.#facts = {
      neighbours: relations,
      entity: registry.entity,
      latest: (id) => twins.latest(id),
      derived: (id) => twins.derived(id),
    }
    this.#silence = new SilenceWatch({
      ...{ index: this.#index, registry, twins, now: this.#now },
      isActive: (key) => this.#active.has(key),
      raise: (watch, key, since) => this.#raiseSilence(watch, key, since),
      clear: (key) => this.#clear(key),
    })
    this.#changes = new RuleChanges({
      ...{ index: this.#index, rules, registry, twins, due: this.#due, active: this.#active },
      begin: (entity) => this.#begin(entity),
      clear: (key) => this.#clear(key),
      failed: this.#failed,
    })
    relations.onChange(({ from, to }) => this.#changes.relationChanged([from, to]))
  }

  #now = (): Micros => this.#parts.now?.() ?? microsNow()

  /** To be called once the alarms of before this start, the rules and the twins are there. */
  async start(): Promise<void> {
    for (const { key, kind, clearedAt } of this.#parts.alarms.recent())
      if (kind === 'process' && key.startsWith('rule/') && clearedAt === null) this.#active.add(key)
    this.#changes.fill()
    await this.#recollect()
    if (this.#isStopped || this.#isStarted) return
    this.#isStarted = true
    this.#changes.start()
    this.#parts.baselines.start((entity) => this.#begin(this.#parts.registry.entity(entity)))
    this.#timers = [
      setInterval(() => this.sweep(), SWEEP_MS).unref(),
      setInterval(() => void this.lookAtDue().catch(this.#failed), DUE_MS).unref(),
    ]
  }

  async #recollect(): Promise<void> {
    const { registry, twins, db, log } = this.#parts
    try {
      const isActive = (watch: Watch, series: string) => this.#active.has(keyOf(watch, series))
      const step = (watch: Watch, reading: Watched) => this.#step(watch, reading)
      await recollect(db, { index: this.#index, registry, twins, isActive, step })
    } catch (error) {
      log.warn(
        { err: error },
        'durations of alarm rules begin anew: the readings before the start were not read',
      )
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#changes.stop()
    this.#parts.baselines.stop()
    this.#isStarted = false
    this.#isStopped = true
    this.#waiting.drop()
  }

  /** Only puts them down: this is on the way of the acknowledgements. */
  observed(observations: readonly Watched[]): void {
    if (!this.#isStarted || observations.length === 0) return
    this.#waiting.add(observations)
    this.#plan()
  }

  /** Readings that were committed and not looked at yet. */
  get waiting(): number {
    return this.#waiting.count
  }

  /** Looks at who may be silent by now. */
  sweep(): void {
    this.#silence.sweep()
  }

  /** Looks at the expressions, and the derived quantities, that others' readings may have changed. */
  lookAtDue(): Promise<void> {
    return this.#due.lookAt((entity) => {
      if (!this.#isStarted) return
      const { expressions, looksAround } = this.#index.of(entity)
      if (looksAround) this.#lookAtDerived(entity, null)
      for (const watch of expressions) this.#lookAtExpression(watch)
    })
  }

  #failed = (error: unknown): void => this.#parts.log.error({ err: error }, 'alarm rules were not evaluated')

  #plan(): void {
    if (this.#isPlanned) return
    this.#isPlanned = true
    setImmediate(() => {
      this.#isPlanned = false
      try {
        this.#slice()
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  #slice(): void {
    const until = performance.now() + SLICE_MS
    let n = 1
    for (let next = this.#waiting.take(); next; next = this.#waiting.take()) {
      this.#look(next)
      if (this.#waiting.isBatchDone) this.#endBatch()
      if (n++ % CLOCK_EVERY === 0 && performance.now() > until && !this.#waiting.isEmpty) return this.#plan()
    }
  }

  #endBatch(): void {
    for (const [entity, device] of this.#derivedDue) this.#lookAtDerived(entity, device)
    this.#derivedDue.clear()
    this.#silence.lookAtHeard()
  }

  #look(observation: Watched): void {
    const entity = this.#parts.registry.entity(observation.entity)
    if (!entity) return
    const { byQuantity, all, derived, silence } = this.#index.of(entity)
    if (silence.length > 0) this.#silence.heard(entity.id)
    if (observation.value === null || observation.quality === 'bad') return
    for (const watch of byQuantity.get(observation.quantity) ?? []) this.#step(watch, observation)
    for (const watch of all) this.#step(watch, observation)
    if (derived.length > 0) this.#derivedDue.set(entity, observation.device)
    this.#due.touched(entity.id, observation.quantity)
  }

  /** What follows from an entity's values may have changed with any of them; once a batch, for the twin has all of it. */
  #lookAtDerived(entity: Entity, device: string | null): void {
    const { byQuantity, derived } = this.#index.of(entity)
    const documents = this.#parts.twins.derived(entity.id)
    for (const quantity of derived) {
      const found = documents[quantity]
      if (found === undefined || found.value === null) continue
      const { value } = found
      const time = parseRfc3339(found.time) ?? this.#now()
      const reading = {
        device,
        entity: entity.id,
        quantity,
        channel: '',
        time,
        value,
        quality: 'good',
      } as const
      for (const watch of byQuantity.get(quantity) ?? []) this.#step(watch, reading)
    }
  }

  #step(watch: Watch, observation: Omit<Watched, 'device'> & { readonly device: string | null }): void {
    const { rule, entity, states } = watch
    const { condition } = rule
    if (!isAbout(condition, observation)) return
    const { device, quantity, channel, time, value } = observation
    const series = quantityKey(quantity, channel)
    const key = () => keyOf(watch, series)
    const usual =
      condition.kind === 'pattern'
        ? this.#parts.baselines.at({ entity: entity.id, quantity, channel }, condition.weeks, time)
        : null
    const before = stateOf(watch, series, () => this.#active.has(key()))
    const step = detect(condition, { type: entity.type, quantity, usual }, before, { time, value })
    if (step.state === before) return
    const found = { entity: entity.id, device, quantity, channel, value, bound: step.bound, usual }
    states.set(
      series,
      this.#done(watch, step, key, () => ({ ...found, since: step.state.since ?? time })),
    )
  }

  #lookAtExpression(watch: ExpressionWatch): void {
    const { rule, entity, states, expression } = watch
    const outcome = evaluate(expression, new EntityFacts(entity, this.#facts))
    if (outcome.isTooCostly && !this.#costly.has(rule.id)) {
      this.#costly.add(rule.id)
      this.#parts.log.warn(
        { rule: rule.id, entity: entity.id },
        'the expression of a rule takes too many steps',
      )
    }
    const key = `rule/${rule.id}/${entity.id}`
    const before = stateOf(watch, '', () => this.#active.has(key))
    const { is, newest, used } = outcome
    const step = truth(rule.condition, before, { is, time: newest ?? this.#now() })
    const found = {
      entity: entity.id,
      device: null,
      quantity: null,
      channel: '',
      value: null,
      bound: null,
      used,
    }
    const since = step.state.since ?? step.state.newest
    states.set(
      '',
      this.#done(
        watch,
        step,
        () => key,
        () => ({ ...found, since }),
      ),
    )
  }

  /** Does what a step says, and gives the state after it. */
  #done({ rule }: Watch, { verdict, state }: Step, key: () => string, found: () => Omit<Found, 'key'>) {
    if (verdict === 'clear') this.#clear(key())
    if (verdict !== 'raise' || this.#raise(findingOfRule(rule, { ...found(), key: key() }))) return state
    // Refused: the next reading tries again.
    return { ...state, isActive: false }
  }

  #raiseSilence({ rule, entity }: Watch, key: string, lastSeen: Micros | null): boolean {
    const [device = null] = Object.values(this.#parts.twins.latest(entity.id)).map((latest) => latest.device)
    const found = { entity: entity.id, device, key, quantity: null, channel: '', value: null, bound: null }
    return this.#raise(findingOfRule(rule, { ...found, since: lastSeen }))
  }

  #raise(finding: Parameters<EvaluatorParts['alarms']['raise']>[0]): boolean {
    const isRaised = this.#parts.alarms.raise(finding)
    if (isRaised) this.#active.add(finding.key)
    return isRaised
  }

  #clear(key: string): void {
    this.#active.delete(key)
    this.#parts.alarms.clear(key)
  }

  /** What rules that are new to an entity make of its newest values. */
  #begin(entity: Entity | undefined): void {
    if (!entity || !this.#isStarted) return
    const { byQuantity, all, silence, expressions, looksAround, derived } = this.#index.of(entity)
    if (silence.length > 0) this.#silence.look(entity)
    if (expressions.length > 0 || looksAround) this.#due.add(entity.id)
    if (byQuantity.size + all.length === 0) return
    for (const [key, latest] of Object.entries(this.#parts.twins.latest(entity.id))) {
      const reading = { ...latest, entity: entity.id, ...keyParts(key) }
      // The others look at readings in their order only.
      for (const watch of [...(byQuantity.get(reading.quantity) ?? []), ...all])
        if (!watch.states.has(key)) this.#step(watch, reading)
    }
    if (derived.length > 0) this.#lookAtDerived(entity, null)
  }
}
