import assert from 'node:assert/strict'
import { describe, it, onTestFinished } from 'vitest'
import type { Alarm, Finding } from '../../core/alarm.ts'
import type { Log } from '../../core/ports.ts'
import { Alarms } from '../../digital-twin/alarms/alarms.ts'
import { listAlarms } from '../../store/alarm-list.ts'
import { trimAlarms } from '../../store/alarms.ts'
import type { Db } from '../../store/db.ts'
import { rememberNetworks, trimNetworks } from '../../store/device-networks.ts'
import { openStore } from '../../store/store.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { postgresBin, startPostgres } from '../support/postgres.ts'
import { silent } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

const S = 1_000_000
const T0 = Date.parse('2026-11-20T10:00:00Z') * 1000
const ALL = { state: 'all', now: T0, limit: 20_000 } as const

const ACK = { what: 'acknowledge' } as const

const finding = (subject: string, more: Partial<Finding> = {}): Finding => ({
  kind: 'security',
  rule: 'test-rule',
  key: `test-rule/${subject}`,
  severity: 'medium',
  device: subject,
  address: null,
  text: `${subject} is odd`,
  details: { n: 1 },
  quietS: 60,
  ...more,
})

function alarmsOn(db: Db, log: Log = silent) {
  const clock = { us: T0 }
  const alarms = new Alarms(
    db,
    (device) => ({ entity: `e-${device}`, area: '24133' }),
    log,
    () => clock.us,
  )
  const changes: string[] = []
  alarms.onChange((id) => void changes.push(id))
  onTestFinished(() => alarms.stop())
  return { alarms, clock, changes }
}

const only = (alarms: readonly Alarm[]): Alarm => {
  assert.equal(alarms.length, 1)
  return alarms[0] as Alarm
}

describe('alarms', () => {
  it('are one a key while active, counted, cleared after a quiet time, and raised anew after that', async () => {
    const { db } = await embeddedStore()
    const { alarms, clock, changes } = alarmsOn(db)
    await alarms.start()
    alarms.raise(finding('wm-1'))
    alarms.raise(finding('wm-1'))
    await alarms.look()
    clock.us += 30 * S
    alarms.raise(finding('wm-1', { severity: 'critical', text: 'worse' }))
    await alarms.look()
    const active = only(await listAlarms(db, ALL))
    assert.deepEqual(
      { ...active, id: 0 },
      {
        ...{
          id: 0,
          kind: 'security',
          rule: 'test-rule',
          key: 'test-rule/wm-1',
          severity: 'critical',
          textVi: null,
        },
        ...{
          device: 'wm-1',
          entity: 'e-wm-1',
          area: '24133',
          address: null,
          text: 'worse',
          details: { n: 1 },
        },
        ...{ raisedAt: T0, lastAt: T0 + 30 * S, count: 3, quietS: 60 },
        ...{ clearedAt: null, acknowledgedAt: null, acknowledgedBy: null, note: null },
        ...{ shelvedUntil: null, shelvedBy: null, group: null, members: 0 },
      },
    )
    clock.us += 59 * S
    await alarms.look()
    assert.deepEqual([...alarms.active()], [String(active.id)])
    clock.us += S
    await alarms.look()
    assert.deepEqual([...alarms.active()], [])
    assert.equal(only(await listAlarms(db, { ...ALL, state: 'cleared' })).clearedAt, T0 + 90 * S)
    assert.deepEqual(
      alarms.payloads(String(active.id)).map(({ length }) => length > 0),
      [true, false],
    )
    alarms.raise(finding('wm-1'))
    await alarms.look()
    assert.equal((await listAlarms(db, ALL)).length, 2)
    assert.equal(only(await listAlarms(db, { ...ALL, state: 'active' })).count, 1)
    assert.equal(changes.length, 4)
  })

  it('that are not quiet by themselves are cleared by their rule', async () => {
    const { db } = await embeddedStore()
    const { alarms, clock } = alarmsOn(db)
    await alarms.start()
    alarms.raise(finding('wm-1', { quietS: null }))
    await alarms.look()
    clock.us += 1e6 * S
    await alarms.look()
    assert.equal([...alarms.active()].length, 1)
    alarms.clear('test-rule/wm-1')
    alarms.clear('test-rule/nobody')
    await alarms.look()
    assert.equal([...alarms.active()].length, 0)
  })

  it('go on after a restart, and are acknowledged once', async () => {
    const { db } = await embeddedStore()
    const before = alarmsOn(db)
    await before.alarms.start()
    before.alarms.raise(finding('wm-1'))
    await before.alarms.stop()
    const after = alarmsOn(db)
    // Found again before the database was there.
    after.alarms.raise(finding('wm-1'))
    await after.alarms.start()
    await after.alarms.look()
    const { id, count } = only(await listAlarms(db, ALL))
    assert.equal(count, 2)
    await after.alarms.act(id, ACK, 'first', 'seen')
    await after.alarms.act(id, ACK, 'second', 'seen again')
    const acknowledged = only(await listAlarms(db, { ...ALL, state: 'acknowledged' }))
    assert.deepEqual([acknowledged.acknowledgedBy, acknowledged.note], ['first', 'seen'])
    assert.equal(after.alarms.alarm(String(id))?.acknowledgedBy, 'first')
    assert.equal(await after.alarms.act(id + 1, ACK, 'x', null), null)
    after.clock.us += 61 * S
    await after.alarms.look()
    assert.equal(only(await listAlarms(db, { ...ALL, state: 'cleared' })).acknowledgedBy, 'first')
  })

  it('wait while the database does not take them, and are written once it does', async () => {
    const { db } = await embeddedStore()
    const { alarms } = alarmsOn(db)
    await alarms.start()
    await db.exec('alter table alarm rename to alarm_away')
    alarms.raise(finding('wm-1'))
    await alarms.look()
    alarms.raise(finding('wm-1'))
    assert.deepEqual([...alarms.active()], [])
    await db.exec('alter table alarm_away rename to alarm')
    await until('the alarm', async () => (await listAlarms(db, ALL))[0]?.count === 2)
  })

  it('are so many at most, and say so', async () => {
    const { db } = await embeddedStore()
    const errors: string[] = []
    const { alarms } = alarmsOn(db, { ...silent, error: (_, text) => void errors.push(text) })
    await alarms.start()
    for (let i = 0; i < 1200; i++) alarms.raise(finding(`wm-${i}`))
    await alarms.look()
    assert.equal((await listAlarms(db, ALL)).length, 1000)
    assert.match(errors[0] ?? '', /too many alarms/)
  })

  it('are found by what is asked, newest first and by page, and leave when they are old', async () => {
    const { db } = await embeddedStore()
    const { alarms, clock } = alarmsOn(db)
    await alarms.start()
    for (const [subject, severity] of [
      ['wm-1', 'low'],
      ['wm-2', 'critical'],
      ['wm-3', 'critical'],
    ] as const) {
      alarms.raise(finding(subject, { severity }))
      await alarms.look()
      clock.us += S
    }
    const devices = async (more: object) =>
      (await listAlarms(db, { ...ALL, ...more })).map(({ device }) => device)
    assert.deepEqual(await devices({ severity: 'critical' }), ['wm-3', 'wm-2'])
    assert.deepEqual(await devices({ device: 'wm-1' }), ['wm-1'])
    assert.deepEqual(await devices({ since: T0 + S }), ['wm-3', 'wm-2'])
    assert.deepEqual(await devices({ kind: 'security', limit: 2 }), ['wm-3', 'wm-2'])
    const [newest] = await listAlarms(db, ALL)
    assert.deepEqual(await devices({ before: newest?.id ?? null }), ['wm-2', 'wm-1'])
    clock.us += 60 * S
    await alarms.look()
    assert.equal(await trimAlarms(db, T0), 0)
    assert.equal(await trimAlarms(db, clock.us + 1), 3)
  })
})

