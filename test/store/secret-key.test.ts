import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, onTestFinished } from 'vitest'
import { readSecretKey } from '../../store/secret-key.ts'
import { StartError } from '../../store/start-error.ts'

describe('the key of the keyed hashes', () => {
  it('is made once, for the eyes of the platform alone, and refused when others could read it or it is too short', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-key-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'secret.key')
    const key = readSecretKey(undefined, folder)
    assert.equal(key.length, 32)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readSecretKey(path, '/nowhere'), key)
    chmodSync(path, 0o640)
    assert.throws(() => readSecretKey(path, folder), StartError)
    chmodSync(path, 0o600)
    writeFileSync(path, 'c2hvcnQ=')
    assert.throws(() => readSecretKey(path, folder), StartError)
  })
})
