import { setTimeout as delay } from 'node:timers/promises'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const OUTAGE_MS = 30_000
const OUTAGE_MS_QUICK = 5000

export const postgresStopped: Drill = {
  name: 'postgres-stopped',
  what: 'PostgreSQL is stopped under load for half a minute and then started again',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      await scene.server.postgres.end('SIGINT')
      await delay(isQuick ? OUTAGE_MS_QUICK : OUTAGE_MS)
      scene.note(`${scene.load.inFlight} messages waited for PostgreSQL`)
      await scene.server.postgres.start()
      await scene.load.more(5000)
    }),
}