describe('networks of devices', () => {
  it('are no news at first, news when they are new, and known from then on', async () => {
    const { db } = await embeddedStore()
    const at = (network: string, device = 'wm-1', time = T0) => ({ device, network, time })
    assert.deepEqual(await rememberNetworks(db, [at('10.0.0.0/24'), at('10.0.0.0/24', 'wm-2')]), [])
    assert.deepEqual(await rememberNetworks(db, [at('10.0.0.0/24')]), [])
    assert.deepEqual(await rememberNetworks(db, [at('10.9.0.0/24'), at('10.0.0.0/24', 'wm-2')]), [
      { device: 'wm-1', network: '10.9.0.0/24', known: ['10.0.0.0/24'] },
    ])
    assert.deepEqual(await rememberNetworks(db, [at('10.9.0.0/24')]), [])
    // Once a day it is noted that it is still in use, so that the retention leaves it.
    assert.deepEqual(await rememberNetworks(db, [at('10.0.0.0/24', 'wm-1', T0 + 2 * 86_400 * S)]), [])
    assert.equal(await trimNetworks(db, T0 + 86_400 * S), 2)
    assert.deepEqual(await rememberNetworks(db, [at('10.9.0.0/24')]), [
      { device: 'wm-1', network: '10.9.0.0/24', known: ['10.0.0.0/24'] },
    ])
  })
})

it.skipIf(postgresBin() === null)('alarms and networks are the same on a PostgreSQL server', async () => {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const url = await postgres.createDatabase('alarms')
  const { db } = await openStore({ databaseUrl: url, dataDir: '', plain: true }, silent, () => {})
  onTestFinished(() => db.close())
  const { alarms, clock } = alarmsOn(db)
  await alarms.start()
  for (const subject of ['wm-1', 'wm-2', 'wm-1']) alarms.raise(finding(subject))
  await alarms.look()
  const [, first] = await listAlarms(db, { ...ALL, state: 'active', since: T0 })
  assert.deepEqual([first?.device, first?.count, first?.raisedAt, first?.details], ['wm-1', 2, T0, { n: 1 }])
  assert.equal((await alarms.act(first?.id ?? 0, ACK, 'me', null))?.acknowledgedBy, 'me')
  clock.us += 61 * S
  await alarms.look()
  assert.equal((await listAlarms(db, { ...ALL, state: 'cleared' })).length, 2)
  const seen = { device: 'wm-1', time: T0 }
  assert.deepEqual(await rememberNetworks(db, [{ ...seen, network: '10.0.0.0/24' }]), [])
  const [news] = await rememberNetworks(db, [{ ...seen, network: '10.9.0.0/24' }])
  assert.deepEqual(news, { device: 'wm-1', network: '10.9.0.0/24', known: ['10.0.0.0/24'] })
})
