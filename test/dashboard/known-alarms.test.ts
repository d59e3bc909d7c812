import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { NOTHING_LOADED, union, withPage } from '../../dashboard/src/alarms/known-alarms.ts'
import { nextMorning, shelfMinutes } from '../../dashboard/src/alarms/shelf.ts'
import { heldPlace } from '../../dashboard/src/alarms/steady-scroll.ts'
import { AN_ALARM, NOW_MS } from './an-alarm.ts'

const active = (id: number) => ({ ...AN_ALARM, id })
const cleared = (id: number, agoMs = 600_000, note: string | null = null) =>
  ({ ...AN_ALARM, id, note, state: 'cleared', clearedAt: new Date(NOW_MS - agoMs).toISOString() }) as const
const live = (...alarms: readonly ReturnType<typeof active>[]) =>
  new Map(alarms.map((alarm) => [alarm.id, alarm]))
const WHOLE = { atMs: NOW_MS, isComplete: true }
const idsOf = (alarms: readonly { id: number }[]) => alarms.map(({ id }) => id).sort((a, b) => a - b)

describe('what the page knows of alarms', () => {
  it('is every page that was asked for, whatever their size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 500 })),
        fc.integer({ min: 1, max: 9 }),
        (ids, size) => {
          const newestFirst = ids.toSorted((a, b) => b - a)
          let loaded = NOTHING_LOADED
          while (loaded.from > 0) {
            const items = newestFirst.filter((id) => id < loaded.from).slice(0, size)
            const last = items.at(-1)
            const isMore = last !== undefined && newestFirst.some((id) => id < last)
            loaded = withPage(
              loaded,
              { items: items.map(active), ...(isMore ? { next: 'x' } : {}) },
              loaded.from,
            )
          }
          assert.deepEqual(
            [...loaded.alarms.keys()].toSorted((a, b) => b - a),
            newestFirst,
          )
        },
      ),
    )
  })

  it('forgets what a page that is asked anew does not name any more, and nothing older', () => {
    const first = withPage(NOTHING_LOADED, { items: [active(9), active(8)], next: '8' })
    const both = withPage(first, { items: [active(5), active(4)], next: '4' }, 8)
    const again = withPage(both, { items: [active(10), active(8)], next: '8' })
    assert.deepEqual(idsOf([...again.alarms.values()]), [4, 5, 8, 10])
    assert.deepEqual([again.from, again.next], [4, '4'])
  })

  it('takes active ones from the stream, and of cleared ones what was asked last', () => {
    const loaded = withPage(NOTHING_LOADED, {
      items: [active(6), active(5), cleared(4, 600_000, 'asked'), active(3)],
      next: '3',
    })
    const all = union(live(active(6), cleared(5), cleared(4), cleared(2)), loaded, WHOLE)
    // 3 is not active any more, for the stream does not name it; 2 is older than what was asked for.
    assert.deepEqual(idsOf(all), [2, 4, 5, 6])
    assert.equal(all.find(({ id }) => id === 4)?.note, 'asked')
    assert.equal(all.find(({ id }) => id === 5)?.state, 'cleared')
  })

  it('shows what was just cleared until a page tells of it, then believes the page', () => {
    const loaded = withPage(NOTHING_LOADED, { items: [] })
    assert.deepEqual(idsOf(union(live(cleared(2, 1_000)), loaded, WHOLE)), [2])
    assert.deepEqual(idsOf(union(live(cleared(2)), loaded, WHOLE)), [])
  })
})

describe('a list that changes while it is read', () => {
  it('holds the row in focus, else the first in sight that is still there', () => {
    assert.deepEqual(heldPlace([1, 2, 3], [9, 1, 2, 3], 2, 0), { id: 2, index: 1 })
    assert.deepEqual(heldPlace([1, 2, 3], [9, 1, 3], 2, 1), { id: 3, index: 2 })
    assert.deepEqual(heldPlace([1, 2, 3], [9, 1, 2, 3], null, 1), { id: 2, index: 1 })
    assert.equal(heldPlace([1], [9], 1, 0), null)
  })
})

describe('the time that an alarm is shelved for', () => {
  it('ends at the next seven in the morning, local time', () => {
    const morning = (time: string) => new Date(nextMorning(Date.parse(time))).toISOString()
    assert.equal(morning('2026-11-30T10:00:00Z'), '2026-12-01T00:00:00.000Z')
    assert.equal(morning('2026-11-30T19:00:00Z'), '2026-12-01T00:00:00.000Z')
    assert.equal(morning('2026-12-01T00:00:00Z'), '2026-12-02T00:00:00.000Z')
  })

  it('is whole minutes, seven days at most', () => {
    assert.deepEqual(['20', ' 10080 ', '0', '10081', '1.5', '', '-5', '1e3'].map(shelfMinutes), [
      20,
      10_080,
      ...Array(6).fill(null),
    ])
  })
})
