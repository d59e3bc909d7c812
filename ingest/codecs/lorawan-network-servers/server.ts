import type { Micros } from '../../../core/time.ts'
import type { CodecContext } from '../../codec.ts'
import type { Findings } from '../../findings.ts'
import { bytesOfBase64, bytesOfHex, euiOf } from '../../members.ts'

export type Json = Readonly<Record<string, unknown>>

/** One network server's messages. */
export interface Server {
  /** By a member that the server documents for all of its messages of this kind, and no other server has. */
  matches(json: Json): boolean
  read(json: Json, found: Findings, context: CodecContext): void
}

/** Who speaks and when: what every message about a device begins with. */
export interface Speaker {
  readonly source: string
  readonly time: Micros | undefined
}

/** The DevEUI of a member; without one the message is refused. */
export function deviceOf(value: unknown, path: string, found: Findings): string | undefined {
  const source = euiOf(value)
  if (source === undefined) found.reject(path, 'wrong_shape', 'no DevEUI of 16 hex digits')
  return source
}

/** The bytes of a member: undefined where there are none, null where what is there is refused. */
export function bytesOf(
  value: unknown,
  encoding: 'hex' | 'base64',
  { path, found }: { path: string; found: Findings },
): Uint8Array | undefined | null {
  if (value === undefined || value === null || value === '') return undefined
  const bytes = encoding === 'hex' ? bytesOfHex(value) : bytesOfBase64(value)
  if (bytes) return bytes
  found.reject(path, 'wrong_shape', `no ${encoding}`)
  return null
}

export function refuseEncrypted(found: Findings, path: string): void {
  found.reject(
    path,
    'encrypted_payload',
    'the network server does not have the AppSKey; give it the key, or let it decrypt',
  )
}
