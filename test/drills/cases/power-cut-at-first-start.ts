import type { Drill } from '../stage/drill.ts'
import { playPowerCuts } from '../stage/power.ts'

export const powerCutAtFirstStart: Drill = {
  name: 'power-cut-at-first-start',
  what: 'the power fails within seconds of the first start, before the kernel has written the new files by itself',
  stores: ['embedded', 'server'],
  run: (store) => playPowerCuts(store, { cuts: 1, isSettled: false }),
}
