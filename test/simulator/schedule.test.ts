import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Schedule } from '../../simulator/schedule.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
})
afterEach(() => {
  vi.useRealTimers()
})

it('runs turns in the order of their time, none early, with one timer', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 2000 }),
      (times) => {
        vi.setSystemTime(0)
        const schedule = new Schedule()
        const ran: number[] = []
        for (const atMs of times)
          schedule.add(atMs, (nowMs) => {
            expect(nowMs).toBeGreaterThanOrEqual(atMs)
            ran.push(atMs)
            return null
          })
        expect(vi.getTimerCount()).toBe(1)
        vi.runAllTimers()
        expect(ran).toEqual([...times].sort((a, b) => a - b))
      },
    ),
    { numRuns: 30 },
  )
})

it('repeats a turn at the time it returns, until stopped', () => {
  const schedule = new Schedule()
  const ran: number[] = []
  schedule.add(10, (nowMs) => {
    ran.push(nowMs)
    return nowMs + 10
  })
  vi.advanceTimersByTime(55)
  expect(ran).toEqual([10, 20, 30, 40, 50])
  schedule.stop()
  schedule.add(60, () => expect.unreachable())
  vi.advanceTimersByTime(1000)
  expect(ran).toHaveLength(5)
  expect(vi.getTimerCount()).toBe(0)
})
