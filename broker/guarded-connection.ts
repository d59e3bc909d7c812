import type { Duplex } from 'node:stream'
import type { GuardVerdict, PacketGuard } from './packet-guard.ts'

export interface GuardedEvents {
  /** True while nothing more may be taken in; the connection is then read again by `resume`. */
  isHeld(): boolean
  /** Whole packets before aedes gets them; true: they are taken care of. */
  take(packets: Buffer): boolean
  /** Anything but whole packets; nothing more is read from this connection. */
  onStop(verdict: Exclude<GuardVerdict, { kind: 'pass' }>): void
}

/**
 * Puts the guard between a connection and aedes, which takes its bytes by `read()` alone: no second stream, no copy.
 * Gives a function that lets a held connection go on.
 */
export function guard(connection: Duplex, packetGuard: PacketGuard, events: GuardedEvents): () => void {
  const read = connection.read.bind(connection)
  let isStopped = false
  connection.read = (size?: number | null): unknown => {
    // The stream's own machinery asks for 0 bytes to start the flow; aedes asks with null for all there is.
    if (size !== null) return read(size)
    if (isStopped || events.isHeld()) return null
    const chunk: Buffer | null = read()
    if (chunk === null) return null
    const verdict = packetGuard.inspect(chunk)
    if (verdict.kind === 'pass') {
      const { packets } = verdict
      return packets !== null && events.take(packets) ? null : packets
    }
    isStopped = true
    // From here on the bytes are nobody's: aedes reads no more, and the stream's own read is back for draining.
    connection.removeAllListeners('readable')
    Reflect.deleteProperty(connection, 'read')
    events.onStop(verdict)
    return null
  }
  return () => {
    // With nothing there the stream itself says when something is.
    if (!connection.destroyed && !isStopped && connection.readableLength > 0) connection.emit('readable')
  }
}
