import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import { stopInOrder } from '../stage/stop-in-order.ts'

const STOPS = 5
const STOPS_QUICK = 2

export const sigtermUnderLoad: Drill = {
  name: 'sigterm-under-load',
  what: 'the platform gets SIGTERM under load, with its database there and with it away',
  stores: ['embedded', 'server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      const stops = isQuick ? STOPS_QUICK : STOPS
      for (let stop = 1; stop <= stops; stop++) {
        await scene.load.more(2000)
        await stopInOrder(scene, 'under load')
        await scene.startPlatform()
      }
      if (store === 'embedded') return
      await scene.load.more(2000)
      await scene.server.proxy.refuse()
      await stopInOrder(scene, 'at the moment at which the database went away')
      await scene.server.proxy.accept()
      await scene.startPlatform()
      await scene.load.more(2000)
    }),
}
