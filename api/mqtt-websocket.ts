import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'

const FRAME_BYTES_MAX = 1024 * 1024

/** MQTT over WebSocket on the HTTP port: MQTT 3.1.1 §6, binary frames, subprotocol `mqtt`. Pages of our own origin and of
 *  `origins` may; what sends no origin is no browser. */
export function acceptWebSockets(
  server: Server,
  path: string,
  origins: readonly string[],
  accept: (connection: Duplex, address?: string) => void,
): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => ['mqtt', 'mqttv3.1'].find((protocol) => offered.has(protocol)) ?? false,
  })
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off: without one, a reset would end the process.
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request, path, origins)
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = createWebSocketStream(webSocket)
      webSocket.on('error', () => webSocket.terminate())
      stream.on('error', () => webSocket.terminate())
      accept(stream, request.socket.remoteAddress)
    })
  })
}

function refusalOf(
  { url, headers }: IncomingMessage,
  path: string,
  origins: readonly string[],
): string | null {
  if (url?.split('?', 1)[0] !== path) return '404 Not Found'
  if (!/\bmqtt/.test(headers['sec-websocket-protocol'] ?? '')) return '400 Bad Request'
  const { origin, host } = headers
  const isKnown =
    origin === undefined ||
    origins.includes(origin) ||
    (URL.canParse(origin) && new URL(origin).host === host)
  return isKnown ? null : '403 Forbidden'
}
