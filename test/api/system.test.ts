import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'
import { openStream } from '../support/sse.ts'
import { until } from '../support/until.ts'

interface System {
  readonly ready: boolean
  readonly warnings: string[]
  readonly process: { version: string; uptimeS: number; memoryBytes: number }
  readonly messages: { s10: number }
  readonly acknowledged: { s10: number }
  readonly pending: { bytes: number; bytesMax: number; oldestS: number }
  readonly commitMs: { p50: number; p95: number } | null
  readonly rejected: { code: string; count: number }[]
  readonly refused: { reason: string; count: number }[]
  readonly sessions: { devices: number; streams: number }
  readonly database: { kind: string; isThere: boolean; bytes: number | null }
  readonly rollups: { resolution: string }[]
  readonly channels: { id: string; givenUp: number; failing: number; lastFault: string | null }[]
  readonly history: { everyS: number; messages: number[] }
}

let platform: PlatformProcess
beforeAll(async () => {
  platform = await startSharedPlatform({ PENDING_MEGABYTES_MAX: '2' })
})
afterAll(() => platform.kill('SIGTERM'))

describe('GET /system', () => {
  it('tells how the platform does: rates, what waits, refusals, the database, who is there', async () => {
    const read = async () => (await platform.api<System>('GET', '/system')).body
    const quiet = await read()
    assert.deepEqual([quiet.ready, quiet.warnings, quiet.commitMs], [true, [], null])
    assert.deepEqual(quiet.pending, { bytes: 0, bytesMax: 2 * 1_048_576, oldestS: 0 })
    assert.deepEqual(
      quiet.rollups.map(({ resolution }) => resolution),
      ['1m', '1h', '1d'],
    )

    const client = await connectDevice(platform.mqttPort, 'wm-1', await platform.addDevice('wm-1'))
    await publish(client, 'devices/wm-1/readings', { values: { 'water-flow': 12 } })
    await publish(client, 'devices/wm-1/readings', 'no JSON')
    await publish(client, 'devices/wm-1/readings', { values: { nonsense: 1 } })
    await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', 'wrong'))
    await openStream(`${platform.http}/api/v1/stream`, ADMIN_TOKEN)
    const busy = await until('the counts', async () => {
      const system = await read()
      return system.rejected.length === 2 && system.refused.length > 0 && system
    })
    assert.deepEqual(
      new Set(busy.rejected.map(({ code }) => code)),
      new Set(['not_json', 'unknown_quantity']),
    )
    assert.ok(busy.messages.s10 > 0 && busy.acknowledged.s10 > 0)
    assert.ok((busy.commitMs?.p95 ?? 0) >= (busy.commitMs?.p50 ?? 1))
    assert.deepEqual(busy.sessions, { devices: 1, streams: 1 })
    assert.deepEqual([busy.database.kind, busy.database.isThere], ['embedded', true])
    assert.ok((busy.database.bytes ?? 0) > 1_000_000)
  })

  it('tells why a channel fails to the administrator alone', async () => {
    const url = 'http://127.0.0.1:1/nobody-listens'
    const channel = { id: 'duty', name: 'Duty', url, severity: 'low' }
    assert.equal((await platform.api('POST', '/notification-channels', channel)).status, 201)
    const rule = { id: 'hot', nameVi: 'Nóng', nameEn: 'Hot', severity: 'high', scope: { types: ['sensor'] } }
    const condition = { kind: 'threshold', quantity: 'temperature', above: 40 }
    await platform.api('POST', '/alarm-rules', { ...rule, condition })
    const client = await connectDevice(
      platform.mqttPort,
      's-1',
      await platform.addDevice('s-1', { type: 'sensor' }),
    )
    await publish(client, 'devices/s-1/readings', { values: { temperature: 45 } })
    const read = async (token: string) => {
      const answer = await fetch(`${platform.http}/api/v1/system`, {
        headers: { authorization: `Bearer ${token}` },
      })
      return (await answer.json()) as System
    }
    const failing = await until('the channel to fail', async () => {
      const [one] = (await read(ADMIN_TOKEN)).channels
      return one && one.failing > 0 && one
    })
    assert.match(failing.lastFault ?? '', /ECONNREFUSED/)
    const { token } = (
      await platform.api<{ token: string }>('POST', '/tokens', { name: 'x', role: 'operator' })
    ).body
    const [seen] = (await read(token)).channels
    assert.deepEqual([seen?.failing, seen?.lastFault], [1, null])
  })
})
