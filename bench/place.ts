import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../store/store.ts'
import { createLog } from '../telemetry/log.ts'
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
  const { dataDir, removeFolder } = freshFolder()
  if (server === null) {
    snapshot ??= migratedFolder()
    cpSync(await snapshot, dataDir, { recursive: true })
  }
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

/** To make the embedded database takes seconds: it is made once and copied. */
let snapshot: Promise<string> | undefined

async function migratedFolder(): Promise<string> {
  const { dataDir } = freshFolder()
  const { db } = await openStore(
    { databaseUrl: undefined, dataDir, plain: false },
    createLog('silent'),
    () => {},
  )
  await db.close()
  return dataDir
}

function freshFolder() {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  return {
    dataDir,
    removeFolder: atExit(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })),
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
  // A few devices send here what thousands do in life. They are metered as always, and never cut off.
  MQTT_DEVICE_MESSAGES_PER_SECOND_MAX: '1000000',
})
