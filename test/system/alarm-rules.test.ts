import assert from 'node:assert/strict'
import { it } from 'vitest'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

interface Alarm {
  readonly id: number
  readonly state: string
  readonly count: number
  readonly value: number
  readonly bound: number
}
const RULE = {
  nameVi: 'Lưu lượng cao',
  nameEn: 'High flow',
  severity: 'high',
  scope: { types: ['water-meter'] },
  condition: { kind: 'threshold', quantity: 'water-flow', above: 5, hysteresis: 1 },
}
const alarmsOf = async (platform: PlatformProcess) =>
  (await platform.api<{ items: Alarm[] }>('GET', '/alarms?kind=process')).body.items.filter(
    (alarm) => 'rule' in alarm && alarm.rule === 'high-flow',
  )

it('a rule raises from the wire, the alarm stays over a restart, and a good reading clears it', async () => {
  const first = await startPlatformProcess()
  const secret = await first.addDevice('wm-1')
  const send = async (platform: PlatformProcess, flow: number) => {
    const client = await connectDevice(platform.mqttPort, 'wm-1', secret)
    await publish(client, 'devices/wm-1/readings', `{"values":{"water-flow":${flow}}}`)
    await client.endAsync()
  }
  assert.equal((await first.api('POST', '/alarm-rules', { ...RULE, id: 'high-flow' })).status, 201)
  assert.equal((await first.api('POST', '/alarm-rules', { ...RULE, id: 'high-flow' })).status, 409)
  const bad = { ...RULE, id: 'bad', condition: { ...RULE.condition, quantity: 'nonsense' } }
  assert.equal((await first.api('POST', '/alarm-rules', bad)).status, 422)
  await send(first, 9)
  await until('the alarm', async () => (await alarmsOf(first)).length === 1)
  const [raised] = await alarmsOf(first)
  assert.deepEqual([raised?.value, raised?.bound], [9, 5])
  const window = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
  const tried = await first.api<{ items: unknown[] }>('POST', '/alarm-rules/try', { rule: RULE, ...window })
  assert.deepEqual([tried.status, tried.body.items.length], [200, 1])
  await first.kill('SIGTERM')

  const second = await startPlatformProcess({ DATA_DIR: first.dataFolder })
  await send(second, 8)
  assert.deepEqual(
    (await alarmsOf(second)).map(({ id, state, count }) => ({ id, state, count })),
    [{ id: raised?.id, state: 'active', count: 1 }],
  )
  await send(second, 3)
  await until('the alarm', async () => (await alarmsOf(second))[0]?.state === 'cleared')
  assert.equal((await alarmsOf(second)).length, 1)
})
