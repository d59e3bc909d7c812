import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openStore } from '../../store/store.ts'
import { addDevice, copyOfSnapshot } from '../support/data-folder.ts'
import { connectDevice, publish } from '../support/mqtt-client.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

interface Alarm {
  readonly state: string
  readonly entity: string
  readonly text: string
  readonly textVi: string
  readonly details: { readonly usual?: { readonly weeks: number }; readonly used?: Record<string, unknown> }
}
const names = { nameVi: 'Bất thường', nameEn: 'Unusual', severity: 'high' }
const PATTERN = {
  ...names,
  scope: { entities: ['meter'] },
  condition: { kind: 'pattern', quantity: 'water-flow', deviations: 5 },
}
const expression = 'value("water-pressure") < 150 && feeds.any(value("water-flow") > 30)'
const EXPRESSION = { ...names, scope: { entities: ['inlet'] }, condition: { kind: 'expression', expression } }

let platform: PlatformProcess
const passwords = new Map<string, string>()

/** Five weeks of a meter whose flow is 10 ± 1. */
beforeAll(async () => {
  const dataDir = copyOfSnapshot()
  const { db } = await openStore({ databaseUrl: undefined, dataDir, plain: false }, silent, () => {})
  await addDevice(db, 'meter', 'flow-meter')
  await addDevice(db, 'inlet', 'pressure-point')
  await db.exec(`
    insert into series (device_id, entity_id, quantity, unit) values ('meter', 'meter', 'water-flow', 'm3/h');
    insert into observation (series_id, time, value, received_at)
      select s.id, t, 9 + mod(extract(hour from t)::int, 3), t
      from series s, generate_series(now() - interval '35 days', now() - interval '2 hours', interval '30 minutes') t`)
  await db.close()
  platform = await startSharedPlatform({ DATA_DIR: dataDir })
  for (const id of ['meter', 'inlet']) {
    const { body } = await platform.api<{ credentials: { password: string } }>(
      'POST',
      `/devices/${id}/credentials`,
    )
    passwords.set(id, body.credentials.password)
  }
  await platform.api('POST', '/relations', { kind: 'feeds', from: 'inlet', to: 'meter' })
})
afterAll(() => platform.kill('SIGTERM'))

async function send(device: string, values: object): Promise<void> {
  const client = await connectDevice(platform.mqttPort, device, passwords.get(device) ?? '')
  await publish(client, `devices/${device}/readings`, { values })
  await client.endAsync()
}
const alarmOf = async (rule: string) =>
  (
    await platform.api<{ items: (Alarm & { rule: string })[] }>('GET', '/alarms?kind=process')
  ).body.items.find((alarm) => alarm.rule === rule)
const tried = (rule: object, days: number) =>
  platform.api<{ items: unknown[]; readings: number; unjudged: number; detail: string }>(
    'POST',
    '/alarm-rules/try',
    { rule, from: new Date(Date.now() - days * 86_400_000).toISOString(), to: new Date().toISOString() },
  )

describe('a rule of the weekly pattern', () => {
  it('raises on what is unusual, says what is usual in words, and clears', async () => {
    assert.equal((await platform.api('POST', '/alarm-rules', { ...PATTERN, id: 'odd-flow' })).status, 201)
    await send('meter', { 'water-flow': 41 })
    const alarm = await until('the alarm', () => alarmOf('odd-flow'))
    assert.match(
      alarm.textVi,
      /Lưu lượng nước 41 m³\/h; thường lúc \d\d–\d\d giờ (thứ|Chủ) \S+: [\d,]+–[\d,]+ m³\/h \(trung vị [\d,]+ của 4 tuần\)/,
    )
    assert.match(
      alarm.text,
      /Water flow 41 m³\/h; usual on \w+day \d\d–\d\d h: .* \(median [\d.]+ of 4 weeks\)/,
    )
    assert.equal(alarm.details.usual?.weeks, 4)
    await send('meter', { 'water-flow': 10 })
    await until('its end', async () => (await alarmOf('odd-flow'))?.state === 'cleared')
  })

  it('can be tried on the past, and says of how many readings it could not tell', async () => {
    const week = await tried(PATTERN, 1)
    assert.equal(week.status, 200)
    assert.deepEqual([week.body.items.length, week.body.unjudged], [1, 0])
    const older = await tried(PATTERN, 40)
    assert.equal(older.body.unjudged, older.body.readings)
  })
})

describe('a rule of an expression', () => {
  it('is judged by the values of the entity and those beside it', async () => {
    assert.equal((await platform.api('POST', '/alarm-rules', { ...EXPRESSION, id: 'burst' })).status, 201)
    await send('inlet', { 'water-pressure': 90 })
    await send('meter', { 'water-flow': 35 })
    const alarm = await until('the alarm', () => alarmOf('burst'))
    assert.equal(alarm.entity, 'inlet')
    assert.deepEqual(alarm.details.used, {
      'water-pressure': 90,
      'feeds.any(value("water-flow") > 30)': true,
    })
    assert.match(alarm.textVi, /Áp lực nước 90 kPa; feeds/)
    await send('meter', { 'water-flow': 10 })
    await until('its end', async () => (await alarmOf('burst'))?.state === 'cleared')
    const { body } = await tried(EXPRESSION, 1)
    assert.equal(body.items.length, 1)
  })

  it('is refused with the place of what is wrong', async () => {
    const wrong = {
      ...EXPRESSION,
      id: 'wrong',
      condition: { kind: 'expression', expression: 'value("water-flow") >' },
    }
    const { status, body } = await platform.api<{ code: string; detail: string }>(
      'POST',
      '/alarm-rules',
      wrong,
    )
    assert.deepEqual(
      [status, body.code, body.detail],
      [422, 'rule_not_valid', 'condition.expression: character 22: it ends too early'],
    )
  })
})
