import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Role } from '../../core/ports.ts'
import { sameText } from '../../core/secret.ts'

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Null: a public client. */
  readonly clientSecret: string | null
  readonly redirectUrl: string
  /** What people call it. */
  readonly name: string
  readonly scopes: string
  /** Dotted path of the claim with the roles. */
  readonly roleClaim: string
  readonly roles: ReadonlyMap<string, Role>
  readonly sessionSeconds: number
}

const Metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
})
type Metadata = z.infer<typeof Metadata>

const TokenAnswer = z.object({ id_token: z.string().max(65_536) })

const ANSWER_MS = 5000
const ANSWER_BYTES_MAX = 256 * 1024
const METADATA_MS = 3_600_000
const CLOCK_TOLERANCE_S = 30
// Signatures by a key that only the provider has: neither none nor a shared secret.
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

type OidcFault = 'oidc_unreachable' | 'oidc_refused' | 'oidc_not_valid' | 'oidc_no_role'

/** What went wrong at the provider, as data: the code, and for the log why. */
export class OidcError extends Error {
  readonly code: OidcFault
  constructor(code: OidcFault, message: string) {
    super(message)
    this.code = code
  }
}

export interface Attempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** The OpenID Connect provider: authorization code flow with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636). */
export class Provider {
  readonly #settings: OidcSettings
  #metadata: { readonly found: Metadata; readonly until: number } | null = null
  #keys: ReturnType<typeof createRemoteJWKSet> | null = null

  constructor(settings: OidcSettings) {
    this.#settings = settings
  }

  /** Where to send the browser. `challenge` is the digest of the attempt's verifier. */
  async authorizeUrl({ state, nonce }: Attempt, challenge: string): Promise<string> {
    const { clientId, redirectUrl, scopes } = this.#settings
    const url = new URL((await this.#discover()).authorization_endpoint)
    const query = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUrl,
      scope: scopes,
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url.href
  }

  /** The claims of the ID token that the code is worth, once all of OpenID Connect Core §3.1.3.7 holds. */
  async claims(code: string, { nonce, verifier }: Attempt): Promise<JWTPayload & { sub: string }> {
    const metadata = await this.#discover()
    const idToken = await this.#exchange(metadata, code, verifier)
    this.#keys ??= createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: ANSWER_MS })
    const { issuer, clientId } = this.#settings
    const { payload } = await jwtVerify(idToken, this.#keys, {
      issuer,
      audience: clientId,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
    }).catch((error: unknown) => {
      throw faultOfKeys(error)
    })
    const refuse = (why: string) => new OidcError('oidc_not_valid', `the ID token ${why}`)
    if (!sameText(String(payload.nonce), nonce)) throw refuse('has the nonce of another sign-in')
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp === undefined)
      throw refuse('is for several, and does not say for whom it was made')
    if (payload.azp !== undefined && payload.azp !== clientId) throw refuse('was made for another client')
    if (!payload.sub || payload.sub.length > 255) throw refuse('names no subject')
    return { ...payload, sub: payload.sub }
  }

  async #exchange(metadata: Metadata, code: string, verifier: string): Promise<string> {
    const { clientId, clientSecret, redirectUrl } = this.#settings
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUrl,
      code_verifier: verifier,
    })
    const headers: Record<string, string> = { accept: 'application/json' }
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    if (clientSecret !== null && methods.includes('client_secret_basic')) {
      // RFC 6749 §2.3.1: both are form-encoded before they are joined.
      const pair = [clientId, clientSecret].map((part) => encodeURIComponent(part)).join(':')
      headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
    } else {
      form.set('client_id', clientId)
      if (clientSecret !== null) form.set('client_secret', clientSecret)
    }
    const answer = await ask(metadata.token_endpoint, { method: 'POST', headers, body: form })
    const parsed = TokenAnswer.safeParse(answer)
    if (!parsed.success) throw new OidcError('oidc_not_valid', 'the provider gave no ID token')
    return parsed.data.id_token
  }

  async #discover(): Promise<Metadata> {
    if (this.#metadata && this.#metadata.until > Date.now()) return this.#metadata.found
    const { issuer } = this.#settings
    const answer = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {})
    const parsed = Metadata.safeParse(answer)
    if (!parsed.success) throw new OidcError('oidc_not_valid', 'the provider does not describe itself')
    const { data } = parsed
    if (data.issuer !== issuer)
      throw new OidcError('oidc_not_valid', `the provider calls itself ${data.issuer}, not ${issuer}`)
    const isSafe = [data.authorization_endpoint, data.token_endpoint, data.jwks_uri].every(
      (url) => url.startsWith('https://') || issuer.startsWith('http://'),
    )
    if (!isSafe) throw new OidcError('oidc_not_valid', 'the provider names an address that is not https')
    this.#metadata = { found: data, until: Date.now() + METADATA_MS }
    this.#keys = null
    return data
  }
}

function faultOfKeys(error: unknown): OidcError {
  if (error instanceof errors.JWKSTimeout || error instanceof TypeError)
    return new OidcError('oidc_unreachable', 'the keys of the provider cannot be read')
  return new OidcError('oidc_not_valid', `the ID token does not hold: ${(error as Error).message}`)
}

/** One answer in JSON: bounded in time and size, and from nowhere else than where it was asked. */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  const signal = AbortSignal.timeout(ANSWER_MS)
  try {
    const response = await fetch(url, { ...init, signal, redirect: 'error' })
    const text = await readBounded(response)
    if (response.ok) return JSON.parse(text)
    const code = response.status < 500 ? 'oidc_refused' : 'oidc_unreachable'
    throw new OidcError(code, `${new URL(url).pathname} of the provider answered ${response.status}`)
  } catch (error) {
    if (error instanceof OidcError) throw error
    throw new OidcError('oidc_unreachable', `the provider does not answer: ${(error as Error).message}`)
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) throw new Error('too long an answer')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
