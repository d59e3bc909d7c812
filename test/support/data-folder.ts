import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import type { Db } from '../../store/db.ts'
import { openStore, type Store } from '../../store/store.ts'
import { silent } from './silent-log.ts'

/** A data folder of its own with the schema in place, for a whole test file; gone with the process. */
export function copyOfSnapshot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'))
  cpSync(inject('snapshot'), folder, { recursive: true })
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The same for one test: gone when it ends. */
export function freshDataFolder(): string {
  const folder = copyOfSnapshot()
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** The embedded database on a fresh data folder, closed when the test ends. */
export async function embeddedStore(): Promise<Store> {
  const store = await openStore(
    { databaseUrl: undefined, dataDir: freshDataFolder(), plain: false },
    silent,
    () => {},
  )
  onTestFinished(() => store.db.close())
  return store
}

/** A device with its entity, as SQL sees them. */
export async function addDevice(db: Db, id: string, type = 'water-meter'): Promise<void> {
  await db.query({
    text: 'insert into entity (id, type, created_at) values ($1, $2, now())',
    values: [id, type],
  })
  await db.query({
    text: `insert into device (id, entity_id, type, role, secret_hash, valid_from, recorded_at) values ($1, $1, $2, 'end-device', '', now(), now())`,
    values: [id, type],
  })
}
