import { execFile } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { StoreSettings } from '../../../store/store.ts'
import { startPostgresOn } from '../../support/postgres.ts'
import { type Acknowledged, acknowledgedNow, checkStored } from './check.ts'
import type { Outcome, StoreKind } from './drill.ts'
import { childrenOf, freeze } from './freeze.ts'
import { changeKernelSetting } from './kernel-setting.ts'
import { type Mount, makeImage, mountImage } from './mounts.ts'
import { play } from './play.ts'
import { startPlatform, temporaryFolder } from './processes.ts'
import type { Scene } from './scene.ts'

const run = promisify(execFile)
const DISK_MEBIBYTES = 800
const LIFE_MS_MAX = 1500
const UNSYNCED = 'written, and not synced'

export interface PowerCuts {
  readonly cuts: number
  /** Let the kernel write everything once, as it has half a minute after a first start. */
  readonly isSettled: boolean
}

/**
 * The database lies on an ext4 in a file. The kernel writes nothing to it by itself: neither ext4's timer nor the one of
 * the page cache runs. So the file holds what was synced, which is what a disk holds when the power fails. All who write are
 * stopped, the file is copied, and the copy is started as a machine is after the power has come back.
 */
export async function playPowerCuts(store: StoreKind, { cuts, isSettled }: PowerCuts): Promise<Outcome> {
  const folder = temporaryFolder('disk')
  const image = join(folder.path, 'image')
  makeImage(image, DISK_MEBIBYTES)
  const restore = changeKernelSetting('vm.dirty_writeback_centisecs', '0')
  const disk = mountImage(image)
  try {
    const place =
      store === 'embedded'
        ? { dataDir: `${disk.path}/data` }
        : { postgres: { folder: `${disk.path}/server` } }
    return await play(store, place, async (scene) => {
      if (isSettled) await run('sync', ['-f', disk.path])
      let unsynced = 0
      for (let cut = 1; cut <= cuts; cut++)
        if (await cutPower(scene, disk, image, `control-${cut}`)) unsynced += 1
      // Somebody else may call sync on this machine; if each time, the drill has no teeth.
      scene.note(`${unsynced} of ${cuts} times a control file that nobody had synced was on the disk`)
      if (unsynced === cuts)
        scene.fault('what was not synced is on the copied disk: the drill proves nothing')
    })
  } finally {
    disk.unmount()
    restore()
    folder.remove()
  }
}

/** Gives whether the control file was on the copied disk. Its name is new each time: ext4 writes out a file that is written
 *  anew under its old name. */
async function cutPower(scene: Scene, disk: Mount, image: string, control: string): Promise<boolean> {
  await scene.load.more(1000)
  await delay(Math.random() * LIFE_MS_MAX)
  writeFileSync(join(disk.path, control), UNSYNCED)
  const thaw = await freezeWriters(scene)
  const copy = `${image}.copy`
  try {
    await run('cp', ['--sparse=always', '--reflink=never', image, copy])
    return await checkCopy(scene, copy, control)
  } finally {
    thaw()
    rmSync(copy, { force: true })
  }
}

/** The platform first: from then on nothing is acknowledged. */
async function freezeWriters(scene: Scene): Promise<() => void> {
  const thawPlatform = await freeze([scene.platform.process.pid ?? 0])
  if (scene.store === 'embedded') return thawPlatform
  const { pid } = scene.server.postgres
  const thawPostmaster = await freeze([pid])
  const thawBackends = await freeze(childrenOf(pid))
  return () => {
    for (const thaw of [thawBackends, thawPostmaster, thawPlatform]) thaw()
  }
}

async function checkCopy(scene: Scene, copy: string, control: string): Promise<boolean> {
  const acknowledged = acknowledgedNow(scene.load)
  const disk = mountImage(copy)
  try {
    const isControlThere = contentIsThere(join(disk.path, control))
    const { store, stop } = await startOnCopy(scene, disk)
    try {
      await countLost(scene, store, acknowledged)
      return isControlThere
    } finally {
      await stop()
    }
  } finally {
    disk.unmount()
  }
}

/** A database that cannot be opened has lost everything. */
async function countLost(scene: Scene, store: StoreSettings, acknowledged: Acknowledged): Promise<void> {
  const all = [...acknowledged.values()].reduce((sum, { length }) => sum + length, 0)
  try {
    const { lost, rows, examples } = await checkStored(store, scene.load, acknowledged)
    scene.note(`power cut: ${all} acknowledged, ${lost} lost, ${rows} rows on the disk`)
    if (lost > 0) scene.fault(`a power cut lost ${lost} readings, such as ${examples.join(', ')}`)
    scene.lost += lost
  } catch (error) {
    scene.fault(`after a power cut the database cannot be opened: ${(error as Error).message}`)
    scene.lost += all
  }
}

/** Its name may be there, by the journal of another file's sync; its content may not. */
const contentIsThere = (path: string): boolean => existsSync(path) && readFileSync(path, 'utf8') === UNSYNCED

async function startOnCopy(
  scene: Scene,
  { path }: Mount,
): Promise<{ store: StoreSettings; stop(): Promise<void> }> {
  if (scene.store === 'server') {
    // The lock of the server that stands still beside it; after a real power cut its pid would be free.
    rmSync(`${path}/server/data/postmaster.pid`)
    const postgres = await startPostgresOn(`${path}/server`)
    const databaseUrl = postgres.url.replace(/postgres$/, 'drill')
    return { store: { databaseUrl, dataDir: '', plain: true }, stop: () => postgres.stop() }
  }
  const dataDir = `${path}/data`
  await startPlatformOn(scene, dataDir)
  return { store: { databaseUrl: undefined, dataDir, plain: false }, stop: async () => {} }
}

/** A platform that does not start is a fault, but what its database holds is counted all the same. */
async function startPlatformOn(scene: Scene, dataDir: string): Promise<void> {
  try {
    const platform = await startPlatform({
      ...scene.env,
      DATA_DIR: dataDir,
      HTTP_PORT: '0',
      MQTT_PORT: '0',
    })
    await platform.kill('SIGKILL')
  } catch (error) {
    scene.fault(`after a power cut: ${(error as Error).message.trim()}`)
  }
}
