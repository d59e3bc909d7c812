import type { Drill } from '../stage/drill.ts'
import { playPowerCuts } from '../stage/power.ts'

export const powerCut: Drill = {
  name: 'power-cut',
  what: 'the power fails under load: only what was synced is on the disk that the database is started from',
  stores: ['embedded', 'server'],
  run: (store, { isQuick }) => playPowerCuts(store, { cuts: isQuick ? 2 : 8, isSettled: true }),
}
