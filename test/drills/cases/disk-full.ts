import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Drill, StoreKind } from '../stage/drill.ts'
import { fillUp, type Mount, mountTmpfs } from '../stage/mounts.ts'
import { play } from '../stage/play.ts'
import type { Scene, SceneSettings } from '../stage/scene.ts'

const DISK_MEBIBYTES = 400
const FULL_MS = 10_000
const FULL_MS_QUICK = 4000
const REFILL_MS = 250

export const diskFull: Drill = {
  name: 'disk-full',
  what: "the database's disk is full to the last byte under load, and then has room again",
  stores: ['server', 'embedded'],
  async run(store, { isQuick }) {
    const disk = mountTmpfs(DISK_MEBIBYTES)
    try {
      return await play(store, placed(store, disk), async (scene) => {
        // The embedded database may end the process; what it acknowledged must be there after a restart.
        if (store === 'embedded') scene.allowEnd()
        await keepFull(disk, isQuick ? FULL_MS_QUICK : FULL_MS)
        scene.note(`${scene.load.inFlight} messages waited for room on the disk`)
        await revive(scene)
        await scene.load.more(5000)
      })
    } finally {
      disk.unmount()
    }
  },
}

/** Only the files of the database lie on the small disk. */
const placed = (store: StoreKind, { path }: Mount): SceneSettings =>
  store === 'server'
    ? { postgres: { folder: `${path}/server`, settings: ['max_wal_size=64MB', 'min_wal_size=32MB'] } }
    : { dataDir: `${path}/data` }

/** Again and again: the database frees a file now and then. */
async function keepFull({ path }: Mount, ms: number): Promise<void> {
  let makeRoom = () => {}
  for (const endsAt = Date.now() + ms; Date.now() < endsAt; await delay(REFILL_MS)) makeRoom = fillUp(path)
  makeRoom()
  if (existsSync(`${path}/ballast`)) throw new Error('the disk could not be emptied again')
}

async function revive(scene: Scene): Promise<void> {
  if (scene.store === 'server') {
    const before = scene.server.postgres.pid
    await scene.server.postgres.start()
    scene.note(scene.server.postgres.pid === before ? 'PostgreSQL stayed up' : 'PostgreSQL had ended')
  } else if (!scene.isPlatformUp) {
    scene.note('the platform had ended')
    await scene.startPlatform()
  }
}
