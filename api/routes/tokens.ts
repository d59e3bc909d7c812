import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ROLES } from '../../core/ports.ts'
import { formatTime } from '../../core/time.ts'
import { allow } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { page } from '../schemas.ts'

const Token = z.object({ id: z.string(), name: z.string(), role: z.enum(ROLES) })

export const tokenRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { credentials } }) => {
  app.get(
    '/tokens',
    {
      onRequest: allow('admin'),
      schema: { tags: ['tokens'], response: { 200: page(Token.extend({ createdAt: z.string() })) } },
    },
    async () => ({
      items: credentials
        .tokens()
        .map(({ id, name, role, createdAt }) => ({ id, name, role, createdAt: formatTime(createdAt) })),
    }),
  )

  app.post(
    '/tokens',
    {
      onRequest: allow('admin'),
      schema: {
        tags: ['tokens'],
        body: z.object({ name: z.string().min(1).max(100), role: z.enum(ROLES) }),
        response: { 201: Token.extend({ token: z.string().describe('seen this once') }) },
      },
    },
    async ({ body }, reply) => {
      const { id, name, role, token } = await credentials.createToken(body.name, body.role)
      return reply.code(201).send({ id, name, role, token })
    },
  )

  app.delete(
    '/tokens/:id',
    {
      onRequest: allow('admin'),
      schema: {
        tags: ['tokens'],
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params }, reply) =>
      (await credentials.revoke(params.id))
        ? reply.code(204).send(null)
        : problem(reply, 404, 'token_not_found'),
  )
}
