import { type IClientOptions, MqttClient } from 'mqtt'
import type { Upstream } from '../core/upstream.ts'
import { dial } from './dial.ts'

const CONNECT_TIMEOUT_MS = 20_000

/** `clean`: the session at the broker is thrown away. */
export const clientOptions = (
  { clientId, username, password }: Upstream,
  { clean, keepaliveS }: { readonly clean: boolean; readonly keepaliveS: number },
): IClientOptions => ({
  protocolVersion: 4,
  clientId,
  clean,
  keepalive: keepaliveS,
  reconnectPeriod: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  resubscribe: false,
  ...(username === null ? {} : { username }),
  ...(password === null ? {} : { password }),
})

/** Lets go of the session that keeps messages for us at the broker. False: the broker could not be asked. */
export function forgetSession(upstream: Upstream): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const stream = dial(upstream)
      stream.on('error', () => {})
      const client = new MqttClient(() => stream, clientOptions(upstream, { clean: true, keepaliveS: 0 }))
      client.on('connect', () => client.end(false, () => resolve(true)))
      client.on('error', () => {})
      client.on('close', () => resolve(false))
    } catch {
      resolve(false)
    }
  })
}
