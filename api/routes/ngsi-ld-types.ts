import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { allow } from '../access.ts'
import { answer, mediaType } from '../ngsi-ld/answer.ts'
import { refuse } from '../ngsi-ld/faults.ts'
import type { TwinEntities } from '../ngsi-ld/twin-entities.ts'
import { compacted } from '../ngsi-ld/vocabulary.ts'
import type { NgsiOptions } from './ngsi-ld.ts'
import { notAcceptable } from './ngsi-ld-entities.ts'

const Details = z.object({ details: z.enum(['true', 'false']).default('false') })

/** What types and attributes there are (5.7.5 to 5.7.10): of the entities that are there, not of those that might be. */
export const ngsiTypeRoutes: FastifyPluginAsyncZod<NgsiOptions> = async (app, { entities }) => {
  app.get(
    '/types',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], querystring: Details } },
    async (request, reply) => {
      const types = [...typesOf(entities)].toSorted(([a], [b]) => (a < b ? -1 : 1))
      if (request.query.details === 'false')
        return send(request, reply, {
          id: 'urn:ngsi-ld:EntityTypeList:all',
          type: 'EntityTypeList',
          typeList: types.map(([name]) => name),
        })
      const items = types.map(([name, { attributes }]) => ({
        id: name,
        type: 'EntityType',
        typeName: name,
        attributeNames: [...attributes.keys()].sort(),
      }))
      return send(request, reply, items)
    },
  )

  app.get(
    '/types/:type',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], params: z.object({ type: z.string() }) } },
    async (request, reply) => {
      const name = compacted(request.params.type)
      const found = typesOf(entities).get(name)
      if (!found) return refuse(reply, { kind: 'ResourceNotFound', detail: `no entity of type ${name}` })
      return send(request, reply, {
        id: name,
        type: 'EntityTypeInfo',
        typeName: name,
        entityCount: found.count,
        attributeDetails: [...found.attributes].map(([attribute, types]) => ({
          id: attribute,
          type: 'Attribute',
          attributeName: attribute,
          attributeTypes: [...types],
        })),
      })
    },
  )

  app.get(
    '/attributes',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], querystring: Details } },
    async (request, reply) => {
      const attributes = [...attributesOf(entities)].toSorted(([a], [b]) => (a < b ? -1 : 1))
      if (request.query.details === 'false')
        return send(request, reply, {
          id: 'urn:ngsi-ld:AttributeList:all',
          type: 'AttributeList',
          attributeList: attributes.map(([name]) => name),
        })
      const items = attributes.map(([name, { typeNames }]) => ({
        id: name,
        type: 'Attribute',
        attributeName: name,
        typeNames: [...typeNames],
      }))
      return send(request, reply, items)
    },
  )

  app.get(
    '/attributes/:attribute',
    { onRequest: allow(), schema: { tags: ['ngsi-ld'], params: z.object({ attribute: z.string() }) } },
    async (request, reply) => {
      const name = compacted(request.params.attribute)
      const found = attributesOf(entities).get(name)
      if (!found) return refuse(reply, { kind: 'ResourceNotFound', detail: `no entity has ${name}` })
      return send(request, reply, {
        id: name,
        type: 'Attribute',
        attributeName: name,
        attributeCount: found.count,
        attributeTypes: [...found.kinds],
        typeNames: [...found.typeNames],
      })
    },
  )
}

function send(request: FastifyRequest, reply: FastifyReply, body: object): FastifyReply {
  const type = mediaType(request)
  return type ? answer(request, reply, type, body) : notAcceptable(reply)
}

interface TypeFound {
  count: number
  readonly attributes: Map<string, Set<string>>
}

function typesOf(entities: TwinEntities): Map<string, TypeFound> {
  const types = new Map<string, TypeFound>()
  for (const { type, attributes } of entities.all()) {
    const found = types.get(type) ?? { count: 0, attributes: new Map() }
    found.count++
    for (const [name, attribute] of Object.entries(attributes))
      found.attributes.set(name, (found.attributes.get(name) ?? new Set()).add(attribute.type))
    types.set(type, found)
  }
  return types
}

interface AttributeFound {
  count: number
  readonly kinds: Set<string>
  readonly typeNames: Set<string>
}

function attributesOf(entities: TwinEntities): Map<string, AttributeFound> {
  const attributes = new Map<string, AttributeFound>()
  for (const { type, attributes: own } of entities.all())
    for (const [name, attribute] of Object.entries(own)) {
      const found = attributes.get(name) ?? { count: 0, kinds: new Set(), typeNames: new Set() }
      found.count++
      found.kinds.add(attribute.type)
      found.typeNames.add(type)
      attributes.set(name, found)
    }
  return attributes
}
