import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'

const ROOT = new URL('../', import.meta.url)
const text = readFileSync(new URL('docs/security.md', ROOT), 'utf8')
const [, , ...rows] = text.split('\n').filter((line) => line.startsWith('|'))

describe('docs/security.md', () => {
  it('names only tests that exist', () => {
    const named = [...text.matchAll(/\btest\/[a-z0-9/.-]+\.ts\b/g)].map(([path]) => path)
    assert.ok(named.length > 20)
    assert.deepEqual(
      named.filter((path) => !existsSync(new URL(path, ROOT))),
      [],
    )
  })

  it('has for each threat a defence and a test', () => {
    for (const row of rows) {
      const [, , threat = '', defence = '', tests = ''] = row.split('|').map((cell) => cell.trim())
      assert.ok(threat && defence, row)
      assert.match(tests, /^test\/\S+\.test\.ts(, test\/\S+\.test\.ts)*$/, row)
    }
  })
})
