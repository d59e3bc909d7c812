import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { canTrace } from '../support/strace.ts'

const WRITER = fileURLToPath(new URL('./commit-and-count.ts', import.meta.url))

describe.skipIf(!canTrace())('the embedded database', () => {
  it('syncs its log to the host at every commit, as strace sees it', async () => {
    const folder = freshDataFolder()
    const trace = join(folder, 'trace')
    const commits = 20
    await promisify(execFile)('strace', [
      '-f',
      '-y',
      '-e',
      'trace=fdatasync,fsync,write',
      '-o',
      trace,
      process.execPath,
      WRITER,
      folder,
      String(commits),
    ])
    const lines = readFileSync(trace, 'utf8').split('\n')
    // The writer prints a line before and after its commits; the system calls between them are theirs.
    const from = lines.findIndex((line) => line.includes('COMMITS BEGIN'))
    const to = lines.findIndex((line) => line.includes('COMMITS END'))
    const synced = lines.slice(from, to).filter((line) => /fdatasync\(\d+<[^>]*pg_wal/.test(line))
    assert.ok(from > 0 && to > from)
    assert.ok(synced.length >= commits, `${synced.length} syncs of the log for ${commits} commits`)
  })
})
