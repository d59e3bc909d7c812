import { createHash, createHmac } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { newSecret } from '../../core/secret.ts'
import type { Attempt } from './provider.ts'

export const ATTEMPT_SECONDS = 600

export const newAttempt = (): Attempt => ({
  state: newSecret(),
  nonce: newSecret(),
  verifier: newSecret() + newSecret(),
})

/** RFC 7636 §4.2, S256. */
export const challengeOf = ({ verifier }: Attempt): string =>
  createHash('sha256').update(verifier).digest('base64url')

/** A sign-in that is under way, kept by the browser itself: signed, so that no other site can give it one of its own. */
export class AttemptCookie {
  readonly #key: Uint8Array

  constructor(secretKey: Uint8Array) {
    this.#key = createHmac('sha256', secretKey).update('oidc attempt').digest()
  }

  sign(attempt: Attempt): Promise<string> {
    return new SignJWT({ ...attempt })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(`${ATTEMPT_SECONDS}s`)
      .sign(this.#key)
  }

  async read(cookie: string | undefined): Promise<Attempt | null> {
    try {
      const { payload } = await jwtVerify<Attempt>(cookie ?? '', this.#key, { algorithms: ['HS256'] })
      return payload
    } catch {
      return null
    }
  }
}
