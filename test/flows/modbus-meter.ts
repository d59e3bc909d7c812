import { type AddressInfo, createServer, type Socket } from 'node:net'

const READ_INPUT_REGISTERS = 4
const ILLEGAL_FUNCTION = 1
const ILLEGAL_ADDRESS = 2

export interface ModbusMeter {
  readonly port: number
  /** Float32 values by address from 0. */
  readonly registers: Map<number, number>
  /** Silent: it takes connections and answers nothing, as a meter behind a serial gateway that is off. */
  mode: 'answers' | 'silent' | 'refuses'
  readonly requests: number
  close(): void
}

/** A Modbus TCP server with float32 input registers, high word first, as an Eastron SDM630 has; it refuses registers that
 *  the meter does not have. */
export async function modbusMeter(values: Record<number, number>): Promise<ModbusMeter> {
  const registers = new Map(Object.entries(values).map(([address, value]) => [Number(address), value]))
  const sockets = new Set<Socket>()
  let requests = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      // MBAP: transaction, protocol 0, length of what follows, unit; then the function and its data.
      while (rest.length >= 6 && rest.length >= 6 + rest.readUInt16BE(4)) {
        const frame = rest.subarray(0, 6 + rest.readUInt16BE(4))
        rest = rest.subarray(frame.length)
        requests += 1
        if (meter.mode !== 'silent') socket.write(answer(frame))
      }
    })
  })

  function answer(frame: Buffer): Buffer {
    const [code, start, count] = [frame.readUInt8(7), frame.readUInt16BE(8), frame.readUInt16BE(10)]
    const addresses = Array.from({ length: count / 2 }, (_, i) => start + 2 * i)
    if (code !== READ_INPUT_REGISTERS) return packed(frame, Buffer.from([code + 0x80, ILLEGAL_FUNCTION]))
    if (meter.mode === 'refuses' || addresses.some((address) => !registers.has(address)))
      return packed(frame, Buffer.from([code + 0x80, ILLEGAL_ADDRESS]))
    const body = Buffer.alloc(2 + count * 2)
    body.writeUInt8(code, 0)
    body.writeUInt8(count * 2, 1)
    for (const [i, address] of addresses.entries()) body.writeFloatBE(registers.get(address) ?? 0, 2 + 4 * i)
    return packed(frame, body)
  }

  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
  const meter: ModbusMeter = {
    port,
    registers,
    mode: 'answers',
    get requests() {
      return requests
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
  return meter
}

function packed(request: Buffer, body: Buffer): Buffer {
  const header = Buffer.from(request.subarray(0, 7))
  header.writeUInt16BE(body.length + 1, 4)
  return Buffer.concat([header, body])
}
