import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import { checkDrainOrder, checkReadyWhileAway, drained, takeDatabaseAway } from '../stage/spool.ts'
import { stopInOrder } from '../stage/stop-in-order.ts'

const KILLS = 5
const KILLS_QUICK = 2
const MESSAGES_BETWEEN = 5000

export const spoolKilled: Drill = {
  name: 'spool-killed',
  what: 'the platform is killed with -9 while it acknowledges from its spool, and started without its database',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      await takeDatabaseAway(scene)
      const awayAtMs = Date.now()
      await scene.load.more(MESSAGES_BETWEEN)
      await checkReadyWhileAway(scene)
      const kills = isQuick ? KILLS_QUICK : KILLS
      for (let kill = 1; kill <= kills; kill++) {
        await scene.endPlatform('SIGKILL')
        await scene.startPlatform()
        await scene.load.more(MESSAGES_BETWEEN)
      }
      await stopInOrder(scene, 'with the database away')
      await scene.startPlatform()
      await scene.load.more(MESSAGES_BETWEEN)
      const backAtMs = Date.now()
      await scene.server.proxy.accept()
      await scene.load.more(MESSAGES_BETWEEN)
      await drained(scene)
      await checkDrainOrder(scene, awayAtMs, backAtMs)
    }),
}
