import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 192 random bits in URL-safe text: more than enough that a fast keyed hash is a safe way to store it. */
export const newSecret = (): string => randomBytes(24).toString('base64url')

/** HMAC-SHA-256. Only for secrets the platform made itself; what a person chooses goes through scrypt. */
export const keyedHash = (key: Uint8Array, secret: string): Buffer =>
  createHmac('sha256', key).update(secret).digest()

export const sameHash = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b)

/** For texts of any length that an attacker may not find out letter by letter. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

const digest = (text: string) => createHash('sha256').update(text).digest()
