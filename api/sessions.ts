import { createHmac } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { ROLES, type Role } from '../core/ports.ts'
import { newSecret } from '../core/secret.ts'
import type { Credentials, Token } from '../store/credentials.ts'

export const SESSION_SECONDS = 12 * 3600
const ENDED_MAX = 10_000

/** Who asks: a token, or a person that the OIDC provider knows. */
export interface Asker {
  /** `token:<id>` or `oidc:<subject>`: as the audit log names it. */
  readonly actor: string
  /** Of the token; for a person the same as `actor`. What is revoked is ended by it. */
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly roles: readonly Role[]
  /** When the session ends, epoch seconds; null: it is no session, or a token that holds until it is revoked. */
  readonly expiresAt: number | null
}

export interface Person {
  readonly subject: string
  readonly name: string
  readonly roles: readonly [Role, ...Role[]]
}

export const askerOf = ({ id, name, role }: Token, expiresAt: number | null = null): Asker => ({
  actor: `token:${id}`,
  id,
  name,
  role,
  roles: [role],
  expiresAt,
})

/** Browser sessions: signed cookies. */
export class Sessions {
  readonly #credentials: Credentials
  readonly #key: Uint8Array
  /** Signed out before their time; of this process only, the oldest forgotten first. */
  readonly #ended = new Set<string>()

  constructor(credentials: Credentials, secretKey: Uint8Array) {
    this.#credentials = credentials
    // A key of its own, so that a session's signature says nothing of the keyed hashes.
    this.#key = createHmac('sha256', secretKey).update('session').digest()
  }

  /** Worth as much as the token it came from, while that is in force. */
  ofToken({ id, createdAt }: Token): Promise<string> {
    return this.#sign(id, { createdAt }, SESSION_SECONDS)
  }

  /** Carries the roles that the provider gave: they hold until it ends. */
  ofPerson({ subject, name, roles }: Person, seconds: number): Promise<string> {
    return this.#sign(subject, { oidc: true, name, roles }, seconds)
  }

  #sign(subject: string, claims: Record<string, unknown>, seconds: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setJti(newSecret())
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(this.#key)
  }

  async whose(cookie: string): Promise<Asker | null> {
    const claims = await this.#claimsOf(cookie)
    if (!claims || this.#ended.has(claims.jti ?? '')) return null
    const { sub = '', exp = 0 } = claims
    if (claims.oidc === true) return personIn(sub, exp, claims)
    const token = this.#credentials.token(sub)
    // A token that was replaced under the same id is another token.
    return token && token.createdAt === claims.createdAt ? askerOf(token, exp) : null
  }

  /** From now on this cookie opens nothing, whoever has a copy. */
  async end(cookie: string): Promise<void> {
    const claims = await this.#claimsOf(cookie)
    if (claims?.jti === undefined) return
    const [oldest] = this.#ended
    if (this.#ended.size >= ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest)
    this.#ended.add(claims.jti)
  }

  async #claimsOf(cookie: string) {
    try {
      return (await jwtVerify(cookie, this.#key, { algorithms: ['HS256'] })).payload
    } catch {
      return null
    }
  }
}

function personIn(subject: string, expiresAt: number, claims: Record<string, unknown>): Asker | null {
  const roles = ROLES.filter((role) => Array.isArray(claims.roles) && claims.roles.includes(role))
  const [role] = rolesByWeight(roles)
  if (role === undefined) return null
  const actor = `oidc:${subject}`
  return { actor, id: actor, name: String(claims.name ?? ''), role, roles, expiresAt }
}

const WEIGHT: readonly Role[] = ['admin', 'integrator', 'statistician', 'operator']
/** The one that may do most first. */
export const rolesByWeight = (roles: readonly Role[]): Role[] => WEIGHT.filter((role) => roles.includes(role))
