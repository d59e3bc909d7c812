import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { DeviceClient, UNACKNOWLEDGED_MAX } from '../../simulator/device-client.ts'
import { provinceOf } from '../../simulator/province.ts'
import { runSimulator, type SimulatorOptions } from '../../simulator/run.ts'
import { noTotals } from '../../simulator/totals.ts'
import { startPlatform } from './platform.ts'

const until = (condition: () => void): Promise<void> =>
  vi.waitFor(condition, { timeout: 15_000, interval: 10 })

async function startSimulator(options: Partial<SimulatorOptions> & { url: string; api: string }) {
  const lines: string[] = []
  const simulator = await runSimulator({
    devices: 20,
    rate: 400,
    token: 'good',
    faults: 0,
    log: (line) => lines.push(line),
    ...options,
  })
  onTestFinished(async () => {
    await simulator.stop()
  })
  return { ...simulator, lines }
}

it('connects a province and gets every message acknowledged', async () => {
  const platform = await startPlatform()
  const simulator = await startSimulator({ ...platform, markTest: false })
  await until(() => expect(simulator.totals.acknowledged).toBeGreaterThan(100))
  expect(platform.registered.every(({ test }) => !test)).toBe(true)
  expect(simulator.totals).toMatchObject({ connected: 20, errors: 0, skipped: 0 })
  const totals = await simulator.stop()
  expect(totals).toMatchObject({ connected: 0, inFlight: 0, sent: totals.acknowledged })
  const readings = platform.published.filter(({ topic }) => topic.endsWith('/readings'))
  expect(readings).toHaveLength(totals.sent)
  expect(JSON.parse(readings[0]!.payload)).toMatchObject({
    time: expect.any(String),
    values: expect.any(Object),
  })
  const status = platform.published.filter(({ topic }) => topic === 'devices/sim-wm-0001/status')
  expect(status.map(({ payload, retain }) => [payload, retain])).toEqual([
    ['{"online":true}', true],
    ['{"online":false}', true],
  ])
})

it('sends the past first, each reading once and in order', async () => {
  const platform = await startPlatform()
  const simulator = await startSimulator({ ...platform, devices: 3, rate: 0.01, historyHours: 24 })
  await simulator.ready
  const past = platform.published.filter(({ topic }) => topic === 'devices/sim-wm-0001/readings')
  expect(past.map(({ payload }) => JSON.parse(payload).length)).toEqual([100, 44])
  const times = past.flatMap(({ payload }) => JSON.parse(payload).map(({ time }: { time: string }) => time))
  expect(times).toEqual([...new Set(times)].sort())
})

// A device waits up to six seconds before it connects again.
it('comes back by itself after the connections break, and loses nothing', { timeout: 20_000 }, async () => {
  const platform = await startPlatform()
  const simulator = await startSimulator({ ...platform, devices: 5, rate: 50 })
  await until(() => expect(simulator.totals.acknowledged).toBeGreaterThan(10))
  for (const socket of platform.sockets) socket.destroy()
  await until(() => expect(simulator.totals.connected).toBeLessThan(5))
  await until(() => expect(simulator.totals.connected).toBe(5))
  const totals = await simulator.stop()
  expect(totals.inFlight).toBe(0)
  expect(totals.acknowledged).toBe(totals.sent)
  expect(
    platform.published.some(
      ({ payload, topic }) => topic.endsWith('/status') && payload === '{"online":false}',
    ),
  ).toBe(true)
})

it('uses the secrets of an earlier run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const platform = await startPlatform()
  const stateFile = join(folder, 'state.json')
  await (await startSimulator({ ...platform, devices: 4, stateFile })).stop()
  const { requests } = platform.seen
  const second = await startSimulator({ ...platform, devices: 4, stateFile })
  await until(() => expect(second.totals.connected).toBe(4))
  expect(platform.seen.requests).toBe(requests)
})

it('says once that a secret is refused, and how to get new ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const platform = await startPlatform()
  const stateFile = join(folder, 'state.json')
  await (await startSimulator({ ...platform, devices: 4, stateFile })).stop()
  for (const id of platform.secrets.keys()) platform.secrets.set(id, 'changed')
  const second = await startSimulator({ ...platform, devices: 4, stateFile })
  await until(() => expect(second.totals.errors).toBeGreaterThanOrEqual(4))
  expect(second.lines.filter((line) => line.includes(`delete ${stateFile}`))).toHaveLength(1)
})

it('ends by itself after its duration', async () => {
  const platform = await startPlatform()
  const simulator = await startSimulator({ ...platform, durationS: 0.3 })
  const totals = await simulator.done
  expect(totals).toMatchObject({ connected: 0, inFlight: 0 })
})

it('keeps at most 20 messages of a device open, skips and counts the rest, and stops in time', async () => {
  const platform = await startPlatform()
  // A platform that never acknowledges readings.
  platform.broker.authorizePublish = (_client, { topic }, done) => {
    if (!topic.endsWith('/readings')) done(null)
  }
  const simulator = await startSimulator({ ...platform, devices: 2, rate: 200 })
  await until(() => expect(simulator.totals.skipped).toBeGreaterThan(10))
  expect(simulator.totals.inFlight).toBe(2 * UNACKNOWLEDGED_MAX)
  const startMs = Date.now()
  const totals = await simulator.stop()
  expect(Date.now() - startMs).toBeLessThan(3000)
  expect(totals).toMatchObject({ sent: 40, acknowledged: 0, inFlight: 40 })
})

it('leaves in an outage only when all is acknowledged, publishes its will, and comes back', async () => {
  const platform = await startPlatform()
  const device = provinceOf({ seed: 1, devices: 1 })[0]!
  platform.secrets.set(device.id, 'secret')
  const totals = noTotals(1)
  const client = new DeviceClient(device, {
    url: platform.url,
    credentials: { username: device.id, password: 'secret' },
    totals,
    onError: () => undefined,
  })
  onTestFinished(() => client.stop())
  await client.goOnline()
  for (let i = 0; i < 5; i++) client.send({ payload: `{"values":{"water-flow":${i}}}`, resent: false })
  client.goOffline()
  const status = () =>
    platform.published.filter(({ topic }) => topic.endsWith('/status')).map(({ payload }) => payload)
  await until(() => expect(status().at(-1)).toBe('{"online":false}'))
  expect(totals).toMatchObject({ connected: 0, sent: 5, acknowledged: 5 })
  await client.goOnline()
  client.send({ payload: '{"values":{"water-flow":9}}', resent: false })
  await until(() => expect(totals).toMatchObject({ connected: 1, sent: 6, acknowledged: 6 }))
})

it('runs as a command that ends cleanly on SIGTERM', async () => {
  const platform = await startPlatform()
  const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
  const args = [
    '--devices',
    '10',
    '--rate',
    '100',
    '--url',
    platform.url,
    '--api',
    platform.api,
    '--token',
    'good',
  ]
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await until(() => expect(platform.published.length).toBeGreaterThan(50))
  const code = new Promise((resolve) => child.on('exit', resolve))
  child.kill('SIGTERM')
  expect(await code).toBe(0)
  expect(output).toMatch(/total: connected 0\/10 · sent \d+ · acknowledged \d+ · in flight 0 · .* · errors 0/)
})
