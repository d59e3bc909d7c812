import type { AedesOptions } from 'aedes'
import type { SessionLog } from './session-log.ts'

type Forward = NonNullable<AedesOptions['authorizeForward']>

/**
 * aedes 1.2 goes on writing to a client that does not read. Here such a client is cut off when a message is for it while
 * more than `unreadBytesMax` is written and not taken. What a persistent session did not acknowledge is sent again when
 * it is back, as far as its queue goes.
 */
export const cuttingOffSlowReaders =
  (forward: Forward, sessions: SessionLog, unreadBytesMax: number): Forward =>
  (client, packet) => {
    const unread = client.conn.writableLength
    if (unread > unreadBytesMax) sessions.end(client, `it does not read: ${unread} bytes wait for it`)
    return forward(client, packet)
  }
