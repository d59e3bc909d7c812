import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { onTestFinished } from 'vitest'

/** How the provider is to misbehave at the next sign-in. */
export interface Misbehaviour {
  /** Overrides of the ID token's claims; undefined leaves one out. */
  readonly claims?: Record<string, unknown>
  /** Signed how: by its own key, by another one under the same id, by nobody, or with the client secret (HS256). */
  readonly signedBy?: 'itself' | 'another' | 'nobody' | 'client-secret'
  readonly expiresInS?: number
  readonly tokenStatus?: number
  readonly error?: string
}

export interface OidcProvider {
  readonly issuer: string
  /** What the token endpoint was asked, newest last. */
  readonly exchanges: { readonly form: URLSearchParams; readonly authorization: string | undefined }[]
  claims: Record<string, unknown>
  misbehave: Misbehaviour
  close(): Promise<void>
  /** Plays the person's browser: follows the authorization request to the address that leads back. */
  consent(authorizeUrl: string): Promise<string>
}

const KEY_ID = 'k1'

/** An OpenID Connect provider on loopback: it checks the client, the redirect and PKCE as a real one does. */
export async function startOidcProvider(client: {
  id: string
  secret: string | null
  redirectUrl(): string
}): Promise<OidcProvider> {
  const own = await generateKeyPair('RS256')
  const other = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(own.publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' }
  const codes = new Map<string, { nonce: string; challenge: string }>()

  async function idToken(nonce: string): Promise<string> {
    const { claims = {}, signedBy = 'itself', expiresInS = 300 } = provider.misbehave
    const now = Math.floor(Date.now() / 1000)
    const standard = {
      iss: provider.issuer,
      aud: client.id,
      sub: 'p-1',
      iat: now,
      exp: now + expiresInS,
      nonce,
    }
    const payload: JWTPayload = { ...standard, ...provider.claims, ...claims }
    if (signedBy === 'nobody') return new UnsecuredJWT(payload).encode()
    if (signedBy === 'client-secret')
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode((client.secret ?? '').padEnd(32, '.')))
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .sign(signedBy === 'another' ? other.privateKey : own.privateKey)
  }

  function authorize(query: URLSearchParams, answer: ServerResponse): void {
    const challenge = query.get('code_challenge') ?? ''
    const isSound =
      query.get('client_id') === client.id &&
      query.get('redirect_uri') === client.redirectUrl() &&
      query.get('response_type') === 'code' &&
      query.get('code_challenge_method') === 'S256' &&
      challenge !== ''
    if (!isSound) return void answer.writeHead(400).end()
    const back = new URL(client.redirectUrl())
    back.searchParams.set('state', query.get('state') ?? '')
    if (provider.misbehave.error) back.searchParams.set('error', provider.misbehave.error)
    else {
      const code = `code-${codes.size}`
      codes.set(code, { nonce: query.get('nonce') ?? '', challenge })
      back.searchParams.set('code', code)
    }
    answer.writeHead(302, { location: back.href }).end()
  }

  async function exchange(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    const { authorization } = request.headers
    provider.exchanges.push({ form, authorization })
    const code = form.get('code') ?? ''
    const known = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isClient =
      client.secret === null
        ? form.get('client_id') === client.id
        : basicPair(authorization) === `${client.id}\n${client.secret}`
    if (provider.misbehave.tokenStatus) return void answer.writeHead(provider.misbehave.tokenStatus).end('{}')
    if (
      !known ||
      !isClient ||
      challenge !== known.challenge ||
      form.get('redirect_uri') !== client.redirectUrl()
    )
      return void answer.writeHead(400).end('{"error":"invalid_grant"}')
    json(answer, { access_token: 'opaque', token_type: 'Bearer', id_token: await idToken(known.nonce) })
  }

  const server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', provider.issuer)
    if (pathname === '/.well-known/openid-configuration')
      json(answer, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/jwks`,
      })
    else if (pathname === '/jwks') json(answer, { keys: [jwk] })
    else if (pathname === '/authorize') authorize(searchParams, answer)
    else if (pathname === '/token') void exchange(request, answer)
    else answer.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  onTestFinished(close)
  const provider: OidcProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges: [],
    claims: {},
    misbehave: {},
    close,
    async consent(authorizeUrl) {
      const response = await fetch(authorizeUrl, { redirect: 'manual' })
      return response.headers.get('location') ?? `refused with ${response.status}`
    },
  }
  return provider
}

/** RFC 6749 §2.3.1: both parts are form-encoded. */
const basicPair = (authorization = '') =>
  Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    .join('\n')

const json = (answer: ServerResponse, body: object) =>
  void answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
