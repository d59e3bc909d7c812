import { until } from '../../support/until.ts'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import { killQuietly } from '../stage/processes.ts'
import type { Scene } from '../stage/scene.ts'

const KILLS = 10
const KILLS_QUICK = 3
/** PostgreSQL ends all of its backends when one was killed, and recovers from its log. */
const RECOVERY_MS = 60_000

export const backendKilled: Drill = {
  name: 'backend-killed',
  what: 'the PostgreSQL backend that is writing is killed with -9, so that PostgreSQL restarts all of them',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      const kills = isQuick ? KILLS_QUICK : KILLS
      for (let kill = 1; kill <= kills; kill++) {
        killQuietly(await writingBackend(scene), 'SIGKILL')
        await scene.load.more(3000, RECOVERY_MS)
      }
      scene.note(`${kills} backends killed`)
    }),
}

/** The backend of the platform that is within a transaction at this moment. */
const writingBackend = (scene: Scene): Promise<number> =>
  until('a backend that writes', async () => {
    const { rows } = await scene
      .sql(
        `select pid from pg_stat_activity where application_name = 'plumbline'
         and (state like 'idle in transaction%' or (state = 'active' and query ilike 'insert%')) limit 1`,
      )
      // It answers nothing while it recovers from the kill before.
      .catch(() => ({ rows: [] as { pid: number }[] }))
    return (rows[0]?.pid as number | undefined) ?? null
  })
