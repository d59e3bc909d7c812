import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { StartError } from '../start-error.ts'

/**
 * Keeps a second process off the data folder: the embedded database does not, and two would ruin it.
 * The lock is a socket in Linux's abstract name space, which the kernel frees however the holder ends,
 * kill -9 included. Other systems have no such names; there the folder goes unlocked.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  if (process.platform !== 'linux') return async () => {}
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `DATA_DIR ${folder} is in use by another running platform: stop that one, or set another DATA_DIR`
      reject(error.code === 'EADDRINUSE' ? new StartError(inUse) : error)
    })
    server.listen(`\0plumbline-${name}`, resolve)
  })
  server.unref()
  return () => new Promise((resolve) => server.close(() => resolve()))
}
