import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { it, onTestFinished } from 'vitest'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { mqttBytes } from '../support/raw-mqtt.ts'
import { residentBytes } from '../support/resident-bytes.ts'
import { until } from '../support/until.ts'

const DEVICES = 20
// Each device comes with many clients: its id and a suffix.
const GOOD_EACH = 65
const WRONG_PASSWORDS = 400
const WRONG_CLIENT_IDS = 200
const MUTE = 100
const GOOD = DEVICES * GOOD_EACH
const CLIENTS = GOOD + WRONG_PASSWORDS + WRONG_CLIENT_IDS + MUTE
const MEBIBYTE = 1_048_576
const CONNACK = '20020000'
const CONNACK_BAD_ID = '20020002'
const CONNACK_BAD_PASSWORD = '20020004'
const T0 = Date.now() - 3_600_000

/** What one client sends first (null: nothing), and what it must hear. */
interface Plan {
  readonly hello: Buffer | null
  readonly answer: string
  /** The one reading of a good client. */
  readonly reading: Buffer | null
}

class StormClient {
  readonly plan: Plan
  readonly socket: Socket
  heard = ''
  isClosed = false

  constructor(port: number, plan: Plan) {
    this.plan = plan
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => {
      this.heard += chunk.toString('hex')
    })
    this.socket.on('close', () => {
      this.isClosed = true
    })
    if (plan.hello) this.socket.write(plan.hello)
  }
}

function plansOf(secrets: readonly string[]): Plan[] {
  const times = (count: number, plan: (device: string, secret: string, i: number) => Plan) =>
    Array.from({ length: count }, (_, i) => plan(`wm-${i % DEVICES}`, secrets[i % DEVICES] ?? '', i))
  return [
    ...times(GOOD, (device, secret, i) => ({
      hello: mqttBytes.connect(`${device}:${i}`, device, secret),
      answer: CONNACK,
      reading: mqttBytes.publish(
        `devices/${device}/readings`,
        JSON.stringify({ time: T0 + i, values: { 'water-flow': i } }),
        1,
      ),
    })),
    ...times(WRONG_PASSWORDS, (device, secret, i) => ({
      hello: mqttBytes.connect(`${device}:${i}`, device, `${secret.slice(1)}x`),
      answer: CONNACK_BAD_PASSWORD,
      reading: null,
    })),
    ...times(WRONG_CLIENT_IDS, (device, secret, i) => ({
      hello: mqttBytes.connect(`wm-${(i + 1) % DEVICES}:${i}`, device, secret),
      answer: CONNACK_BAD_ID,
      reading: null,
    })),
    ...times(MUTE, () => ({ hello: null, answer: '', reading: null })),
  ]
}

/** Everybody comes at once; resolves when everybody has heard what it must, and who was refused is gone. */
async function storm(platform: PlatformProcess, plans: readonly Plan[]): Promise<StormClient[]> {
  // One kind between the others, as they come in life.
  const mixed = plans.toSorted((a, b) => (a.hello?.at(-1) ?? 0) - (b.hello?.at(-1) ?? 0))
  const clients = mixed.map((plan) => new StormClient(platform.mqttPort, plan))
  onTestFinished(() => {
    for (const { socket } of clients) socket.destroy()
  })
  await until('every answer', () => clients.every(({ heard, plan }) => heard.length >= plan.answer.length))
  for (const { heard, plan } of clients) assert.equal(heard, plan.answer)
  const refused = clients.filter(({ plan }) => plan.hello && !plan.reading)
  await until('the refused to be closed', () => refused.every(({ isClosed }) => isClosed))
  return clients
}

it('a storm of 2,000 clients, good, wrong and mute ones, is served, counted and gone, twice', async () => {
  assert.equal(CLIENTS, 2000)
  const platform = await startPlatformProcess()
  const secrets = await Promise.all(Array.from({ length: DEVICES }, (_, i) => platform.addDevice(`wm-${i}`)))
  const plans = plansOf(secrets)
  let isFull = false
  let healthy = 0
  const health = (async () => {
    while (!isFull) {
      assert.equal((await fetch(`${platform.http}/healthz`)).status, 200)
      healthy++
    }
  })()
  for (const round of [1, 2]) {
    const clients = await storm(platform, plans)
    const good = clients.filter(({ plan }) => plan.reading)
    await until('all sessions', async () => (await platform.metric('plumbline_sessions')) === GOOD)
    for (const { socket, plan } of good) socket.write(plan.reading ?? '')
    await until('every PUBACK', () => good.every(({ heard }) => heard === `${CONNACK}40020001`))
    assert.equal(
      await platform.metric('plumbline_mqtt_refused_connects_total'),
      round * (WRONG_PASSWORDS + WRONG_CLIENT_IDS),
    )
    for (const { socket } of clients) socket.resetAndDestroy()
    await until('all sessions to be gone', async () => (await platform.metric('plumbline_sessions')) === 0)
  }
  isFull = true
  await health
  assert.ok(healthy > 10)
  const [received, stored, duplicate, rejected, acknowledged] = await Promise.all(
    [
      'observations_received',
      'observations_stored',
      'observations_duplicate',
      'observations_rejected',
      'acknowledged',
    ].map((name) => platform.metric(`plumbline_${name}_total`)),
  )
  // The second time the same readings came again.
  assert.deepEqual(
    { received, stored, duplicate, rejected, acknowledged },
    { received: 2 * GOOD, stored: GOOD, duplicate: GOOD, rejected: 0, acknowledged: 2 * GOOD },
  )
  const resident = residentBytes(platform.process.pid) / MEBIBYTE
  assert.ok(resident < 1000, `${Math.round(resident)} MiB resident`)
  assert.equal(await platform.kill('SIGTERM'), 0)
})
