import { setTimeout as delay } from 'node:timers/promises'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const KILLS = 5
const KILLS_QUICK = 2
const AWAY_MS = 4000

export const postmasterKilled: Drill = {
  name: 'postmaster-killed',
  what: 'the postmaster is killed with -9 under load and PostgreSQL is started again a little later',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      const kills = isQuick ? KILLS_QUICK : KILLS
      for (let kill = 1; kill <= kills; kill++) {
        await scene.server.postgres.end('SIGKILL')
        await delay(AWAY_MS)
        await scene.server.postgres.start()
        await scene.load.more(3000)
      }
      scene.note(`${kills} postmasters killed`)
    }),
}
