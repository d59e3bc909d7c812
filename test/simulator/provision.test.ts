import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { provinceOf } from '../../simulator/province.ts'
import { provision } from '../../simulator/provision.ts'
import { readState, writeState } from '../../simulator/state-file.ts'
import { startPlatform } from './platform.ts'

const options = { token: 'good', markTest: true, log: () => undefined }
const devices = provinceOf({ seed: 1, devices: 60, rate: 12 })

it('registers every device with its place and type, at most 16 at once', async () => {
  const { api, registered, secrets, seen } = await startPlatform()
  const credentials = await provision(devices, { ...options, api })
  expect(credentials.size).toBe(60)
  expect([...credentials].map(([id, { password }]) => [id, password]).sort()).toEqual([...secrets].sort())
  expect(registered.find(({ id }) => id === 'sim-wm-0001')).toEqual({
    id: 'sim-wm-0001',
    type: 'water-meter',
    location: devices[0]?.location,
    access: 'lpwan',
    role: 'end-device',
    intervalS: 5,
    test: true,
  })
  expect(seen.atOnceMax).toBeLessThanOrEqual(16)
})

it('takes new credentials for devices that are there already', async () => {
  const { api, secrets } = await startPlatform()
  await provision(devices.slice(0, 5), { ...options, api })
  const credentials = await provision(devices.slice(0, 10), { ...options, api })
  expect([...credentials].map(([id, { password }]) => [id, password]).sort()).toEqual([...secrets].sort())
})

it('asks again where the platform is busy', async () => {
  const { api, seen } = await startPlatform({
    // Fewer refusals in all than one request is tried: which of them meets which is chance.
    statusOf: (nth) => (nth > 9 ? 0 : nth % 3 === 0 ? 503 : nth % 5 === 0 ? 429 : 0),
  })
  expect((await provision(devices.slice(0, 10), { ...options, api })).size).toBe(10)
  expect(seen.requests).toBeGreaterThan(10)
})

it('says what to do where the token is refused', async () => {
  const { api } = await startPlatform({ token: 'other' })
  await expect(provision(devices, { ...options, api })).rejects.toThrow(
    /token was refused \(HTTP 401\).*PLUMBLINE_TOKEN/,
  )
})

it('says which device was refused and why', async () => {
  const { api } = await startPlatform({ statusOf: () => 400 })
  await expect(provision(devices.slice(0, 1), { ...options, api })).rejects.toThrow(
    /sim-wm-0001.*400.*forced/,
  )
})

it('can be stopped', async () => {
  const { api } = await startPlatform({ statusOf: () => 503 })
  const halt = new AbortController()
  const work = provision(devices, { ...options, api, signal: halt.signal })
  halt.abort()
  await expect(work).rejects.toThrow(/abort/)
})

it('keeps secrets in a file that only the owner reads, for one platform', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'state.json')
  const secrets = new Map([['a', { username: 'a', password: 'p' }]])
  expect(await readState(path, 'http://x')).toEqual(new Map())
  await writeState(path, 'http://x', secrets)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await readState(path, 'http://x')).toEqual(secrets)
  expect(await readState(path, 'http://y')).toEqual(new Map())
  writeFileSync(path, 'no json')
  await expect(readState(path, 'http://x')).rejects.toThrow(/not a state file/)
})
