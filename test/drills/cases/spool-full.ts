import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../support/until.ts'
import type { Drill } from '../stage/drill.ts'
import { MEBIBYTE, MemoryWatch } from '../stage/memory.ts'
import { play } from '../stage/play.ts'
import type { Scene } from '../stage/scene.ts'
import { drained, readiness, takeDatabaseAway } from '../stage/spool.ts'

const SPOOL_MEBIBYTES = 1
/** A frame or the file's head may be on top. */
const SPOOL_BYTES_MAX = 1.1 * SPOOL_MEBIBYTES * MEBIBYTE
const RESIDENT_BYTES_MAX = 700 * MEBIBYTE
const SILENCE_MS = 3000
const FULL_MS = 20_000
const FULL_MS_QUICK = 5000

export const spoolFull: Drill = {
  name: 'spool-full',
  what: 'the database is away until a spool of 1 MiB is full, and longer',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(
      store,
      {
        inFlightMax: 2000,
        env: { SPOOL_MEGABYTES_MAX: String(SPOOL_MEBIBYTES), PENDING_MEGABYTES_MAX: '16' },
      },
      async (scene) => {
        const memory = new MemoryWatch(scene.platform.process.pid)
        await takeDatabaseAway(scene)
        await silence(scene)
        const acknowledged = scene.load.acknowledged
        await delay(isQuick ? FULL_MS_QUICK : FULL_MS)
        const bytes = await scene.metric('spool_bytes')
        const { status } = await readiness(scene)
        const residentMax = memory.stop()
        scene.note(`${bytes} bytes in the spool, at most ${Math.round(residentMax / MEBIBYTE)} MiB resident`)
        if (scene.load.acknowledged !== acknowledged) scene.fault('PUBACKs were sent with the spool full')
        if (bytes > SPOOL_BYTES_MAX) scene.fault(`${bytes} bytes in a spool of ${SPOOL_MEBIBYTES} MiB`)
        if (status !== 503) scene.fault(`/readyz said ${status} with the spool full`)
        if (residentMax > RESIDENT_BYTES_MAX) scene.fault('memory was not bounded')
        await scene.server.proxy.accept()
        await scene.load.more(5000)
        await drained(scene)
      },
    ),
}

/** Waits until no PUBACK has come for a while. */
function silence({ load }: Scene): Promise<unknown> {
  let last = load.acknowledged
  let since = Date.now()
  return until(
    'the PUBACKs to stop',
    () => {
      if (load.acknowledged !== last) since = Date.now()
      last = load.acknowledged
      return Date.now() - since > SILENCE_MS
    },
    120_000,
    100,
  )
}
