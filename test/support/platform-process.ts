import { onTestFinished } from 'vitest'
import { copyOfSnapshot, freshDataFolder } from './data-folder.ts'
import { type PlatformProcess, spawnPlatform } from './spawn-platform.ts'

export { type PlatformProcess, runMain } from './spawn-platform.ts'

/** Starts `main.ts` as users do, on a free port and a data folder of its own, and waits until it is ready; ended with the
 *  test. */
export const startPlatformProcess = (env: Record<string, string> = {}): Promise<PlatformProcess> =>
  spawnPlatform(
    { ...env, DATA_DIR: env.DATA_DIR ?? freshDataFolder() },
    (child) => void onTestFinished(() => void child.kill('SIGKILL')),
  )

/** The same for a whole test file, which stops it itself; gone at the latest with the process of the tests. */
export const startSharedPlatform = (env: Record<string, string> = {}): Promise<PlatformProcess> =>
  spawnPlatform({ ...env, DATA_DIR: env.DATA_DIR ?? copyOfSnapshot() }, (child) => {
    process.once('exit', () => child.kill('SIGKILL'))
  })
