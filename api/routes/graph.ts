import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { RELATION_KINDS, type RelationKind } from '../../core/relation.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { IdParams } from '../schemas.ts'

const Node = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string().nullable(),
  area: z.string().nullable(),
})
const Edge = z.object({ kind: z.enum(RELATION_KINDS), from: z.string(), to: z.string() })

const ITEMS_MAX = 10_000
const CUSTOMERS: ReadonlySet<string> = new Set(['water-meter', 'power-meter'])

/** What is above and below an entity, and what hangs on it. */
export const graphRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts }) => {
  const { registry, relations } = parts
  const { graph } = relations

  const nodeOf = (id: string) => {
    const entity = registry.entity(id)
    return { id, type: entity?.type ?? '', name: entity?.name ?? null, area: entity?.area ?? null }
  }

  app.get(
    '/entities/:id/graph',
    {
      onRequest: allow(),
      schema: {
        tags: ['relations'],
        description: `What it hangs together with: \`up\`, what feeds it, measures it, is part of it; \`down\`, the other way. At most ${ITEMS_MAX}.`,
        params: IdParams,
        querystring: z.object({
          direction: z.enum(['up', 'down', 'both']).default('both'),
          kind: z.enum(RELATION_KINDS).optional(),
          depth: z.coerce.number().int().min(1).max(100).default(100),
        }),
        response: {
          200: z.object({
            items: z.array(Node.extend({ depth: z.number().describe('below it; negative: above') })),
            relations: z.array(Edge),
            truncated: z.boolean(),
          }),
          404: Problem,
        },
      },
    },
    async ({ params: { id }, query: { direction, kind, depth } }, reply) => {
      if (!registry.entity(id)) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      const kinds = kind ? [kind] : RELATION_KINDS
      const depths = new Map<string, number>([[id, 0]])
      if (direction !== 'down')
        for (const [one, far] of graph.walk(id, 'before', kinds, depth)) depths.set(one, -far)
      if (direction !== 'up')
        for (const [one, far] of graph.walk(id, 'after', kinds, depth)) depths.set(one, far)
      const shown = [...depths].slice(0, ITEMS_MAX)
      return {
        items: shown.map(([one, far]) => ({ ...nodeOf(one), depth: far })),
        relations: edgesAmong(new Set(shown.map(([one]) => one)), kinds),
        truncated: depths.size > ITEMS_MAX,
      }
    },
  )

  function edgesAmong(ids: ReadonlySet<string>, kinds: readonly RelationKind[]) {
    const edges: z.infer<typeof Edge>[] = []
    for (const from of ids)
      for (const kind of kinds)
        for (const to of graph.after(from, kind)) if (ids.has(to)) edges.push({ kind, from, to })
    return edges
  }

  app.get(
    '/entities/:id/impact',
    {
      onRequest: allow(),
      schema: {
        tags: ['relations'],
        description: `What loses supply if this entity lets nothing through (a valve that closes, a feeder that trips), and what below it is still fed another way. At most ${ITEMS_MAX} of each are listed, all are counted.`,
        params: IdParams,
        response: {
          200: z.object({
            entity: z.string(),
            lost: z.array(Node),
            stillFed: z.array(Node),
            customers: z.number().describe('meters among those that lose it'),
            truncated: z.boolean(),
          }),
          404: Problem,
        },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!registry.entity(id)) return problem(reply, 404, 'entity_not_found', `no entity ${id}`)
      const { lost, stillFed } = graph.impact(id)
      return {
        entity: id,
        lost: lost.slice(0, ITEMS_MAX).map(nodeOf),
        stillFed: stillFed.slice(0, ITEMS_MAX).map(nodeOf),
        customers: lost.filter((one) => CUSTOMERS.has(registry.entity(one)?.type ?? '')).length,
        truncated: Math.max(lost.length, stillFed.length) > ITEMS_MAX,
      }
    },
  )
}
