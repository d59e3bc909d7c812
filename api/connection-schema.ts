import { z } from 'zod'
import { IDENTITY_FORMS, identityHash, ownerHash, plainIdentity } from '../store/digests.ts'

// What a device says of itself for the count. None of it is kept as it was told, nor shown again.

export const Identity = z
  .string()
  .max(200)
  .refine((text) => plainIdentity(text) !== null, `takes ${IDENTITY_FORMS}`)
  .describe(
    `which physical thing it is, so that one under two ids counts once: ${IDENTITY_FORMS}. Only a keyed digest is kept`,
  )
export const OwnerKind = z.enum(['org', 'person'])
export const Owner = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe('whose it is, by any name that is always the same; only a keyed digest is kept')

interface Declared {
  readonly identity?: string | null | undefined
  readonly owner?: string | null | undefined
}

/** What is stored of it, in hex; what is left out is left out. */
export const declaredHashes = ({ identity, owner }: Declared, key: Uint8Array) => ({
  ...(identity === undefined ? {} : { identityHash: identity && digestOf(identity, key) }),
  ...(owner === undefined ? {} : { ownerHash: owner && ownerHash(key, owner).toString('hex') }),
})

function digestOf(identity: string, key: Uint8Array): string {
  const hash = identityHash(key, identity)
  if (hash === null) throw new TypeError('the schema lets through what is no identity')
  return hash.toString('hex')
}
