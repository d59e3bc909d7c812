import type { Neighbours } from '../../core/relation.ts'
import type { ApiParts } from '../parts.ts'
import { type NgsiEntity, toNgsi } from './entity.ts'
import type { EntityQuery } from './entity-query.ts'
import { entityUrn, readUrn, typeName } from './names.ts'

/** The live twins as entities of the standard. */
export class TwinEntities {
  readonly #parts: Pick<ApiParts, 'twins' | 'registry'>
  readonly #neighbours: Neighbours

  constructor(parts: Pick<ApiParts, 'twins' | 'registry'>, neighbours: Neighbours) {
    this.#parts = parts
    this.#neighbours = neighbours
  }

  /** By our own id. */
  byId(id: string): NgsiEntity | null {
    const { twins, registry } = this.#parts
    const document = twins.state(id)
    return document && toNgsi(document, this.#neighbours, (other) => registry.entity(other)?.type)
  }

  /** Our id of an urn, where there is such an entity. */
  idOf(urn: string): string | null {
    const read = readUrn(urn)
    const entity = read && this.#parts.registry.entity(read.id)
    return entity && typeName(entity.type) === read.type ? entity.id : null
  }

  /** Those that are asked for, in the order of their ids. */
  *find(query: EntityQuery): Generator<{ readonly id: string; readonly entity: NgsiEntity }> {
    for (const id of this.candidates(query)) {
      const entity = this.byId(id)
      if (entity && query.isWanted(entity)) yield { id, entity }
    }
  }

  candidates(query: EntityQuery): string[] {
    return [...this.#parts.twins.entities()].filter((id) => this.isCandidate(id, query)).sort()
  }

  isCandidate(id: string, query: EntityQuery): boolean {
    const entity = this.#parts.registry.entity(id)
    return (
      entity !== undefined && query.isCandidate(entityUrn(entity.type, id), typeName(entity.type), entity)
    )
  }

  *all(): Generator<NgsiEntity> {
    for (const id of this.#parts.twins.entities()) {
      const entity = this.byId(id)
      if (entity) yield entity
    }
  }
}
