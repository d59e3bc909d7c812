import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { RELATION_KINDS, type Relation } from '../../core/relation.ts'
import { formatTime, microsNow } from '../../core/time.ts'
import type { RelationFault } from '../../digital-twin/relations/relations.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Cursor, Id, limit, page, pageOf } from '../schemas.ts'

const NewRelation = z.strictObject({ kind: z.enum(RELATION_KINDS), from: Id, to: Id })
const RelationDocument = NewRelation.extend({ id: z.number(), createdAt: z.string() })
const IdOfRelation = z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })

const STATUS = { entity_not_found: 404, relation_exists: 409, relation_loop: 422 } as const satisfies Record<
  RelationFault['code'],
  number
>
const MANY_MAX = 10_000

const documentOf = ({ id, kind, from, to, createdAt }: Relation) => ({
  ...{ id, kind, from, to },
  createdAt: formatTime(createdAt),
})

/** How entities hang together. */
export const relationRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { relations } }) => {
  app.get(
    '/relations',
    {
      onRequest: allow(),
      schema: {
        tags: ['relations'],
        querystring: z.object({
          entity: Id.optional().describe('at either end'),
          kind: z.enum(RELATION_KINDS).optional(),
          limit: limit(10_000, 1000),
          cursor: Cursor.refine((text) => text === undefined || /^\d{1,15}$/.test(text), 'not one of ours'),
        }),
        response: { 200: page(RelationDocument) },
      },
    },
    async ({ query: { entity, kind, limit, cursor } }) => {
      const after = Number(cursor ?? 0)
      const found: Relation[] = []
      for (const relation of relations.all()) {
        const { from, to } = relation
        if (relation.id <= after || (kind !== undefined && relation.kind !== kind)) continue
        if (entity !== undefined && from !== entity && to !== entity) continue
        if (found.push(relation) > limit) break
      }
      return pageOf(found.map(documentOf), limit, ({ id }) => String(id))
    },
  )

  app.post(
    '/relations',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['relations'],
        description:
          'Joins two entities. Each kind is free of loops: one that would close one is refused with the way round.',
        body: NewRelation,
        response: { 201: RelationDocument, 404: Problem, 409: Problem, 422: Problem },
      },
    },
    async ({ body }, reply) => {
      const made = await relations.create([body], microsNow())
      if (Array.isArray(made)) return reply.code(201).send(documentOf(made[0] as Relation))
      const [{ code, detail }] = [...made.values()] as [RelationFault]
      return problem(reply, STATUS[code], code, detail)
    },
  )

  app.post(
    '/relations/import',
    {
      onRequest: allow('integrator'),
      schema: {
        tags: ['relations'],
        description: `Makes up to ${MANY_MAX} relations, all or none: 422 names each that cannot be, counted from 1.`,
        body: z.object({ items: z.array(NewRelation).min(1).max(MANY_MAX) }),
        response: { 201: z.object({ created: z.number() }), 422: Problem },
      },
    },
    async ({ body: { items } }, reply) => {
      const made = await relations.create(items, microsNow())
      if (Array.isArray(made)) return reply.code(201).send({ created: made.length })
      const faults = [...made].map(([at, { code, detail }]) => `item ${at + 1}: ${code}, ${detail}`)
      return problem(reply, 422, 'relations_refused', shortened(faults).join('; '))
    },
  )

  app.delete(
    '/relations/:id',
    {
      onRequest: allow('integrator'),
      schema: { tags: ['relations'], params: IdOfRelation, response: { 204: z.null(), 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      const removed = await relations.remove(id, microsNow())
      if (removed) return reply.code(204).send(null)
      return problem(reply, 404, 'relation_not_found', `no relation ${id}`)
    },
  )
}

const FAULTS_NAMED = 50

const shortened = (faults: readonly string[]): readonly string[] =>
  faults.length <= FAULTS_NAMED
    ? faults
    : [...faults.slice(0, FAULTS_NAMED), `and ${faults.length - FAULTS_NAMED} more`]
