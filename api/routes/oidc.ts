import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SESSION_COOKIE } from '../access.ts'
import type { RouteOptions } from '../app.ts'
import { ATTEMPT_SECONDS } from '../oidc/attempt-cookie.ts'
import { OidcError } from '../oidc/provider.ts'
import { OidcSignIn } from '../oidc/sign-in.ts'
import { Problem, problem } from '../problem.ts'
import { summaryOf } from '../redact.ts'
import { tooManyAttempts } from '../sign-in-guard.ts'

const ATTEMPT_COOKIE = 'plumbline_oidc'
const GUARDED_NAME = 'oidc'

const Answer = z.object({
  code: z.string().min(1).max(4096).optional(),
  state: z.string().max(200).optional(),
  iss: z.string().max(400).optional(),
  error: z.string().max(200).optional(),
})

const open = { open: true, audit: false } as const
const wiring = (description: string) => ({
  config: open,
  schema: { tags: ['session'], security: [], description, response: { 404: Problem } },
})

/** Sign-in of people by the OpenID Connect provider. Browsers come here, so a refusal sends them to the page, which says why. */
export const oidcRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  const { oidc, audit, log } = parts
  const signIn = oidc && new OidcSignIn(oidc, parts.secretKey)
  const secure = parts.tls !== null || oidc?.redirectUrl.startsWith('https:') === true
  // Lax: the browser comes back from the provider's site.
  const cookie = { path: '/api/v1/session/oidc', httpOnly: true, sameSite: 'lax', secure } as const
  const sessionCookie = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const

  app.get(
    '/session/options',
    {
      config: open,
      schema: {
        tags: ['session'],
        security: [],
        description: 'How people may sign in here, besides with a token.',
        response: { 200: z.object({ oidc: z.object({ name: z.string() }).nullable() }) },
      },
    },
    async () => ({ oidc: oidc && { name: oidc.name } }),
  )

  app.get('/session/oidc', wiring('Sends the browser to the provider.'), async (_request, reply) => {
    if (!signIn) return notConfigured(reply)
    try {
      const { url, cookie: attempt } = await signIn.begin()
      return reply
        .setCookie(ATTEMPT_COOKIE, attempt, { ...cookie, maxAge: ATTEMPT_SECONDS })
        .redirect(url, 302)
    } catch (error) {
      return backToPage(reply, faultOf(error))
    }
  })

  const route = wiring('Where the provider sends the browser back; makes the session.')
  app.get(
    '/session/oidc/callback',
    { ...route, schema: { ...route.schema, querystring: Answer } },
    async (request, reply) => {
      if (!signIn) return notConfigured(reply)
      if (access.guard.isOver(request.ip, GUARDED_NAME)) return tooManyAttempts(reply)
      reply.clearCookie(ATTEMPT_COOKIE, cookie)
      const maxAge = oidc?.sessionSeconds ?? 0
      try {
        const person = await signIn.finish(request.query, request.cookies[ATTEMPT_COOKIE])
        const session = await access.sessions.ofPerson(person, maxAge)
        access.guard.right(request.ip, GUARDED_NAME)
        await audit.record({
          actor: `oidc:${person.subject}`,
          actorName: person.name,
          role: person.roles[0],
          action: 'sign-in',
          targets: [],
          address: request.ip,
          summary: summaryOf({ by: 'oidc', roles: person.roles }),
        })
        return reply.setCookie(SESSION_COOKIE, session, { ...sessionCookie, maxAge }).redirect('/', 303)
      } catch (error) {
        const { code, message } = faultOf(error)
        await access.guard.failed(request, GUARDED_NAME, `${code}: ${message}`)
        return backToPage(reply, { code, message })
      }
    },
  )

  function faultOf(error: unknown): Pick<OidcError, 'code' | 'message'> {
    if (!(error instanceof OidcError)) throw error
    const { code, message } = error
    log.warn({ code, reason: message }, 'a sign-in by the OpenID Connect provider failed')
    return { code, message }
  }
}

const backToPage = (reply: FastifyReply, { code }: Pick<OidcError, 'code' | 'message'>) =>
  reply.redirect(`/#sign-in-failed=${code}`, 303)

const notConfigured = (reply: FastifyReply) =>
  problem(reply, 404, 'oidc_not_configured', 'people sign in with tokens here; see OIDC_ISSUER')
