import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Role } from '../core/ports.ts'
import type { Credentials, Token } from '../store/credentials.ts'
import { problem } from './problem.ts'
import { type Asker, askerOf, type Sessions } from './sessions.ts'
import { nameOfToken, type SignInGuard, tooManyAttempts } from './sign-in-guard.ts'

export const SESSION_COOKIE = 'plumbline_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the access check of every route below /api/v1. */
    principal: Asker | null
  }
  interface FastifyContextConfig {
    /** Open to who is not signed in; every other route names its roles with `allow`. */
    open?: true
  }
}

/** Tells who asks, by bearer token or by the browser's session. */
export class Access {
  readonly sessions: Sessions
  readonly guard: SignInGuard
  readonly #credentials: Credentials

  constructor(credentials: Credentials, sessions: Sessions, guard: SignInGuard) {
    this.#credentials = credentials
    this.sessions = sessions
    this.guard = guard
  }

  /** Null: wrong, counted and recorded. 'over': too many wrong ones, it was not looked at. */
  async checkToken(request: FastifyRequest, text: string): Promise<Token | 'over' | null> {
    const name = nameOfToken(text)
    if (this.guard.isOver(request.ip, name)) return 'over'
    const token = await this.#credentials.checkToken(text)
    if (token) this.guard.right(request.ip, name)
    else await this.guard.failed(request, name, 'wrong token')
    return token
  }

  async whoAsks(request: FastifyRequest): Promise<Asker | 'over' | null> {
    const [scheme, text] = request.headers.authorization?.split(' ') ?? []
    if (scheme?.toLowerCase() === 'bearer') {
      const token = text === undefined ? null : await this.checkToken(request, text)
      return token === null || token === 'over' ? token : askerOf(token)
    }
    const cookie = request.cookies[SESSION_COOKIE]
    return cookie === undefined || !isSameSite(request) ? null : this.sessions.whose(cookie)
  }
}

/** Below this instance every request has its principal, and no route is without a word on who may use it: one that forgot it
 *  does not start. */
export function identify(app: FastifyInstance, access: Access): void {
  app.decorateRequest('principal', null)
  app.addHook('onRequest', async (request, reply) => {
    const asker = await access.whoAsks(request)
    if (asker === 'over') return tooManyAttempts(reply)
    request.principal = asker
  })
  app.addHook('onRoute', ({ method, url, config, onRequest = [] }) => {
    const hooks: readonly unknown[] = Array.isArray(onRequest) ? onRequest : [onRequest]
    if (config?.open !== true && !hooks.some((hook) => typeof hook === 'function' && GATES.has(hook)))
      throw new Error(
        `${method} ${url} names no roles: it takes onRequest: allow(…), or config: { open: true }`,
      )
  })
}

/** SameSite=Strict keeps other sites' requests without the cookie; this stands behind it for what changes anything: the browser
 *  must say that its own page asks. */
function isSameSite({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === headers.host
}

const GATES = new WeakSet<object>()

/** Lets in who has one of the roles; the administrator always. No roles: anybody who is signed in. */
export function allow(...roles: Role[]): onRequestAsyncHookHandler {
  const gate: onRequestAsyncHookHandler = async (request: FastifyRequest, reply: FastifyReply) => {
    const { principal } = request
    if (!principal) {
      reply.header('www-authenticate', 'Bearer realm="plumbline"')
      return problem(reply, 401, 'not_signed_in', 'send a token: Authorization: Bearer <token>')
    }
    const has = (role: Role) => principal.roles.includes(role)
    if (has('admin') || roles.length === 0 || roles.some(has)) return
    return problem(
      reply,
      403,
      'role_not_allowed',
      `takes one of the roles ${[...roles, 'admin'].join(', ')}; you have ${principal.roles.join(', ')}`,
    )
  }
  GATES.add(gate)
  return gate
}
