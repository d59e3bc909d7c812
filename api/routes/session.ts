import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ROLES } from '../../core/ports.ts'
import { allow, SESSION_COOKIE } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { summaryOf } from '../redact.ts'
import { type Asker, askerOf, SESSION_SECONDS } from '../sessions.ts'
import { tooManyAttempts } from '../sign-in-guard.ts'

const Session = z.object({
  role: z.enum(ROLES),
  roles: z.array(z.enum(ROLES)),
  name: z.string(),
  synthetic: z.boolean().describe('the data here is simulated'),
})

// Recorded here: whether or not the database is there to take the record, people can sign in.
const open = { open: true, audit: false } as const

/** A browser's session: a token becomes a cookie that no script can read. */
export const sessionRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  const secure = parts.tls !== null || parts.oidc?.redirectUrl.startsWith('https:') === true
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const
  const shown = ({ role, roles, name }: Asker) => ({
    role,
    roles: [...roles],
    name,
    synthetic: parts.isSynthetic,
  })
  /** Checked already, as with any request. */
  const ofHeader = ({ headers, principal }: FastifyRequest) =>
    headers.authorization && principal ? parts.credentials.token(principal.id) : null
  const record = ({ actor, name, role }: Asker, action: string, address: string) =>
    parts.audit.record({
      actor,
      actorName: name,
      role,
      action,
      targets: [],
      address,
      summary: summaryOf(action === 'sign-in' ? { by: 'token' } : {}),
    })

  app.post(
    '/session',
    {
      config: open,
      schema: {
        tags: ['session'],
        security: [],
        body: z.object({ token: z.string().max(400).optional() }).nullish(),
        response: { 200: Session, 401: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const given = request.body?.token
      const token = given === undefined ? ofHeader(request) : await access.checkToken(request, given.trim())
      if (token === 'over') return tooManyAttempts(reply)
      if (!token) return problem(reply, 401, 'wrong_token', 'this token is not known or was revoked')
      reply.setCookie(SESSION_COOKIE, await access.sessions.ofToken(token), {
        ...cookie,
        maxAge: SESSION_SECONDS,
      })
      await record(askerOf(token), 'sign-in', request.ip)
      return shown(askerOf(token))
    },
  )

  app.get(
    '/session',
    { onRequest: allow(), schema: { tags: ['session'], response: { 200: Session, 401: Problem } } },
    async ({ principal }, reply) => (principal ? shown(principal) : problem(reply, 401, 'not_signed_in')),
  )

  app.delete(
    '/session',
    { config: open, schema: { tags: ['session'], response: { 204: z.null() } } },
    async (request, reply) => {
      const { principal, cookies } = request
      if (principal && principal.expiresAt !== null) {
        await access.sessions.end(cookies[SESSION_COOKIE] ?? '')
        await record(principal, 'sign-out', request.ip)
      }
      reply.clearCookie(SESSION_COOKIE, cookie)
      return reply.code(204).send(null)
    },
  )
}
