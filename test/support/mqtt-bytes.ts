const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  const length: number[] = []
  for (let rest = body.length; ; ) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>= 7
    if (rest === 0) return Buffer.concat([Buffer.from([first, ...length]), body])
  }
}

/** MQTT 3.1.1 written by hand, over a bare socket. */
export const mqttBytes = {
  connect: (clientId: string, username: string, password: string, keepaliveS = 60) =>
    packet(
      0x10,
      text('MQTT'),
      Buffer.from([4, 0xc2, keepaliveS >> 8, keepaliveS & 0xff]),
      text(clientId),
      text(username),
      text(password),
    ),
  publish: (topic: string, payload: string | Buffer, packetId: number, flags = 0x02) =>
    packet(0x30 | flags, text(topic), Buffer.from([packetId >> 8, packetId & 0xff]), Buffer.from(payload)),
  subscribe: (filter: string, packetId: number) =>
    packet(0x82, Buffer.from([packetId >> 8, packetId & 0xff]), text(filter), Buffer.from([0])),
}
