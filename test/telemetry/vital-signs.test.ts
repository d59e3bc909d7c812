import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it, onTestFinished } from 'vitest'
import type { BrokerMetrics, IngestMetrics } from '../../core/ports.ts'
import { CommitTimes } from '../../telemetry/commit-times.ts'
import { SAMPLE_MS, VitalSigns } from '../../telemetry/vital-signs.ts'
import { until } from '../support/until.ts'

const nothing = () => {}
const silentMetrics: IngestMetrics & BrokerMetrics = {
  ...{ message: nothing, received: nothing, stored: nothing, duplicate: nothing, rejected: nothing },
  ...{ ignored: nothing, commit: nothing, acknowledged: nothing, refusedConnect: nothing },
}

function signs() {
  const clock = { ms: 0 }
  const gauge = { pending: 0 }
  const vitals = new VitalSigns(
    '1.2.3',
    {
      pendingBytes: () => gauge.pending,
      pendingBytesMax: 1000,
      ...{ oldestS: () => 0, rulesWaiting: () => 0, spoolMessages: () => 0, sessions: () => 3 },
    },
    () => clock.ms,
  )
  const metrics = vitals.counting(silentMetrics)
  vitals.sample()
  const tick = (messages: number) => {
    for (let n = 0; n < messages; n += 1) metrics.message()
    clock.ms += SAMPLE_MS
    vitals.sample()
  }
  return { vitals, metrics, tick, gauge }
}

describe('the vital signs', () => {
  it('tell rates over their windows, and since the start before that', () => {
    const { vitals, tick } = signs()
    tick(50)
    assert.deepEqual(vitals.report().messages, { s10: 10, m1: 10, m5: 10 })
    for (let n = 0; n < 60; n += 1) tick(n < 48 ? 0 : 100)
    assert.deepEqual(vitals.report().messages, { s10: 20, m1: 20, m5: 4 })
  })

  it('remember an hour and no more, whatever runs on', () => {
    const { vitals, metrics, tick, gauge } = signs()
    metrics.rejected('not_json', 2)
    gauge.pending = 500
    for (let n = 0; n < 6; n += 1) tick(5)
    gauge.pending = 0
    metrics.rejected('unknown_quantity', 3)
    const { history, rejected } = vitals.report()
    assert.deepEqual(rejected, { not_json: 2, unknown_quantity: 3 })
    assert.deepEqual([history.messages, history.pendingBytes, history.sessions], [[1], [500], [3]])
    for (let n = 0; n < 2000; n += 1) tick(10)
    const later = vitals.report()
    assert.deepEqual(later.rejected, {})
    assert.equal(later.lookedBackS, 3600)
    assert.equal(later.history.messages.length, 120)
    assert.deepEqual([...new Set(later.history.messages)], [2])
  })
})

describe('the delay of the event loop', () => {
  it('is about none of an idle loop', async () => {
    const { vitals } = signs()
    vitals.start()
    onTestFinished(() => vitals.stop())
    const told = () => {
      vitals.sample()
      return vitals.report().eventLoopMs
    }
    // Less than the 10 ms between two looks at it, which the measure has in it.
    await until('an idle loop', () => told() < 8 && vitals.report().eventLoopMs > 0)
  })
})

describe('the commit times', () => {
  it('tell quantiles to within a quarter, of what came since', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.5, max: 60_000, noNaN: true }), { minLength: 1 }), (times) => {
        const commits = new CommitTimes()
        for (const ms of [1, 7, 3000]) commits.add(ms)
        const before = commits.snapshot()
        assert.equal(commits.quantilesSince(before), null)
        for (const ms of times) commits.add(ms)
        const sorted = times.toSorted((a, b) => a - b)
        const found = commits.quantilesSince(before)
        for (const [share, told] of [
          [0.5, found?.p50 ?? 0],
          [0.95, found?.p95 ?? 0],
        ] as const) {
          const exact = sorted[Math.ceil(share * times.length) - 1] ?? 0
          assert.ok(told >= exact * 0.999 && told <= exact * 1.2501, `${told} for ${exact}`)
        }
      }),
    )
  })
})
