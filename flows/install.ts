import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const MARK = fileURLToPath(new URL('node_modules/.plumbline-installed', import.meta.url))

/** Whether Node-RED is there as the lock file says. */
export const isInstalled = (): boolean => existsSync(MARK) && readFileSync(MARK, 'utf8') === lockHash()

const lockHash = (): string =>
  createHash('sha256')
    .update(readFileSync(`${FOLDER}package-lock.json`))
    .digest('hex')

/** Installs Node-RED as the lock file says, when it is not there as the lock file says. Gives whether it had to. */
export async function install(say: (line: string) => void): Promise<boolean> {
  if (isInstalled()) return false
  say('installing Node-RED into flows/node_modules: about 20 s and 130 MB, once')
  const started = Date.now()
  // The mark is gone with the folder, which npm ci removes first: a broken install is done again.
  await npmCi()
  writeFileSync(MARK, lockHash())
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`)
  return true
}

function npmCi(): Promise<void> {
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ci in flows/ left with ${code}; what it says is above`)),
    )
  })
}
