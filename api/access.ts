import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { jwtVerify, SignJWT } from 'jose'
import type { Role } from '../core/ports.ts'
import type { Credentials, Token } from '../store/credentials.ts'
import { problem } from './problem.ts'

export const SESSION_COOKIE = 'plumbline_session'
export const SESSION_SECONDS = 12 * 3600

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the access check of every route below /api/v1. */
    principal: Token | null
  }
}

/** Tells who asks, by bearer token or by the browser's session, and lets a route name the roles it takes. */
export class Access {
  readonly #credentials: Credentials
  readonly #sessionKey: Uint8Array

  constructor(credentials: Credentials, secretKey: Uint8Array) {
    this.#credentials = credentials
    // A key of its own, so that a session's signature says nothing of the keyed hashes.
    this.#sessionKey = createHmac('sha256', secretKey).update('session').digest()
  }

  checkToken = (text: string): Promise<Token | null> => this.#credentials.checkToken(text)

  /** The cookie of a browser session: signed, and worth as much as the token it came from, while that is in force. */
  async sign({ id, createdAt }: Token): Promise<string> {
    return new SignJWT({ createdAt })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setIssuedAt()
      .setExpirationTime(`${SESSION_SECONDS}s`)
      .sign(this.#sessionKey)
  }

  async whoAsks(request: FastifyRequest): Promise<Token | null> {
    const [scheme, text] = request.headers.authorization?.split(' ') ?? []
    if (scheme?.toLowerCase() === 'bearer') return text === undefined ? null : this.checkToken(text)
    const cookie = request.cookies[SESSION_COOKIE]
    if (cookie === undefined || !isSameSite(request)) return null
    try {
      const { payload } = await jwtVerify(cookie, this.#sessionKey, { algorithms: ['HS256'] })
      const token = this.#credentials.token(payload.sub ?? '')
      // A token that was replaced under the same id is another token.
      return token && token.createdAt === payload.createdAt ? token : null
    } catch {
      return null
    }
  }
}

/** SameSite=Strict keeps other sites' requests without the cookie; this stands behind it for what changes anything. */
function isSameSite({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return (
    headers.origin === undefined ||
    (URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host)
  )
}

/** Lets in who has one of the roles; the administrator always. No roles: anybody who is signed in. */
export function allow(...roles: Role[]): onRequestAsyncHookHandler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { principal } = request
    if (!principal) {
      reply.header('www-authenticate', 'Bearer realm="plumbline"')
      return problem(reply, 401, 'not_signed_in', 'send a token: Authorization: Bearer <token>')
    }
    if (principal.role === 'admin' || roles.length === 0 || roles.includes(principal.role)) return
    return problem(
      reply,
      403,
      'role_not_allowed',
      `takes one of the roles ${[...roles, 'admin'].join(', ')}; the token has ${principal.role}`,
    )
  }
}
