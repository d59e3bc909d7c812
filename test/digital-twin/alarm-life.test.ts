import assert from 'node:assert/strict'
import { describe, it, onTestFinished } from 'vitest'
import type { Finding } from '../../core/alarm.ts'
import { type Neighbours, NO_NEIGHBOURS, type RelationKind } from '../../core/relation.ts'
import { Alarms } from '../../digital-twin/alarms/alarms.ts'
import { listAlarmEvents, listAlarms } from '../../store/alarm-list.ts'
import type { Db } from '../../store/db.ts'
import { embeddedStore } from '../support/data-folder.ts'
import { silent } from '../support/silent-log.ts'

const S = 1_000_000
const T0 = Date.parse('2026-11-20T10:00:00Z') * 1000

const finding = (entity: string, more: Partial<Finding> = {}): Finding => ({
  kind: 'process',
  rule: 'low-pressure',
  key: `low-pressure/${entity}`,
  severity: 'medium',
  device: null,
  address: null,
  entity,
  text: `${entity} lost pressure`,
  textVi: `${entity} mất áp`,
  details: { quantity: 'pressure', value: 1, bound: 2, unit: 'bar', ruleNameEn: 'low pressure' },
  quietS: null,
  ...more,
})

function alarmsOn(db: Db, neighbours: Neighbours = NO_NEIGHBOURS) {
  const clock = { us: T0 }
  const entity = (id: string) => ({ name: id === 'zone' ? 'Zone 7' : null, area: '24133' })
  const alarms = new Alarms(
    db,
    () => null,
    silent,
    () => clock.us,
    { neighbours, entity },
  )
  onTestFinished(() => alarms.stop())
  const list = (more: Partial<Parameters<typeof listAlarms>[1]> = {}) =>
    listAlarms(db, { state: 'open', now: clock.us, limit: 20_000, withMembers: false, ...more })
  /** Until nothing changes any more: groups take a look to be made and one to be filled. */
  const settle = async () => {
    for (let i = 0; i < 4; i += 1) await alarms.look()
  }
  return { alarms, clock, list, settle }
}

const chain = (zone: string, meters: readonly string[]): Neighbours => ({
  before: (entity, kind: RelationKind) => (kind === 'feeds' && meters.includes(entity) ? [zone] : []),
  after: (entity, kind) => (kind === 'feeds' && entity === zone ? meters : []),
})
const METERS = Array.from({ length: 6 }, (_, i) => `m-${i}`)

describe('an alarm', () => {
  it('is shelved for a time, also when it comes again, and comes back by itself', async () => {
    const { db } = await embeddedStore()
    const { alarms, clock, list } = alarmsOn(db)
    await alarms.start()
    alarms.raise(finding('m-1'))
    await alarms.look()
    const [first] = await list()
    assert.deepEqual([first?.area, first?.entity], ['24133', 'm-1'])
    const id = first?.id ?? 0
    const until = clock.us + 600 * S
    assert.equal((await alarms.act(id, { what: 'shelve', until }, 'Lan', 'works'))?.shelvedBy, 'Lan')
    assert.deepEqual(await list(), [])
    assert.equal((await list({ state: 'shelved' })).length, 1)
    alarms.clear('low-pressure/m-1')
    await alarms.look()
    clock.us += 60 * S
    alarms.raise(finding('m-1'))
    await alarms.look()
    assert.deepEqual(await list(), [])
    assert.equal((await list({ state: 'active' }))[0]?.shelvedUntil, until)
    clock.us = until
    await alarms.look()
    assert.equal((await list()).length, 2)
    assert.deepEqual(
      (await listAlarmEvents(db, id)).map(({ what, by }) => [what, by]),
      [
        ['raised', null],
        ['shelved', 'Lan'],
        ['cleared', null],
        ['unshelved', null],
      ],
    )
  })

  it('is acknowledged, taken back, edited and cleared by hand, and raised anew after that', async () => {
    const { db } = await embeddedStore()
    const { alarms, list } = alarmsOn(db)
    await alarms.start()
    alarms.raise(finding('m-1'))
    await alarms.look()
    const id = (await list())[0]?.id ?? 0
    await alarms.act(id, { what: 'acknowledge' }, 'Lan', 'seen')
    assert.equal((await alarms.act(id, { what: 'unacknowledge' }, 'Minh', null))?.acknowledgedBy, null)
    await alarms.act(id, { what: 'edit', severity: 'critical' }, 'Minh', null)
    alarms.raise(finding('m-1', { severity: 'low' }))
    await alarms.look()
    assert.deepEqual(
      (await list({ severity: 'critical' })).map(({ count, note }) => [count, note]),
      [[2, 'seen']],
    )
    assert.equal(await alarms.delete(id), 'active')
    await alarms.act(id, { what: 'clear' }, 'Minh', 'by hand')
    assert.deepEqual([...alarms.active()], [])
    // Who ended it has seen it: nobody needs to look at it once more.
    assert.deepEqual(await list(), [])
    alarms.raise(finding('m-1'))
    await alarms.look()
    assert.equal((await list({ state: 'active' })).length, 1)
    assert.deepEqual(
      (await listAlarmEvents(db, id)).map(({ what, by, note }) => [what, by, note]),
      [
        ['raised', null, null],
        ['acknowledged', 'Lan', 'seen'],
        ['unacknowledged', 'Minh', null],
        ['severity-changed', 'Minh', 'medium → critical'],
        ['cleared', 'Minh', 'by hand'],
        ['acknowledged', 'Minh', 'by hand'],
      ],
    )
    assert.equal(await alarms.delete(id), 'deleted')
    assert.equal(await alarms.delete(id), 'missing')
    assert.equal(await alarms.act(id, { what: 'clear' }, 'Minh', null), null)
  })

  it('of one kind does not push out those of the other, and ten thousand are written', async () => {
    const { db } = await embeddedStore()
    const { alarms, list } = alarmsOn(db)
    await alarms.start()
    for (let i = 0; i < 13_000; i += 1) alarms.raise(finding(`m-${i}`))
    alarms.raise(finding('m-x', { kind: 'security' }))
    await alarms.look()
    assert.equal((await list({ kind: 'process' })).length, 12_000)
    assert.equal((await list({ kind: 'security' })).length, 1)
  }, 60_000)

  it('is found by when it was active', async () => {
    const { db } = await embeddedStore()
    const { alarms, clock, list } = alarmsOn(db)
    await alarms.start()
    alarms.raise(finding('m-1'))
    await alarms.look()
    clock.us += 60 * S
    alarms.clear('low-pressure/m-1')
    await alarms.look()
    const at = async (time: number) => (await list({ state: 'all', at: time })).length
    assert.deepEqual(
      [await at(T0 - 1), await at(T0), await at(T0 + 59 * S), await at(T0 + 60 * S)],
      [0, 1, 1, 0],
    )
    assert.equal(
      (await list({ state: 'all', areas: ['24133'], rule: 'low-pressure', entity: 'm-1' })).length,
      1,
    )
    assert.equal((await list({ state: 'all', areas: ['1'] })).length, 0)
    assert.equal((await list({ state: 'all', until: T0 - 1 })).length, 0)
  })
})

