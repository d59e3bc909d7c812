import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StartError } from './start-error.ts'
import { writeNewFile } from './sync-files.ts'

const KEY_BYTES = 32

/** The key of the keyed hashes: read, or made at the first start with mode 0600. Without it no device can sign in, so it
 *  belongs in the backup, apart from the database. */
export function readSecretKey(file: string | undefined, dataDir: string): Buffer {
  const path = file ?? join(dataDir, 'secret.key')
  try {
    const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
    if (key.length < KEY_BYTES)
      throw new StartError(
        `SECRET_KEY_FILE ${path} holds ${key.length} bytes; it takes at least ${KEY_BYTES}, in base64`,
      )
    if (statSync(path).mode & 0o077)
      throw new StartError(`SECRET_KEY_FILE ${path} can be read by others: chmod 600 ${path}`)
    return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const key = randomBytes(KEY_BYTES)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeNewFile(path, `${key.toString('base64')}\n`, 0o600)
  return key
}
