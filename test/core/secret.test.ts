import { expect, it } from 'vitest'
import { keyedHash, newSecret, sameHash } from '../../core/secret.ts'

const key = Buffer.alloc(32, 7)

it('a new secret is 192 bits of URL-safe text, and never the same', () => {
  const secrets = Array.from({ length: 100 }, newSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/)
  expect(new Set(secrets).size).toBe(100)
})

it('a keyed hash is HMAC-SHA-256 (RFC 4231, test case 2)', () =>
  expect(keyedHash(Buffer.from('Jefe'), 'what do ya want for nothing?').toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ))

it('hashes are the same only for the same secret and key, and unequal lengths are no error', () => {
  expect(sameHash(keyedHash(key, 'a'), keyedHash(key, 'a'))).toBe(true)
  expect(sameHash(keyedHash(key, 'a'), keyedHash(key, 'b'))).toBe(false)
  expect(sameHash(keyedHash(key, 'a'), keyedHash(Buffer.alloc(32), 'a'))).toBe(false)
  expect(sameHash(keyedHash(key, 'a'), Buffer.alloc(0))).toBe(false)
})
