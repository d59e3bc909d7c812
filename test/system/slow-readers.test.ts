import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { it, onTestFinished } from 'vitest'
import { connectDevice } from '../support/mqtt-client.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { mqttBytes, RawMqtt } from '../support/raw-mqtt.ts'
import { residentBytes } from '../support/resident-bytes.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

const TOKEN = 'administrator-of-a-test'
const MEBIBYTE = 1_048_576
const READERS_OF_A_KIND = 8
// Twins of 30 kB, so that each reader is sent almost 1 MB in each round.
const DEVICES = 24
const CHANNELS = 250
const ROUNDS = 3
const MESSAGES_A_ROUND = 10
const T0 = Date.now() - 3_600_000

/** Asks for the stream and never reads the answer. */
function unreadStream(platform: PlatformProcess): void {
  const socket = connect(Number(new URL(platform.http).port), '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`)
}

/** Subscribes to all twins and never reads them. */
async function unreadTwins(platform: PlatformProcess, n: number): Promise<void> {
  const raw = new RawMqtt(platform.mqttPort)
  raw.socket.write(mqttBytes.connect(`wall-${n}`, 'token', TOKEN))
  await until('CONNACK', () => raw.received.length >= 4)
  raw.socket.pause()
  raw.socket.write(mqttBytes.subscribe('twins/#', 1))
}

/** Devices whose twins are large: each has sent a value in many channels. */
async function largeDevices(platform: PlatformProcess): Promise<RawMqtt[]> {
  const names = Array.from({ length: CHANNELS }, (_, i) => `voltage/c${i}`)
  const payload = JSON.stringify({ time: T0, values: Object.fromEntries(names.map((name) => [name, 230])) })
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, async (_, i) => {
      const secret = await platform.addDevice(`pm-${i}`, { type: 'power-meter' })
      const raw = new RawMqtt(platform.mqttPort)
      await raw.signIn(`pm-${i}`, secret)
      raw.socket.write(mqttBytes.publish(`devices/pm-${i}/readings`, payload, 1))
      return raw
    }),
  )
  await until('the first PUBACKs', () => devices.every((raw) => raw.acknowledged.length === 1))
  return devices
}

/** What a reader that reads has of each twin: the newest value of the first channel. */
async function followed(platform: PlatformProcess): Promise<Map<string, number>> {
  const client = await connectDevice(platform.mqttPort, 'token', TOKEN, { clientId: 'reads' })
  const newest = new Map<string, number>()
  client.on('message', (topic, payload) => {
    newest.set(topic, JSON.parse(payload.toString()).quantities['voltage/c0'].value)
  })
  await client.subscribeAsync('twins/#')
  return newest
}

it('readers that never read slow neither ingest nor other readers, take no memory, and do not hold up the end', async () => {
  const platform = await startPlatformProcess()
  const devices = await largeDevices(platform)
  const twins = await followed(platform)
  const stream = await openStream(`${platform.http}/api/v1/stream?entity=pm-0`, TOKEN)
  for (let n = 0; n < READERS_OF_A_KIND; n++) {
    unreadStream(platform)
    await unreadTwins(platform, n)
  }
  const before = residentBytes(platform.process.pid)
  for (let round = 1; round <= ROUNDS; round++) {
    const last = round * MESSAGES_A_ROUND
    for (const [i, raw] of devices.entries())
      for (let n = last - MESSAGES_A_ROUND + 1; n <= last; n++)
        raw.socket.write(
          mqttBytes.publish(
            `devices/pm-${i}/readings`,
            JSON.stringify({ time: T0 + n, values: { 'voltage/c0': n } }),
            n + 1,
          ),
        )
    await until('every PUBACK', () => devices.every((raw) => raw.acknowledged.length === last + 1))
    await until('the newest of all twins, over MQTT', () =>
      devices.every((_, i) => twins.get(`twins/pm-${i}`) === last),
    )
    await until(
      'the newest of one, over the stream',
      () =>
        stream.events.findLast(({ event }) => event === 'twin')?.data.quantities['voltage/c0'].value === last,
    )
  }
  const grown = (residentBytes(platform.process.pid) - before) / MEBIBYTE
  assert.ok(grown < 250, `${Math.round(grown)} MiB more`)
  assert.equal(
    await platform.metric('plumbline_observations_stored_total'),
    DEVICES * (CHANNELS + ROUNDS * MESSAGES_A_ROUND),
  )
  assert.equal(await platform.kill('SIGTERM'), 0)
})
