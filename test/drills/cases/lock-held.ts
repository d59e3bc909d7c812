import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const HELD_MS = 20_000
const HELD_MS_QUICK = 5000

export const lockHeld: Drill = {
  name: 'lock-held',
  what: 'somebody holds an access exclusive lock on the observations for 20 s',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, {}, async (scene) => {
      const holder = new pg.Client(scene.server.database)
      holder.on('error', () => {})
      await holder.connect()
      try {
        await holder.query('begin; lock table observation in access exclusive mode')
        await delay(isQuick ? HELD_MS_QUICK : HELD_MS)
        scene.note(`${scene.load.inFlight} messages waited for the lock`)
        await holder.query('rollback')
      } finally {
        await holder.end()
      }
      await scene.load.more(5000)
    }),
}
