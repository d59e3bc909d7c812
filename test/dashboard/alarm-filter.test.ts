import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  type Around,
  byUrgency,
  filtersOf,
  passes,
  requestOf,
} from '../../dashboard/src/alarms/alarm-filter.ts'
import { SEVERITIES } from '../../dashboard/src/wire/alarm.ts'
import { AN_ALARM, NOW_MS } from './an-alarm.ts'

const AROUND: Around = {
  atMs: NOW_MS,
  activeGroups: new Set([7]),
  textOf: () => 'ap suat thap sim-pp-01 phuong buon ho',
  domainOf: () => 'water',
  isWithin: (area, other) => area === other || (area === '24133' && other === '66'),
}
const isShown = (query: string, alarm = AN_ALARM) =>
  passes(alarm, filtersOf(new URLSearchParams(query)), AROUND)
const inTheFuture = new Date(NOW_MS + 60_000).toISOString()
const inThePast = new Date(NOW_MS - 60_000).toISOString()
const cleared = { state: 'cleared', clearedAt: inThePast } as const
const seen = { acknowledgedAt: inThePast, acknowledgedBy: 'An' }

describe('the filters of the page of alarms', () => {
  it('show what is open as the server does', () => {
    assert.ok(isShown(''))
    assert.ok(isShown('', { ...AN_ALARM, ...seen }))
    assert.ok(isShown('', { ...AN_ALARM, ...cleared }))
    assert.ok(!isShown('', { ...AN_ALARM, ...cleared, ...seen }))
    assert.ok(isShown('', { ...AN_ALARM, ...cleared, ...seen, id: 7, members: 2 }))
    assert.ok(!isShown('', { ...AN_ALARM, shelvedUntil: inTheFuture }))
    assert.ok(isShown('', { ...AN_ALARM, shelvedUntil: inThePast }))
    assert.ok(isShown('state=shelved', { ...AN_ALARM, shelvedUntil: inTheFuture }))
    assert.ok(!isShown('', { ...AN_ALARM, group: 7 }))
    assert.ok(isShown('members=1', { ...AN_ALARM, group: 7 }))
  })

  it('find by text, area with what lies in it, domain and kind', () => {
    assert.ok(isShown('q=Áp suất Hồ'))
    assert.ok(!isShown('q=lưu lượng'))
    assert.ok(isShown('area=66&domain=water&kind=process'))
    assert.ok(!isShown('area=24000'))
    assert.ok(!isShown('domain=power'))
    assert.ok(!isShown('kind=security'))
  })

  it('pass over what an address says and they do not know', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('state', 'severity', 'kind', 'domain', 'x'), fc.string()),
        (query) => {
          const { state, severities } = filtersOf(new URLSearchParams(query))
          assert.ok(state !== undefined && severities.size <= SEVERITIES.length)
        },
      ),
    )
  })

  it('ask the server for as little as it can tell apart', () => {
    const asked = (query: string) => requestOf(filtersOf(new URLSearchParams(query)))
    assert.equal(asked('q=x'), 'state=open&members=false')
    assert.equal(asked('severity=high'), 'state=open&members=false&severity=high')
    assert.equal(asked('severity=high,low&state=all&members=1'), 'state=all&members=true')
  })

  it('put the worst first, then the newest', () => {
    const order = [
      { ...AN_ALARM, id: 3, severity: 'low' },
      { ...AN_ALARM, id: 1, severity: 'critical' },
      { ...AN_ALARM, id: 2, severity: 'critical' },
    ] as const
    assert.deepEqual(
      [...order].sort(byUrgency).map(({ id }) => id),
      [2, 1, 3],
    )
  })
})
