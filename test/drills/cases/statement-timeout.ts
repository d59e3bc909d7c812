import { setTimeout as delay } from 'node:timers/promises'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import type { Scene } from '../stage/scene.ts'

const LOW_MS = 10_000
const LOW_MS_QUICK = 3000

export const statementTimeout: Drill = {
  name: 'statement-timeout',
  what: 'the database gets a statement time-out of 1 ms for a while, which no batch can keep',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      await setTimeoutOfDatabase(scene, `set statement_timeout = '1ms'`)
      await delay(isQuick ? LOW_MS_QUICK : LOW_MS)
      scene.note(`${scene.load.inFlight} messages waited under the low time-out`)
      await setTimeoutOfDatabase(scene, 'reset statement_timeout')
      await scene.load.more(5000)
    }),
}

/** It holds for new connections: the old ones are cut, as a fail-over does. */
async function setTimeoutOfDatabase(scene: Scene, change: string): Promise<void> {
  await scene.sql('set statement_timeout = 0', `alter database drill ${change}`)
  scene.server.proxy.cut()
}
