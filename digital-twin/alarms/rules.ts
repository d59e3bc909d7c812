import { localDate, type Micros, microsNow } from '../../core/time.ts'
import { listRuleRows, putRuleRow, type RuleRow, removeRuleRow } from '../../store/alarm-rules.ts'
import { countAreas, listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { MODELS } from '../models/index.ts'
import type { NewRule, Rule } from './rule.ts'

/** The live set of alarm rules: those of the entity types, and over them what the database has. */
export class Rules {
  readonly #db: Db
  readonly #now: () => Micros
  readonly #models = new Map<string, Rule>()
  readonly #rows = new Map<string, Rule>()
  readonly #parents = new Map<string, string | null>()
  /** The day, and how many areas there were, when they were read. */
  #areasOf = ''
  readonly #listeners = new Set<(ids: readonly string[]) => void>()

  constructor(db: Db, now: () => Micros = microsNow) {
    this.#db = db
    this.#now = now
    for (const { type, rules = [] } of MODELS.values())
      for (const { id, ...rule } of rules) {
        const own = { ...rule, id: `${type}.${id}`, scope: { types: [type] } }
        this.#models.set(own.id, { ...own, isEnabled: true, origin: 'model', revision: 0 })
      }
  }

  /** How many there are, with those that came with the types. */
  get size(): number {
    const changed = [...this.#models.keys()].filter((id) => this.#rows.has(id)).length
    return this.#models.size + this.#rows.size - changed
  }

  async load(): Promise<void> {
    await this.#readAreas()
    this.#rows.clear()
    for (const row of await listRuleRows(this.#db)) this.#rows.set(row.id, ruleOf(row))
    this.#tell(this.all().map(({ id }) => id))
  }

  /** Areas that are new, or in force from today on, are in force for the rules. To be asked from time to time. */
  async refreshAreas(): Promise<void> {
    if (await this.#readAreas())
      this.#tell(this.all().flatMap(({ id, scope }) => (scope.area === undefined ? [] : [id])))
  }

  /** False: they are as they were. */
  async #readAreas(): Promise<boolean> {
    const day = localDate(this.#now())
    const areasOf = `${day} ${await countAreas(this.#db)}`
    if (areasOf === this.#areasOf) return false
    const areas = await listAreas(this.#db, day, null)
    this.#areasOf = areasOf
    this.#parents.clear()
    for (const { code, parent } of areas) this.#parents.set(code, parent)
    return true
  }

  all(): Rule[] {
    return [...new Map([...this.#models, ...this.#rows]).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  rule(id: string): Rule | null {
    return this.#rows.get(id) ?? this.#models.get(id) ?? null
  }

  /** A changed rule of a model, as it came; null: there is no other than the one in force. */
  original(id: string): Rule | null {
    return (this.#rows.has(id) ? this.#models.get(id) : null) ?? null
  }

  async put(id: string, rule: NewRule, isEnabled: boolean, by: string): Promise<Rule> {
    const origin = this.#models.has(id) ? 'model' : 'user'
    const revision = (this.rule(id)?.revision ?? 0) + 1
    const row: RuleRow = { id, document: { ...rule }, isEnabled, origin, revision }
    await putRuleRow(this.#db, row, by, microsNow())
    const put = ruleOf(row)
    this.#rows.set(id, put)
    this.#tell([id])
    return put
  }

  /** A changed rule of a model is the model's again; a user's is gone. False: there was nothing to remove. */
  async remove(id: string): Promise<boolean> {
    const isRemoved = await removeRuleRow(this.#db, id)
    if (this.#rows.delete(id)) this.#tell([id])
    return isRemoved
  }

  /** An area with all that it lies in, itself first. */
  readonly areasAbove = (area: string | null): readonly string[] => {
    const areas: string[] = []
    for (let at = area; at !== null && areas.length < 10; at = this.#parents.get(at) ?? null) areas.push(at)
    return areas
  }

  /** Calls back with the ids of rules that are new, changed or gone. */
  onChange(listener: (ids: readonly string[]) => void): void {
    this.#listeners.add(listener)
  }

  #tell(ids: readonly string[]): void {
    for (const listener of this.#listeners) listener(ids)
  }
}

/** Documents are checked before they are written. */
const ruleOf = ({ document, id, isEnabled, origin, revision }: RuleRow): Rule => ({
  ...(document as unknown as NewRule),
  id,
  isEnabled,
  origin,
  revision,
})
