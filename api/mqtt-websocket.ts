import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'

const FRAME_BYTES_MAX = 1024 * 1024

/** MQTT over WebSocket on the HTTP port: MQTT 3.1.1 §6, binary frames, subprotocol `mqtt`. */
export function acceptWebSockets(
  server: Server,
  path: string,
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
    const isOurs = request.url?.split('?', 1)[0] === path
    const offers = request.headers['sec-websocket-protocol'] ?? ''
    if (!isOurs || !/\bmqtt/.test(offers)) {
      socket.end(`HTTP/1.1 ${isOurs ? '400 Bad Request' : '404 Not Found'}\r\nConnection: close\r\n\r\n`)
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
