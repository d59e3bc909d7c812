import { sameText } from '../../core/secret.ts'
import type { Person } from '../sessions.ts'
import { AttemptCookie, challengeOf, newAttempt } from './attempt-cookie.ts'
import { OidcError, type OidcSettings, Provider } from './provider.ts'
import { rolesIn } from './roles.ts'

const NAME_CHARS_MAX = 100

/** What the provider gave the browser to bring back. */
export interface Answer {
  readonly code?: string | undefined
  readonly state?: string | undefined
  readonly iss?: string | undefined
  readonly error?: string | undefined
}

/** A person's sign-in, from the button to the claims. What goes wrong is an OidcError. */
export class OidcSignIn {
  readonly #settings: OidcSettings
  readonly #provider: Provider
  readonly #attempts: AttemptCookie

  constructor(settings: OidcSettings, secretKey: Uint8Array) {
    this.#settings = settings
    this.#provider = new Provider(settings)
    this.#attempts = new AttemptCookie(secretKey)
  }

  /** Where the browser is sent, and the cookie by which it is known when it comes back. */
  async begin(): Promise<{ url: string; cookie: string }> {
    const attempt = newAttempt()
    const url = await this.#provider.authorizeUrl(attempt, challengeOf(attempt))
    return { url, cookie: await this.#attempts.sign(attempt) }
  }

  async finish({ code, state = '', iss, error }: Answer, cookie: string | undefined): Promise<Person> {
    const { issuer, roleClaim, roles } = this.#settings
    const attempt = await this.#attempts.read(cookie)
    if (!attempt || !sameText(attempt.state, state))
      throw new OidcError('oidc_not_valid', 'no sign-in of this browser is under way, or it took too long')
    // RFC 9207: another provider's answer.
    if (iss !== undefined && iss !== issuer)
      throw new OidcError('oidc_not_valid', 'another provider answered')
    if (error !== undefined || code === undefined)
      throw new OidcError('oidc_refused', `the provider refused: ${error ?? 'no code'}`)
    const claims = await this.#provider.claims(code, attempt)
    const [role, ...more] = rolesIn(claims, roleClaim, roles)
    if (role === undefined) throw new OidcError('oidc_no_role', `${claims.sub} has no role here`)
    return { subject: claims.sub, name: nameIn(claims), roles: [role, ...more] }
  }
}

function nameIn({ name, preferred_username: username, email, sub }: Record<string, unknown>): string {
  const found = [name, username, email, sub].find((text) => typeof text === 'string' && text !== '')
  return String(found).slice(0, NAME_CHARS_MAX)
}
