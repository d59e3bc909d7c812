import { localDate, microsNow } from '../../core/time.ts'
import { listRuleRows, putRuleRow, type RuleRow, removeRuleRow } from '../../store/alarm-rules.ts'
import { listAreas } from '../../store/areas.ts'
import type { Db } from '../../store/db.ts'
import { MODELS } from '../models/index.ts'
import type { NewRule, Rule } from './rule.ts'

/** The live set of alarm rules: those of the entity types, and over them what the database has. */
export class Rules {
  readonly #db: Db
  readonly #models = new Map<string, Rule>()
  readonly #rows = new Map<string, Rule>()
  readonly #parents = new Map<string, string | null>()
  readonly #listeners = new Set<() => void>()

  constructor(db: Db) {
    this.#db = db
    for (const { type, rules = [] } of MODELS.values())
      for (const { id, ...rule } of rules) {
        const own = { ...rule, id: `${type}.${id}`, scope: { types: [type] } }
        this.#models.set(own.id, { ...own, isEnabled: true, origin: 'model', revision: 0 })
      }
  }

  async load(): Promise<void> {
    for (const { code, parent } of await listAreas(this.#db, localDate(microsNow()), null))
      this.#parents.set(code, parent)
    this.#rows.clear()
    for (const row of await listRuleRows(this.#db)) this.#rows.set(row.id, ruleOf(row))
    this.#tell()
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
    this.#tell()
    return put
  }

  /** A changed rule of a model is the model's again; a user's is gone. False: there was nothing to remove. */
  async remove(id: string): Promise<boolean> {
    const isRemoved = await removeRuleRow(this.#db, id)
    if (this.#rows.delete(id)) this.#tell()
    return isRemoved
  }

  /** Whether an area is the other one, or below it. */
  readonly isWithin = (area: string | null, whole: string): boolean => {
    for (let at: string | null = area, depth = 0; at !== null && depth < 10; depth += 1) {
      if (at === whole) return true
      at = this.#parents.get(at) ?? null
    }
    return false
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
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
