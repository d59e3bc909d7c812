import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../store/store.ts'
import { createLog } from '../telemetry/log.ts'
import { atExit } from './at-exit.ts'
import { type Child, startScript } from './child-process.ts'
import type { DatabaseServer } from './database-server.ts'
import { readCounters, registerDevices } from './platform-api.ts'
import type { Accounting, Subject } from './subject.ts'

/** `main.ts` on the embedded database, or on a server when one is given. */
export function platformSubject(server: DatabaseServer | null, profileDir: string | null): Subject {
  return {
    name: server ? 'platform-server' : 'platform-embedded',
    description: server
      ? `the platform on ${server.description}`
      : 'the platform on the embedded TimescaleDB',
    async start(devices) {
      const place = await freshPlace(server)
      const adminToken = randomBytes(24).toString('hex')
      const nodeOptions = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
      let child: Child | undefined
      const remove = async () => {
        await child?.end('SIGKILL')
        await place.remove()
      }
      try {
        const main = new URL('../main.ts', import.meta.url)
        child = await startScript(main, environment(place, adminToken), nodeOptions)
        const started = child
        const apiUrl = child.ready.http ?? ''
        return {
          pid: child.pid,
          databasePid: server?.pid ?? null,
          mqttPort: child.ready.mqttPort,
          senders: await registerDevices(apiUrl, adminToken, devices),
          account: () => account(started, apiUrl, place, profileDir !== null),
          remove,
        }
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}

interface Place {
  readonly dataDir: string
  readonly databaseUrl: string | undefined
  readonly plain: boolean
  remove(): Promise<void>
}

async function freshPlace(server: DatabaseServer | null): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const removeFolder = atExit(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
  const database = await server?.createDatabase()
  return {
    dataDir,
    databaseUrl: database?.url,
    plain: server?.plain ?? false,
    async remove() {
      await database?.drop()
      removeFolder()
    },
  }
}

/** Of our own environment only what a process needs to run: a setting of the platform must not get in by chance. */
const environment = (place: Place, adminToken: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TMPDIR: process.env.TMPDIR,
  DATA_DIR: place.dataDir,
  DATABASE_URL: place.databaseUrl,
  STORE_PLAIN: place.plain ? '1' : '0',
  ADMIN_TOKEN: adminToken,
  HTTP_PORT: '0',
  MQTT_PORT: '0',
  LOG_LEVEL: 'info',
})

/** The process is killed without a warning, and the rows are then counted by another one: what was acknowledged must be
 *  there. Only a profile asks for an orderly end, for it is written then. */
async function account(child: Child, apiUrl: string, place: Place, isOrderly: boolean): Promise<Accounting> {
  const counters = await readCounters(apiUrl)
  await child.end(isOrderly ? 'SIGTERM' : 'SIGKILL')
  const { db } = await openStore(place, createLog('silent'), () => {})
  try {
    const { rows } = await db.query<{ count: number }>({ text: 'select count(*) from observation' })
    return { ...counters, rows: Number(rows[0]?.count) }
  } finally {
    await db.close()
  }
}
