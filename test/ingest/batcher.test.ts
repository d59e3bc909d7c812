import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Batcher, type BatchLimits } from '../../ingest/batcher.ts'

interface Entry {
  readonly id: number
  readonly rows: number
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Lets every promise that can settle do so. */
async function settle(ticks = 20): Promise<void> {
  for (let i = 0; i < ticks; i++) await Promise.resolve()
}

/** A commit that ends when the test says so. */
function batcherUnderTest(limits: BatchLimits) {
  const batches: Entry[][] = []
  const running: (() => void)[] = []
  let atOnceMax = 0
  const batcher = new Batcher<Entry>(limits, (entries) => {
    batches.push(entries)
    return new Promise((resolve) => {
      running.push(resolve)
      atOnceMax = Math.max(atOnceMax, running.length)
    })
  })
  return {
    batcher,
    batches,
    ids: () => batches.flat().map(({ id }) => id),
    atOnceMax: () => atOnceMax,
    isRunning: () => running.length > 0,
    finishCommit: () => running.shift()?.(),
  }
}

const LIMITS = { rowsMax: 10, ageMsMax: 5 }
const one = (id: number): Entry => ({ id, rows: 1 })

describe('a batch', () => {
  it('waits for its age when it is small', async () => {
    const { batcher, batches } = batcherUnderTest(LIMITS)
    batcher.add(one(1))
    vi.advanceTimersByTime(4)
    batcher.add(one(2))
    expect(batches).toEqual([])
    vi.advanceTimersByTime(1)
    expect(batches).toEqual([[one(1), one(2)]])
  })

  it('closes at once when it is full, and leaves no timer behind', async () => {
    const { batcher, batches } = batcherUnderTest(LIMITS)
    batcher.add({ id: 1, rows: 9 })
    expect(batches).toEqual([])
    batcher.add(one(2))
    expect(batches).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes an entry that is larger than a batch, alone', () => {
    const { batcher, batches } = batcherUnderTest(LIMITS)
    batcher.add({ id: 1, rows: 1000 })
    expect(batches).toEqual([[{ id: 1, rows: 1000 }]])
  })

  it('grows while a commit runs, and is committed when that ends, without waiting for its age', async () => {
    const { batcher, batches, finishCommit } = batcherUnderTest(LIMITS)
    batcher.add({ id: 0, rows: 10 })
    for (let id = 1; id <= 25; id++) batcher.add(one(id))
    await settle()
    expect(batches).toHaveLength(1)
    for (let i = 0; i < 3; i++) {
      finishCommit()
      await settle()
    }
    expect(batches.map((batch) => batch.length)).toEqual([1, 10, 10, 5])
  })
})

describe('drain', () => {
  it('resolves at once when there is nothing', async () => {
    const { batcher, batches } = batcherUnderTest(LIMITS)
    await batcher.drain()
    expect(batches).toEqual([])
  })

  it('commits what waits, and resolves when that and all that came meanwhile is committed', async () => {
    const { batcher, ids, finishCommit, isRunning } = batcherUnderTest(LIMITS)
    batcher.add(one(1))
    let isDrained = false
    const drained = batcher.drain().then(() => {
      isDrained = true
    })
    expect(ids()).toEqual([1])
    batcher.add(one(2))
    finishCommit()
    await settle()
    expect({ isDrained, ids: ids() }).toEqual({ isDrained: false, ids: [1, 2] })
    finishCommit()
    await drained
    expect(isRunning()).toBe(false)
  })
})

// What is added as the consequence of a commit comes a few turns of the promise queue after it: none of them may lose it.
it.each([0, 1, 2, 3, 4, 5, 6])(
  'commits an entry that is added %i turns after a commit has ended',
  async (turns) => {
    const { batcher, ids, finishCommit } = batcherUnderTest(LIMITS)
    batcher.add(one(1))
    vi.advanceTimersByTime(5)
    finishCommit()
    for (let i = 0; i < turns; i++) await Promise.resolve()
    batcher.add(one(2))
    await settle()
    vi.advanceTimersByTime(5)
    expect(ids()).toEqual([1, 2])
  },
)

it.each([0, 1, 2, 3, 4, 5, 6])(
  'drains an entry that is added %i turns after a commit has ended',
  async (turns) => {
    const { batcher, ids, finishCommit } = batcherUnderTest(LIMITS)
    batcher.add(one(1))
    vi.advanceTimersByTime(5)
    finishCommit()
    for (let i = 0; i < turns; i++) await Promise.resolve()
    batcher.add(one(2))
    void batcher.drain()
    await settle()
    expect(ids()).toEqual([1, 2])
  },
)

type Step = { add: number } | { waitMs: number } | 'finish' | 'drain'

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 15 }) }) },
  { weight: 2, arbitrary: fc.record({ waitMs: fc.integer({ min: 0, max: 12 }) }) },
  { weight: 2, arbitrary: fc.constant<Step>('finish') },
  { weight: 1, arbitrary: fc.constant<Step>('drain') },
)

it('keeps the order, runs one commit at a time, fills no batch past its limit and loses nothing', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { batcher, batches, ids, atOnceMax, finishCommit, isRunning } = batcherUnderTest(LIMITS)
      let added = 0
      for (const now of steps) {
        if (now === 'finish') finishCommit()
        else if (now === 'drain') void batcher.drain()
        else if ('add' in now) batcher.add({ id: added++, rows: now.add })
        else vi.advanceTimersByTime(now.waitMs)
        await settle()
      }
      vi.advanceTimersByTime(LIMITS.ageMsMax)
      while (isRunning()) {
        finishCommit()
        await settle()
      }
      expect(ids()).toEqual(Array.from({ length: added }, (_, id) => id))
      expect(atOnceMax()).toBeLessThanOrEqual(1)
      for (const batch of batches) {
        const allButLast = batch.slice(0, -1).reduce((sum, { rows }) => sum + rows, 0)
        expect(batch.length).toBeGreaterThan(0)
        expect(allButLast).toBeLessThan(LIMITS.rowsMax)
      }
    }),
  ))
