import { inSlices } from '../../core/slices.ts'
import type { Entity } from '../../store/device.ts'
import type { DueLooks } from './due-looks.ts'
import type { EvaluatorParts } from './evaluator-parts.ts'
import type { Rule } from './rule.ts'
import type { RuleIndex } from './rule-index.ts'
import { watchesOf } from './watch.ts'

interface ChangeParts extends Pick<EvaluatorParts, 'rules' | 'registry' | 'twins'> {
  readonly index: RuleIndex
  readonly due: DueLooks
  readonly active: ReadonlySet<string>
  /** Looks at an entity with rules that are new to it. */
  begin(entity: Entity): void
  clear(key: string): void
  failed(error: unknown): void
}

/** Changes that come close together are worked out together. */
const TOGETHER_MS = 200
/** After something went wrong. */
const RETRY_MS = 10_000
const SLICE_MS = 4
const AREAS_MS = 30_000

/** What becomes of alarms, and what is to be looked at, when rules come, change or go, or entities move. A rule counts from the
 *  next reading on; what it says of the newest values, and which alarms nothing stands behind any more, follows a moment later. */
export class RuleChanges {
  readonly #parts: ChangeParts
  /** Rules whose alarms may have lost their ground. */
  #rules = new Set<string>()
  #entities = new Set<string>()
  #isAboutAll = false
  #timer: NodeJS.Timeout | null = null
  #areasTimer: NodeJS.Timeout | null = null
  #isStarted = false
  #isBusy = false

  constructor(parts: ChangeParts) {
    this.#parts = parts
    parts.rules.onChange((ids) => this.#rulesChanged(ids))
    parts.twins.onChange((entity) => this.#entityChanged(entity))
    parts.index.onMoved = (entity) => this.#concerns(entity)
  }

  /** Takes the rules as they are. */
  fill(): void {
    for (const rule of this.#parts.rules.all()) this.#parts.index.set(rule)
  }

  /** Looks at everything that is known, and from then on at what changes. */
  start(): void {
    this.#isStarted = true
    this.#rules = new Set(this.#parts.rules.all().map(({ id }) => id))
    this.#isAboutAll = true
    // While the database is away they stay as they are: others say that it is.
    const refresh = () => void this.#parts.rules.refreshAreas().catch(() => {})
    this.#areasTimer = setInterval(refresh, AREAS_MS).unref()
    void this.#run()
  }

  stop(): void {
    this.#isStarted = false
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#areasTimer) clearInterval(this.#areasTimer)
  }

  relationChanged(ends: readonly string[]): void {
    this.#parts.due.forget()
    for (const end of ends) this.#entities.add(end)
    this.#plan()
  }

  #rulesChanged(ids: readonly string[]): void {
    const { rules, index, due } = this.#parts
    for (const id of ids) {
      const now = rules.rule(id)
      const before = now ? index.set(now) : index.remove(id)
      this.#rules.add(id)
      // At once: what the rule is about now may raise under the same key.
      if (before && now && subjectOf(before) !== subjectOf(now)) this.#clearAllOf(id)
      for (const rule of [before, now]) this.#addScope(rule?.scope)
    }
    due.forget()
    this.#plan()
  }

  #addScope(scope: Rule['scope'] | undefined): void {
    if (!scope) return
    if (scope.entities?.length) for (const id of scope.entities) this.#entities.add(id)
    else this.#isAboutAll = true
  }

  /** On the way of every change of a twin: what counts here is another place, name or attribute, or a new device. */
  #entityChanged(id: string): void {
    const entity = this.#isStarted ? this.#parts.registry.entity(id) : undefined
    if (entity && this.#parts.index.known(id)?.entity !== entity) this.#concerns(id)
  }

  #concerns(entity: string): void {
    this.#parts.due.forget()
    this.#entities.add(entity)
    this.#plan()
  }

  #clearAllOf(rule: string): void {
    const { active, clear } = this.#parts
    for (const key of [...active]) if (key.startsWith(`rule/${rule}/`)) clear(key)
  }

  #plan(ms = TOGETHER_MS): void {
    if (!this.#isStarted || this.#timer || this.#isBusy) return
    this.#timer = setTimeout(() => void this.#run(), ms).unref()
  }

  async #run(): Promise<void> {
    this.#timer = null
    this.#isBusy = true
    const isDone = await this.#apply()
    this.#isBusy = false
    if (this.#rules.size + this.#entities.size > 0 || this.#isAboutAll)
      this.#plan(isDone ? TOGETHER_MS : RETRY_MS)
  }

  /** False: something went wrong, and all of it is to be done again. */
  async #apply(): Promise<boolean> {
    const [rules, entities, isAboutAll] = [this.#rules, this.#entities, this.#isAboutAll]
    this.#rules = new Set()
    this.#entities = new Set()
    this.#isAboutAll = false
    try {
      this.#clearGroundless(rules, entities)
      await this.#begin(isAboutAll ? null : entities)
      return true
    } catch (error) {
      this.#parts.failed(error)
      for (const rule of rules) this.#rules.add(rule)
      for (const entity of entities) this.#entities.add(entity)
      this.#isAboutAll ||= isAboutAll
      return false
    }
  }

  /** Null: all. */
  async #begin(entities: ReadonlySet<string> | null): Promise<void> {
    const { registry, begin } = this.#parts
    const concerned = entities ?? [...registry.entities()].map(({ id }) => id)
    await inSlices(concerned, SLICE_MS, (id) => {
      const entity = registry.entity(id)
      if (entity && this.#isStarted) begin(entity)
    })
  }

  /** Ends the alarms that no rule stands behind any more. */
  #clearGroundless(rules: ReadonlySet<string>, entities: ReadonlySet<string>): void {
    const { index, registry, active, clear } = this.#parts
    for (const key of [...active]) {
      const [, rule = '', id = ''] = key.split('/', 3)
      if (!rules.has(rule) && !entities.has(id)) continue
      const entity = registry.entity(id)
      const stands = entity && [...watchesOf(index.of(entity))].some((watch) => watch.rule.id === rule)
      if (!stands) clear(key)
    }
  }
}

/** What a rule's alarms are told apart by. */
const subjectOf = ({ condition }: Rule): string =>
  `${condition.kind} ${'quantity' in condition ? (condition.quantity ?? '') : ''}`
