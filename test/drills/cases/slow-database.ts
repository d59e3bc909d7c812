import { setTimeout as delay } from 'node:timers/promises'
import type { Drill } from '../stage/drill.ts'
import { MEBIBYTE, MemoryWatch } from '../stage/memory.ts'
import { play } from '../stage/play.ts'
import type { Scene } from '../stage/scene.ts'

const EACH_WAY_MS = 200
const SLOW_MS = 30_000
const SLOW_MS_QUICK = 8000
/** The platform at rest is below 200 MiB; PENDING_MEGABYTES_MAX is 64. */
const RESIDENT_BYTES_MAX = 700 * MEBIBYTE

export const slowDatabase: Drill = {
  name: 'slow-database',
  what: 'every answer of PostgreSQL takes 400 ms more',
  stores: ['server'],
  run: (store, { isQuick }) =>
    play(store, { perSecond: 4000, inFlightMax: 400 }, async (scene) => {
      const memory = new MemoryWatch(scene.platform.process.pid)
      const before = await phase(scene, 'at full speed', isQuick ? 3000 : 10_000)
      scene.server.proxy.delay(EACH_WAY_MS)
      await scene.load.more(1)
      const slow = await phase(scene, `${EACH_WAY_MS} ms each way`, isQuick ? SLOW_MS_QUICK : SLOW_MS)
      scene.server.proxy.delay(0)
      const residentMax = memory.stop()
      scene.note(`at most ${Math.round(residentMax / MEBIBYTE)} MiB resident`)
      if (residentMax > RESIDENT_BYTES_MAX) scene.fault('memory was not bounded')
      if (slow.rowsPerCommit <= before.rowsPerCommit) scene.fault('the batches did not grow')
      if (slow.meanMs < 2 * EACH_WAY_MS) scene.fault('acknowledgements did not wait for the commit')
    }),
}

/** Rows a commit and time to a PUBACK over a while. */
async function phase(
  scene: Scene,
  name: string,
  ms: number,
): Promise<{ rowsPerCommit: number; meanMs: number }> {
  const read = async () => ({
    rows: await scene.metric('commit_rows_sum'),
    commits: await scene.metric('commit_rows_count'),
  })
  const from = await read()
  scene.load.latency()
  await delay(ms)
  const to = await read()
  const { messages, meanMs, maxMs } = scene.load.latency()
  const rowsPerCommit = (to.rows - from.rows) / Math.max(to.commits - from.commits, 1)
  scene.note(
    `${name}: ${Math.round((messages * 1000) / ms)} messages/s, ${rowsPerCommit.toFixed(0)} rows a commit, ` +
      `PUBACK after ${meanMs.toFixed(0)} ms on average, ${maxMs.toFixed(0)} ms at most`,
  )
  return { rowsPerCommit, meanMs }
}
