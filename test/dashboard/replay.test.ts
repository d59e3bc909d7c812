import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Course, WindowLine } from '../../dashboard/src/replay/lines.ts'
import { atStep, Recording, sinceStep } from '../../dashboard/src/replay/recording.ts'
import { spanFrom, spanOf, stepFor } from '../../dashboard/src/replay/window.ts'
import type { Alarm } from '../../dashboard/src/wire/alarm.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.parse('2026-11-29T18:30:20Z')

const WINDOW: WindowLine = {
  kind: 'window',
  from: '2026-11-29T07:00:00.000Z',
  to: '2026-11-29T07:01:40.000Z',
  stepS: 10,
  steps: 11,
  source: 'raw',
  entities: 2,
}

describe('what held at a step', () => {
  it('is the last that was noted by then', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.nat(60), (noted, step) => {
        const course = noted.sort((a, b) => a - b).map((at) => [at, `since ${at}`] as const)
        const last = noted.findLast((at) => at <= step)
        assert.equal(atStep(course, step), last === undefined ? undefined : `since ${last}`)
        assert.equal(sinceStep(course, step), last)
      }),
    ))
})

describe('a recording', () => {
  const course = (id: string, freshness: Course['freshness']): Course => ({
    ...{ kind: 'entity', id, type: 'tank', name: null, area: null, location: null },
    ...{ freshness, values: {}, derived: {} },
  })
  const alarm = (id: number, entity: string, raisedAt: string, clearedAt: string | null) =>
    ({ kind: 'alarm', alarm: { id, entity, severity: 'high', raisedAt, clearedAt } as Alarm }) as const

  it('counts the silent of each step, and those not there yet as nothing', () => {
    const recording = new Recording(WINDOW)
    recording.take(
      course('a', [
        [0, 'silent'],
        [2, 'fresh'],
        [9, 'silent'],
      ]),
    )
    recording.take(course('b', [[8, 'silent']]))
    assert.deepEqual([...recording.silent], [1, 1, 0, 0, 0, 0, 0, 0, 1, 2, 2])
  })

  it('has alarms from the step at whose end they were raised, and first who had some', () => {
    const recording = new Recording(WINDOW)
    recording.take(course('a', [[0, 'fresh']]))
    recording.take(course('b', [[0, 'fresh']]))
    recording.take(alarm(1, 'b', '2026-11-29T07:00:11.000Z', '2026-11-29T07:00:40.000Z'))
    recording.take(alarm(2, 'b', '2026-11-29T06:00:00.000Z', null))
    recording.sort()
    assert.deepEqual(
      recording.courses.map(({ id }) => id),
      ['b', 'a'],
    )
    const active = [0, 1, 2, 3, 4].map((step) => recording.activeAt(step).map(({ id }) => id))
    assert.deepEqual(active, [[2], [2], [2, 1], [2, 1], [2]])
    assert.deepEqual([...recording.alarmSteps.keys()], [2, 4])
  })
})

describe('a window', () => {
  it('of a day begins and ends at midnight in the province', () => {
    const yesterday = spanOf('yesterday', NOW_MS)
    assert.equal(new Date(yesterday.fromMs).toISOString(), '2026-11-28T17:00:00.000Z')
    assert.equal(new Date(yesterday.toMs).toISOString(), '2026-11-29T17:00:00.000Z')
    assert.equal(spanOf('today', NOW_MS).fromMs, yesterday.toMs)
  })

  it('of a link with a moment alone is the hour around it', () => {
    const { fromMs, toMs } = spanFrom(new URLSearchParams('at=2026-11-29T10:00:00Z'), NOW_MS)
    assert.deepEqual([toMs - fromMs, (fromMs + toMs) / 2], [HOUR_MS, Date.parse('2026-11-29T10:00:00Z')])
  })

  it('has a step that the server takes, whatever its length and however many there are', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 * 24 * 60 }), fc.nat(10_000), (minutes, entities) => {
        const stepS = stepFor({ fromMs: NOW_MS - minutes * 60_000, toMs: NOW_MS }, entities)
        const steps = Math.floor((minutes * 60) / stepS) + 1
        assert.ok(steps <= 2000 && steps * entities <= 1_000_000 && (minutes <= 360 || stepS >= 60))
      }),
    ))
})
