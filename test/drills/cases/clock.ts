import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { type Drill, Skipped } from '../stage/drill.ts'
import { play } from '../stage/play.ts'
import { temporaryFolder } from '../stage/processes.ts'
import type { Scene } from '../stage/scene.ts'

const HOUR_S = 3600
const MESSAGES = 20_000
const MESSAGES_QUICK = 4000
const TOLERANCE_S = 30

export const clock: Drill = {
  name: 'clock',
  what: "the machine's clock is set one hour back, and one hour forward, while the platform runs",
  stores: ['embedded', 'server'],
  async run(store, { isQuick }) {
    const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')
    if (library === undefined) throw new Skipped('no libfaketime (Debian: apt-get install faketime)')
    const folder = temporaryFolder('clock')
    const file = join(folder.path, 'offset')
    writeFileSync(file, '+0')
    const env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      // A clock that is set does not touch the monotonic one.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
    try {
      return await play(store, { env }, async (scene) => {
        for (const offsetS of [-HOUR_S, HOUR_S, 0]) {
          writeFileSync(file, offsetS < 0 ? String(offsetS) : `+${offsetS}`)
          await until(
            'the clock to be set',
            async () => Math.abs((await offset(scene)) - offsetS) < TOLERANCE_S,
          )
          await scene.load.more(isQuick ? MESSAGES_QUICK : MESSAGES)
          scene.note(`${offsetS} s: the readings went on`)
        }
      })
    } finally {
      folder.remove()
    }
  },
}

/** How far the platform's clock is from ours, in seconds, by the Date of its answers. */
async function offset({ platform }: Scene): Promise<number> {
  const response = await fetch(`${platform.http}/healthz`, { signal: AbortSignal.timeout(10_000) })
  await response.arrayBuffer()
  return (Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1000
}
