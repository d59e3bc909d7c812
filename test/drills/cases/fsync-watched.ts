import { realpathSync } from 'node:fs'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import { takeDatabaseAway } from '../stage/spool.ts'
import { readTrace, traced } from '../stage/trace.ts'

const MESSAGES = 200
const MESSAGES_QUICK = 50

/** One message at a time, so that each PUBACK must have a sync of its own. */
const TRICKLE = { devices: 1, perSecond: 50, inFlightMax: 1 }

export const fsyncWatched: Drill = {
  name: 'fsync-watched',
  what: 'strace looks for a sync of the log, or of the spool, between each message and its PUBACK',
  stores: ['embedded', 'server'],
  run: (store, { isQuick }) =>
    play(store, TRICKLE, async (scene) => {
      if (store === 'server') await takeDatabaseAway(scene)
      const folder = `${realpathSync(scene.env.DATA_DIR)}/`
      const isWatched = (path: string) =>
        path.startsWith(folder) && (store === 'server' || path.includes('/pg_wal/'))
      const messages = isQuick ? MESSAGES_QUICK : MESSAGES
      const lines = await traced(scene.platform.process.pid ?? 0, () => scene.load.more(messages))
      const { arrivals, acknowledgements, syncs, unsynced } = readTrace(lines, isWatched)
      scene.note(
        `strace saw ${arrivals} messages, ${syncs} syncs, ${acknowledgements} PUBACKs, ${unsynced} unsynced`,
      )
      if (acknowledgements < messages - 1 || arrivals < messages - 1)
        scene.fault('strace did not see every message and PUBACK: the drill proves nothing')
      if (unsynced > 0) scene.fault(`${unsynced} PUBACKs were sent before anything was synced`)
    }),
}
