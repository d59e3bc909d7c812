import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { freshDataFolder } from '../support/data-folder.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { mqttBytes, RawMqtt } from '../support/raw-mqtt.ts'
import { until } from '../support/until.ts'

const T0 = Date.now() - 3_600_000
const IN_FLIGHT = 50
const ACKNOWLEDGED_BEFORE_KILL = 400

/** Publishes without pause, `IN_FLIGHT` at a time; the values are their own sequence numbers. */
class Load {
  readonly acknowledged = new Set<number>()
  readonly #raw: RawMqtt
  #next: number

  constructor(platform: PlatformProcess, first: number) {
    this.#raw = new RawMqtt(platform.mqttPort)
    this.#next = first
  }

  async start(secret: string): Promise<void> {
    await this.#raw.signIn('wm-1', secret)
    const inFlight = new Map<number, number>()
    const pump = () => {
      for (const id of this.#raw.acknowledged) {
        const sequence = inFlight.get(id)
        if (sequence !== undefined) this.acknowledged.add(sequence)
        inFlight.delete(id)
      }
      this.#raw.received = this.#raw.received.subarray(
        this.#raw.received.length - (this.#raw.received.length % 4),
      )
      while (inFlight.size < IN_FLIGHT && !this.#raw.isClosed) {
        const sequence = this.#next++
        const id = (sequence % 65_535) + 1
        inFlight.set(id, sequence)
        this.#raw.socket.write(
          mqttBytes.publish(
            'devices/wm-1/readings',
            JSON.stringify({ time: T0 + sequence, values: { 'water-volume': sequence } }),
            id,
          ),
        )
      }
    }
    this.#raw.socket.on('data', pump)
    pump()
  }

  get next(): number {
    return this.#next
  }
}

async function storedSequences(platform: PlatformProcess): Promise<Set<number>> {
  const found = new Set<number>()
  let cursor = ''
  do {
    const from = new Date(T0 - 1000).toISOString()
    const { body } = await platform.api<{ items: { value: number }[]; next?: string }>(
      'GET',
      `/entities/wm-1/observations?quantity=water-volume&from=${from}&limit=10000${cursor && `&cursor=${cursor}`}`,
    )
    for (const { value } of body.items) found.add(value)
    cursor = body.next ?? ''
  } while (cursor)
  return found
}

describe('kill -9 of the platform under load', () => {
  it('loses no acknowledged reading, three times over', async () => {
    const env = { DATA_DIR: freshDataFolder() }
    const acknowledged = new Set<number>()
    let platform = await startPlatformProcess(env)
    const secret = await platform.addDevice('wm-1')
    for (let round = 0, first = 0; round < 3; round++) {
      const load = new Load(platform, first)
      await load.start(secret)
      await until('enough acknowledgements', () => load.acknowledged.size >= ACKNOWLEDGED_BEFORE_KILL)
      await platform.kill('SIGKILL')
      for (const sequence of load.acknowledged) acknowledged.add(sequence)
      first = load.next
      platform = await startPlatformProcess(env)
      const stored = await storedSequences(platform)
      assert.deepEqual(
        [...acknowledged].filter((sequence) => !stored.has(sequence)),
        [],
      )
    }
    assert.ok(acknowledged.size >= 3 * ACKNOWLEDGED_BEFORE_KILL)
  })
})
