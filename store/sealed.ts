import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES
const CIPHER = 'aes-256-gcm'

/** Hides secrets that must be known again, such as passwords for other people's servers: AES-256-GCM with a key of its own,
 *  derived from the platform's. `purpose` says whose secret it is: sealed for one, it does not open for another. */
export class Sealer {
  readonly #key: Uint8Array

  constructor(secretKey: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', secretKey, '', 'plumbline sealed secrets', 32))
  }

  /** Version (1 byte), nonce, tag, and the text, encrypted. */
  seal(text: string, purpose: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(purpose))
    const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), hidden])
  }

  /** Null: sealed with another key, for another purpose, or damaged. */
  open(sealed: Uint8Array, purpose: string): string | null {
    if (sealed[0] !== VERSION || sealed.length < HEAD_BYTES) return null
    const decipher = createDecipheriv(CIPHER, this.#key, sealed.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES))
    try {
      return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8')
    } catch {
      return null
    }
  }
}
