import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { sameText } from '../core/secret.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SECRET = /secret|password|hash|digest|signature|nonce|verifier|token|cookie|authorization|hmac/i
const HARMLESS = /^(null|undefined|true|false|['"`\d-].*)$|\.length$/
const COMPARISON = /(typeof )?([\w.#?)\]'"`]+) [!=]==? ([\w.#?'"`-]+)/g

/** Names of secrets that are none, with the reason. */
const NO_SECRET = new Map([
  ['if (reader.token === token)', 'the id of a token'],
  ['if (this.#tokens.get(token.id) !== token)', 'the same object, not its text'],
  ['if (row.prevHash !== head)', 'hashes of the audit log are shown to who may read it'],
  ['auditHash(row.prevHash, row) === row.hash', 'the same'],
  ['token.createdAt === claims.createdAt', 'when it was made, in a cookie whose signature holds'],
  ['if (name === TOKEN_NAME)', 'the name of a token'],
  ['rows[0]?.checksum === checksum', 'of a file'],
  ['memory.subarray(', 'pages of the memory in which programs of integrators run'],
])

/** A secret beside ===, or in Buffer's equals or compare: they end at the first byte that differs, which can be timed. */
const compared = (line: string) =>
  /\bBuffer\.compare\(/.test(line) ||
  [...line.matchAll(/([\w.#?]+)\.(?:equals|compare)\(/g)].some(([, of = '']) => SECRET.test(of)) ||
  [...line.matchAll(COMPARISON)].some(
    ([, isTypeof, left = '', right = '']) =>
      isTypeof === undefined &&
      ![left, right].some((side) => HARMLESS.test(side)) &&
      [left, right].some((side) => SECRET.test(side)),
  )

describe('secrets', () => {
  it('are compared in constant time only', () => {
    const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .filter((path) => !/^(test|bench|dashboard|simulator)\//.test(path))
    const offences = files.flatMap((path) =>
      readFileSync(join(ROOT, path), 'utf8')
        .split('\n')
        .filter((line) => compared(line) && ![...NO_SECRET.keys()].some((known) => line.includes(known)))
        .map((line) => `${path}: ${line.trim()}`),
    )
    assert.deepEqual(offences, [])
  })

  it('would be found if they were not', () => {
    for (const line of [
      'if (given === secret) return true',
      'return device.secretHash.equals(hash)',
      'password !== known.password',
      'if (state.nonce == nonce)',
      'return this.#token === text',
      'Buffer.compare(a, b) === 0',
    ])
      assert.ok(compared(line), line)
    for (const line of [
      "typeof secret === 'string'",
      'if (token === null) return',
      'a.length === b.length',
      "cookie === ''",
    ])
      assert.ok(!compared(line), line)
  })

  it('are the same text or not, whatever their lengths', () => {
    assert.equal(sameText('a', 'a'), true)
    for (const [a, b] of [
      ['a', 'b'],
      ['a', 'aa'],
      ['', 'a'],
    ] as const)
      assert.equal(sameText(a, b), false)
  })
})
