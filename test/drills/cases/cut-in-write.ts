import { until } from '../../support/until.ts'
import type { Drill } from '../stage/drill.ts'
import { play } from '../stage/play.ts'

const CUTS = 100
const CUTS_QUICK = 20
/** A batch of this load is some tens of kilobytes: the cut comes within the data of one of the next few. */
const BYTES_MAX = 60_000

export const cutInWrite: Drill = {
  name: 'cut-in-write',
  what: 'the connections to PostgreSQL are cut in the middle of the data of a batch, many times',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, { perSecond: 4000 }, async (scene) => {
      const cuts = isQuick ? CUTS_QUICK : CUTS
      const { proxy } = scene.server
      for (let cut = 1; cut <= cuts; cut++) {
        proxy.cutAfter(1 + Math.floor(Math.random() * BYTES_MAX))
        await until('a cut within the data', () => proxy.cutsWithin >= cut)
        await scene.load.more(500)
      }
      scene.note(`${proxy.cutsWithin} cuts within what was being written`)
    }),
}
