import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'vitest'

const read = <T>(name: string) =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as T

describe('what is installed', () => {
  it('is of exact versions', () => {
    const own =
      read<Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>>(
        'package.json',
      )
    for (const [name, version] of Object.entries({
      ...own.dependencies,
      ...own.devDependencies,
      ...own.optionalDependencies,
    }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
  })

  it('has its SHA-512 in the lock file, each of it', () => {
    const { packages } = read<{ packages: Record<string, { integrity?: string; link?: boolean }> }>(
      'package-lock.json',
    )
    for (const [path, { integrity = '', link }] of Object.entries(packages))
      if (path.includes('node_modules/') && link !== true) assert.match(integrity, /^sha512-/, path)
  })

  it('runs no script of its own but the one that was looked at', () => {
    assert.deepEqual(read<{ allowScripts: object }>('package.json').allowScripts, { node: true })
  })
})
