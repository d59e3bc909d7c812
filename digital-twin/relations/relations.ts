import { InTurn } from '../../core/in-turn.ts'
import type { Neighbours, NewRelation, Relation, RelationKind } from '../../core/relation.ts'
import type { Micros } from '../../core/time.ts'
import { type Db, isDuplicateKey } from '../../store/db.ts'
import { insertRelations, listRelations, removeRelation } from '../../store/relations.ts'
import { Graph } from './graph.ts'

/** Why a relation cannot be, as data. */
export interface RelationFault {
  readonly code: 'entity_not_found' | 'relation_exists' | 'relation_loop'
  readonly detail: string
}

/** The relations in force, in memory. Every change goes to the database first; changes come one after the other, so that two
 *  that are right alone do not make a loop together. */
export class Relations implements Neighbours {
  readonly graph = new Graph()
  readonly #db: Db
  readonly #isEntity: (id: string) => boolean
  readonly #byId = new Map<number, Relation>()
  readonly #listeners = new Set<(relation: Relation) => void>()
  readonly #turn = new InTurn()

  constructor(db: Db, isEntity: (id: string) => boolean) {
    this.#db = db
    this.#isEntity = isEntity
  }

  /** Reads all of them. To be called once the database is there. */
  async load(): Promise<void> {
    for (const relation of await listRelations(this.#db)) this.#remember(relation)
  }

  after = (entity: string, kind: RelationKind) => this.graph.after(entity, kind)
  before = (entity: string, kind: RelationKind) => this.graph.before(entity, kind)

  /** By id. */
  all = (): IterableIterator<Relation> => this.#byId.values()

  /** Calls back with each that is made or taken away. */
  onChange(listener: (relation: Relation) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Makes all of them or none: then gives what is wrong, by their places in the list. */
  create(wanted: readonly NewRelation[], now: Micros): Promise<Relation[] | Map<number, RelationFault>> {
    return this.#turn.do(async () => {
      const faults = this.#faultsOf(wanted)
      if (faults.size > 0) return faults
      try {
        const made = await this.#db.transaction((tx) => insertRelations(tx, wanted, now))
        for (const relation of made) this.#remember(relation)
        for (const relation of made) this.#tell(relation)
        return made
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
        // It may be there from a transaction whose end was not heard of.
        await this.load()
        return new Map([[0, { code: 'relation_exists', detail: 'a relation like one of these is there' }]])
      }
    })
  }

  /** Null: there is none. */
  remove(id: number, now: Micros): Promise<Relation | null> {
    return this.#turn.do(async () => {
      const relation = this.#byId.get(id)
      if (!relation) return null
      await removeRelation(this.#db, id, now)
      this.#byId.delete(id)
      this.graph.remove(relation)
      this.#tell(relation)
      return relation
    })
  }

  /** Each is judged as if those before it were there. */
  #faultsOf(wanted: readonly NewRelation[]): Map<number, RelationFault> {
    const faults = new Map<number, RelationFault>()
    const added: NewRelation[] = []
    wanted.forEach((relation, i) => {
      const fault = this.#faultOf(relation)
      if (fault) faults.set(i, fault)
      else {
        this.graph.add(relation)
        added.push(relation)
      }
    })
    for (const relation of added) this.graph.remove(relation)
    return faults
  }

  #faultOf(relation: NewRelation): RelationFault | null {
    const { kind, from, to } = relation
    const missing = (['from', 'to'] as const).filter((end) => !this.#isEntity(relation[end]))
    if (missing.length > 0) {
      const ends = missing.map((end) => `${end}: no entity ${relation[end]}`).join('; ')
      return { code: 'entity_not_found', detail: `the relation would end nowhere (${ends})` }
    }
    if (this.graph.has(relation))
      return { code: 'relation_exists', detail: `${from} ${kind} ${to} is there already` }
    const loop = this.graph.loopOf(relation)
    if (loop) return { code: 'relation_loop', detail: `it would go round: ${loop.join(' → ')}` }
    return null
  }

  #remember(relation: Relation): void {
    this.#byId.set(relation.id, relation)
    this.graph.add(relation)
  }

  #tell(relation: Relation): void {
    for (const listener of this.#listeners) listener(relation)
  }
}
