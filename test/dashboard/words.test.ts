import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { REFUSALS } from '../../core/refusals.ts'
import { REJECTION_CODES } from '../../core/rejection-codes.ts'

/** The page shares no code with the platform: what it has words for is read from its text. */
const keysOf = (file: string): string[] =>
  [
    ...readFileSync(new URL(`../../dashboard/src/wiring/${file}`, import.meta.url), 'utf8').matchAll(
      /^ {2}(\w+): \[/gm,
    ),
  ].map(([, key = '']) => key)

describe('the wiring bench', () => {
  it('has words for every reason of a rejection, and for no other', () => {
    assert.deepEqual(keysOf('code-words.ts').sort(), Object.keys(REJECTION_CODES).sort())
  })

  it('has words only for refusals that there are', () => {
    const known = Object.keys(REFUSALS)
    assert.deepEqual(
      keysOf('reason-words.ts').filter((reason) => !known.includes(reason)),
      [],
    )
    assert.ok(keysOf('reason-words.ts').length > 10)
  })
})
