import { setTimeout as delay } from 'node:timers/promises'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const KILLS = 20
const KILLS_QUICK = 3
const LIFE_MS_MAX = 1500

/** Some kills come before the first acknowledgement, some within a batch, some within a recovery's first commits. */
export const killPlatform: Drill = {
  name: 'kill-platform',
  what: 'the platform is killed with -9 at random moments under load and started again',
  stores: ['embedded', 'server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      const kills = isQuick ? KILLS_QUICK : KILLS
      for (let kill = 1; kill <= kills; kill++) {
        await scene.load.more(500)
        await delay(Math.random() * LIFE_MS_MAX)
        await scene.endPlatform('SIGKILL')
        await scene.startPlatform()
      }
      await scene.load.more(2000)
      scene.note(`${kills} kills`)
    }),
}