describe('a flood', () => {
  it('is one alarm with its members, after a restart too, until the last of them is over', async () => {
    const { db } = await embeddedStore()
    const before = alarmsOn(db, chain('zone', METERS))
    await before.alarms.start()
    for (const meter of METERS)
      before.alarms.raise(finding(meter, meter === 'm-3' ? { severity: 'high' } : {}))
    await before.settle()
    const [group, ...others] = await before.list()
    assert.deepEqual(others, [])
    assert.deepEqual(
      [group?.rule, group?.entity, group?.severity, group?.members, group?.area],
      ['common-cause', 'zone', 'high', 6, '24133'],
    )
    assert.match(
      group?.text ?? '',
      /^6 points below Zone 7 are in alarm \(low pressure\) since 2026-11-20 17:00/,
    )
    assert.match(group?.textVi ?? '', /^6 điểm phía sau Zone 7/)
    assert.equal((await before.list({ group: group?.id ?? 0, withMembers: true })).length, 6)
    await before.alarms.stop()

    const { alarms, list, settle } = alarmsOn(db, chain('zone', METERS))
    await alarms.start()
    for (const meter of METERS.slice(1)) alarms.clear(`low-pressure/${meter}`)
    await settle()
    assert.equal((await list({ state: 'active' }))[0]?.id, group?.id)
    alarms.clear('low-pressure/m-0')
    await settle()
    assert.deepEqual(await list({ state: 'active', withMembers: true }), [])
  })

  it('goes over to the alarm of its cause once that is raised, and stays with it when that is over', async () => {
    const { db } = await embeddedStore()
    const { alarms, list, settle } = alarmsOn(db, chain('zone', METERS))
    await alarms.start()
    for (const meter of METERS) alarms.raise(finding(meter))
    await settle()
    alarms.raise(finding('zone'))
    await settle()
    const active = await list({ state: 'active' })
    assert.deepEqual(
      active.map(({ entity, rule, members }) => [entity, rule, members]),
      [['zone', 'low-pressure', 6]],
    )
    const id = active[0]?.id ?? 0
    await alarms.act(id, { what: 'acknowledge' }, 'Lan', null)
    for (const meter of METERS.slice(1)) alarms.clear(`low-pressure/${meter}`)
    alarms.clear('low-pressure/zone')
    await settle()
    assert.ok((await list()).some((alarm) => alarm.id === id))
    assert.equal(await alarms.delete(id), 'active')
    alarms.clear('low-pressure/m-0')
    await settle()
    assert.ok(!(await list()).some((alarm) => alarm.id === id))
  })
})
