import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openStore } from '../../store/store.ts'
import { silent } from './silent-log.ts'

/** Makes one migrated data folder; each test file works on a copy of it. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-snapshot-'))
  const { db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {})
  await db.close()
  project.provide('snapshot', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}

declare module 'vitest' {
  interface ProvidedContext {
    snapshot: string
  }
}
