import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { SimConflict, SimLedger, type SimRow, type SimSpan } from '../../store/sim-ledger.ts'

const sim = fc.constantFrom('a', 'b')
const device = fc.constantFrom('d1', 'd2', 'd3')
const row: fc.Arbitrary<SimRow> = fc
  .record({ sim, device, from: fc.nat(20), length: fc.option(fc.nat(10)), recordedAt: fc.nat(50) })
  .map(({ length, ...rest }) => ({ ...rest, to: length === null ? null : rest.from + length }))

/** Ids as the database gives them. */
const stored = (spans: readonly SimSpan[]): SimSpan[] => spans.map((span, id) => ({ ...span, id }))

function put(rows: readonly SimRow[], before: readonly SimSpan[] = []) {
  const ledger = new SimLedger(before)
  const taken = rows.filter((one) => {
    try {
      ledger.put(one)
      return true
    } catch (error) {
      if (error instanceof SimConflict) return false
      throw error
    }
  })
  const superseded = new Map(ledger.superseded().map((span) => [span.id, span]))
  const kept = before.map((span) => superseded.get(span.id) ?? span)
  return { taken, spans: stored([...kept, ...ledger.added()]), ledger }
}

const knownAt = (spans: readonly SimSpan[], at: number) =>
  spans.filter((span) => span.recordedAt <= at && (span.supersededAt === null || span.supersededAt > at))

const overlap = (a: SimSpan, b: SimSpan) => a.from < (b.to ?? Infinity) && b.from < (a.to ?? Infinity)

describe('the ledger of SIMs', () => {
  it('never has a SIM in two places at once, whatever it is told', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const now = knownAt(put(rows).spans, Infinity)
        for (const [i, a] of now.entries())
          for (const b of now.slice(i + 1)) assert.ok(a.sim !== b.sim || !overlap(a, b))
      }),
    )
  })

  it('is not changed by the same rows told again', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const { taken, spans } = put(rows)
        const again = put(taken, spans)
        assert.deepEqual(again.spans, spans)
        assert.deepEqual(again.taken, taken)
      }),
    )
  })

  it('still tells what was known before a correction', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.array(row, { maxLength: 8 }), (first, later) => {
        const { spans } = put(first)
        const corrected = put(
          later.map((one) => ({ ...one, recordedAt: one.recordedAt + 100 })),
          spans,
        )
        for (const at of [0, 10, 50, 99]) {
          const plain = (known: readonly SimSpan[]) =>
            knownAt(known, at).map(({ supersededAt: _, ...span }) => span)
          assert.deepEqual(plain(corrected.spans), plain(spans))
        }
      }),
    )
  })

  it('names the device that a SIM is in', () => {
    const { spans } = put([{ sim: 'a', device: 'd1', from: 0, to: null, recordedAt: 0 }])
    assert.throws(
      () => new SimLedger(spans).put({ sim: 'a', device: 'd2', from: 5, to: null, recordedAt: 1 }),
      /SIM a is in device d1 since 1970/,
    )
  })

  it('moves what a device has to a new list: what is left out ends, what is new begins', () => {
    const { spans } = put([
      { sim: 'a', device: 'd1', from: 0, to: null, recordedAt: 0 },
      { sim: 'b', device: 'd1', from: 0, to: null, recordedAt: 0 },
    ])
    const ledger = new SimLedger(spans)
    ledger.declare('d1', [{ sim: 'b' }, { sim: 'c' }], 10)
    assert.deepEqual(
      ledger.added().map((span) => [span.sim, span.from, span.to, span.recordedAt]),
      [
        ['a', 0, 10, 10],
        ['c', 10, null, 10],
      ],
    )
    assert.deepEqual(
      ledger.superseded().map((span) => [span.sim, span.supersededAt]),
      [['a', 10]],
    )
  })
})
