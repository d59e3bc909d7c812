import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** By the id of a node: its credentials. */
export type NodeCredentials = Record<string, Record<string, string>>

const IV_CHARS = 32

/** The key of Node-RED's credentials in FLOWS_DIR: made at the first start, mode 0600. */
export function credentialSecret(dir: string): string {
  const path = join(dir, 'secret.key')
  if (!existsSync(path))
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return readFileSync(path, 'utf8').trim()
}

/** Node-RED's own file, in its own form: AES-256-CTR under the SHA-256 of the secret, `{"$": <iv in hex><base64>}`. */
export function readCredentials(dir: string, secret: string): NodeCredentials {
  const path = join(dir, 'flows_cred.json')
  if (!existsSync(path)) return {}
  const { $: text = '' } = JSON.parse(readFileSync(path, 'utf8')) as { $?: string }
  if (text === '') return {}
  const cipher = createDecipheriv('aes-256-ctr', keyOf(secret), Buffer.from(text.slice(0, IV_CHARS), 'hex'))
  const json = cipher.update(text.slice(IV_CHARS), 'base64', 'utf8') + cipher.final('utf8')
  try {
    return JSON.parse(json) as NodeCredentials
  } catch {
    throw new Error(`${path} was not written with the key in ${join(dir, 'secret.key')}`)
  }
}

export function writeCredentials(dir: string, secret: string, credentials: NodeCredentials): void {
  const iv = randomBytes(IV_CHARS / 2)
  const cipher = createCipheriv('aes-256-ctr', keyOf(secret), iv)
  const sealed = cipher.update(JSON.stringify(credentials), 'utf8', 'base64') + cipher.final('base64')
  const path = join(dir, 'flows_cred.json')
  // Whole or not at all: what is in it cannot be asked for again.
  writeFileSync(`${path}.new`, JSON.stringify({ $: iv.toString('hex') + sealed }), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

const keyOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
