import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ROLES } from '../../core/ports.ts'
import { allow, SESSION_COOKIE, SESSION_SECONDS } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'

const Session = z.object({
  role: z.enum(ROLES),
  name: z.string(),
  synthetic: z.boolean().describe('the data here is simulated'),
})

/** A browser's session: a token becomes a cookie that no script can read. */
export const sessionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: parts.tls !== null } as const

  app.post(
    '/session',
    {
      schema: {
        tags: ['session'],
        security: [],
        body: z.object({ token: z.string().max(400).optional() }).nullish(),
        response: { 200: Session, 401: Problem },
      },
    },
    async (request, reply) => {
      const given = request.body?.token
      const token =
        given !== undefined
          ? await access.checkToken(given.trim())
          : request.headers.authorization
            ? request.principal
            : null
      if (!token) return problem(reply, 401, 'wrong_token', 'this token is not known or was revoked')
      reply.setCookie(SESSION_COOKIE, await access.sign(token), { ...cookie, maxAge: SESSION_SECONDS })
      return { role: token.role, name: token.name, synthetic: parts.isSynthetic }
    },
  )

  app.get(
    '/session',
    { onRequest: allow(), schema: { tags: ['session'], response: { 200: Session, 401: Problem } } },
    async ({ principal }) => ({
      role: principal?.role ?? 'operator',
      name: principal?.name ?? '',
      synthetic: parts.isSynthetic,
    }),
  )

  app.delete(
    '/session',
    { schema: { tags: ['session'], response: { 204: z.null() } } },
    async (_request, reply) => {
      reply.clearCookie(SESSION_COOKIE, cookie)
      return reply.code(204).send(null)
    },
  )
}
