import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  backToLive,
  PRESETS,
  panned,
  stillQuery,
  type ViewQuery,
  viewOf,
  windowOf,
  zoomed,
} from '../../dashboard/src/entity/view.ts'

const NOW_MS = Date.parse('2026-03-02T05:00:00Z')
const HOUR_MS = 3_600_000
const queryOf = (query: ViewQuery) => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== null) params.set(name, value)
  return params
}
const view = (query: ViewQuery) => viewOf(queryOf(query))
const still = fc
  .tuple(fc.integer({ min: 60, max: 400 * 86_400 }), fc.integer({ min: 1, max: 86_400 }))
  .map(([spanS, agoS]) => {
    const toMs = NOW_MS - agoS * 1_000
    return { fromMs: toMs - spanS * 1_000, toMs }
  })

describe('the view that the address tells', () => {
  it('is the last day if the address says nothing, or nonsense', () => {
    for (const text of ['', 'window=9y', 'from=x&to=y', 'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z'])
      assert.equal(viewOf(new URLSearchParams(text)).live, '24h')
    const odd = viewOf(new URLSearchParams("quantities=a,b/L1,a,<x>,'&compare=3d"))
    assert.deepEqual(odd.keys, ['a', 'b/L1'])
    assert.equal(odd.compare, null)
  })

  it('is found again in the address', () => {
    fc.assert(fc.property(still, (window) => assert.deepEqual(view(stillQuery(window)).still, window)))
  })
})

describe('moving through time', () => {
  it('zooms a live window from preset to preset', () => {
    const live = viewOf(new URLSearchParams('window=24h'))
    assert.equal(view(zoomed(live, 0.5, NOW_MS, null)).live, '6h')
    assert.equal(view(zoomed(live, 2, NOW_MS, null)).live, '7d')
    const shortest = view(zoomed(viewOf(new URLSearchParams('window=1h')), 0.5, NOW_MS, null))
    assert.deepEqual(shortest.still, { fromMs: NOW_MS - 0.75 * HOUR_MS, toMs: NOW_MS - 0.25 * HOUR_MS })
  })

  it('zooms around the cursor, which stays where it is', () => {
    fc.assert(
      fc.property(still, fc.double({ min: 0, max: 1, noNaN: true }), (window, share) => {
        const spanMs = window.toMs - window.fromMs
        fc.pre(spanMs >= 240_000)
        const aroundMs = window.fromMs + share * spanMs
        const next = windowOf(view(zoomed(view(stillQuery(window)), 0.5, NOW_MS, aroundMs)), NOW_MS)
        // The address is told to the second.
        assert.ok(Math.abs((aroundMs - next.fromMs) / (next.toMs - next.fromMs) - share) < 0.02)
      }),
    )
  })

  it('pans by half, and goes live where it reaches now', () => {
    const earlier = panned(viewOf(new URLSearchParams('window=6h')), -1, NOW_MS)
    assert.deepEqual(view(earlier).still, { fromMs: NOW_MS - 9 * HOUR_MS, toMs: NOW_MS - 3 * HOUR_MS })
    assert.equal(view(panned(view(earlier), 1, NOW_MS)).live, '6h')
  })

  it('never shows the future, and comes back to about as much time', () => {
    fc.assert(
      fc.property(still, fc.constantFrom(0.5, 2), (window, factor) => {
        const shown = view(stillQuery(window))
        for (const query of [zoomed(shown, factor as 0.5 | 2, NOW_MS, null), panned(shown, 1, NOW_MS)])
          assert.ok(windowOf(view(query), NOW_MS).toMs <= NOW_MS)
        assert.ok(PRESETS.some((preset) => preset === view(backToLive(shown, NOW_MS)).live))
      }),
    )
  })
})
