import { openStore } from '../store/store.ts'
import { createLog } from '../telemetry/log.ts'
import { type Child, startScript } from './child-process.ts'
import type { DatabaseServer } from './database-server.ts'
import { fill } from './fill.ts'
import { environment, freshPlace, type Place } from './place.ts'
import { readCounters } from './platform-api.ts'
import type { Accounting, Subject } from './subject.ts'

/** `main.ts` on the embedded database, or on a server when one is given. */
export function platformSubject(server: DatabaseServer | null, profileDir: string | null): Subject {
  return {
    name: server ? 'platform-server' : 'platform-embedded',
    description: server
      ? `the platform on ${server.description}`
      : 'the platform on the embedded TimescaleDB',
    async start(content) {
      const place = await freshPlace(server)
      const nodeOptions = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]
      let child: Child | undefined
      const remove = async () => {
        await child?.end('SIGKILL')
        await place.remove()
      }
      try {
        const { senders, rows } = await fill(place, content)
        const main = new URL('../main.ts', import.meta.url)
        child = await startScript(main, environment(place), nodeOptions)
        const started = child
        const url = child.ready.http ?? ''
        return {
          pid: child.pid,
          databasePid: server?.pid ?? null,
          mqttPort: child.ready.mqttPort,
          api: { url, token: place.adminToken },
          senders,
          rows,
          startMs: child.startMs,
          memory: child.memory,
          account: async () => {
            const counted = await account(started, url, place, profileDir !== null)
            return { ...counted, rows: counted.rows - rows }
          },
          remove,
        }
      } catch (error) {
        await remove()
        throw error
      }
    },
  }
}

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
