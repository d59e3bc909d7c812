import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './at-exit.ts'
import type { DatabaseServer } from './database-server.ts'

/** A data folder and a database of its own for one process of the platform. */
export interface Place {
  readonly dataDir: string
  /** Undefined: the embedded database in the folder. */
  readonly databaseUrl: string | undefined
  readonly plain: boolean
  readonly adminToken: string
  remove(): Promise<void>
}

export async function freshPlace(server: DatabaseServer | null): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const removeFolder = atExit(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const database = await server?.createDatabase()
  return {
    dataDir,
    databaseUrl: database?.url,
    plain: server?.plain ?? false,
    adminToken: randomBytes(24).toString('hex'),
    async remove() {
      await database?.drop()
      removeFolder()
    },
  }
}

/** Of our own environment only what a process needs to run: a setting of the platform must not get in by chance. */
export const environment = (place: Place): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TMPDIR: process.env.TMPDIR,
  DATA_DIR: place.dataDir,
  DATABASE_URL: place.databaseUrl,
  STORE_PLAIN: place.plain ? '1' : '0',
  ADMIN_TOKEN: place.adminToken,
  HTTP_PORT: '0',
  MQTT_PORT: '0',
  LOG_LEVEL: 'info',
})
