import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import type { GrowthPoint } from '../../bench/growth.ts'
import { growthPlot } from '../../bench/growth-plot.ts'

const point = (name: string, devices: number, kibPerEntity: number | null): GrowthPoint => ({
  name,
  factor: devices / 10,
  devices,
  rows: devices * 100,
  messagesPerSecond: 950,
  ratio: name === 'bare' ? null : 0.5,
  cpuMicros: null,
  p50Ms: 1,
  p99Ms: 2,
  kibPerEntity,
  startMs: null,
  entitiesMs: null,
  faults: [],
})

describe('the plot of the growth', () => {
  const sizes = [10, 40, 160]
  const svg = growthPlot({
    pacedPerSecond: 2000,
    points: sizes.flatMap((devices) => [
      point('bare', devices, null),
      point('platform-embedded', devices, 1.7),
    ]),
  })

  it('names its lines, its units and the ticks of both axes', () => {
    for (const text of [
      'aedes alone',
      'Plumbline, embedded TimescaleDB',
      'messages/s',
      'KiB an entity',
      'ms',
    ])
      assert.ok(svg.includes(`>${text}</text>`), text)
    for (const tick of [...sizes, '1,000', 0.5]) assert.ok(svg.includes(`>${tick}</text>`), `no tick ${tick}`)
    assert.ok(!svg.includes('Plumbline, server'), 'a subject that was skipped is in the legend')
  })

  it('draws what was measured and leaves out what was not', () => {
    assert.doesNotMatch(svg, /NaN|Infinity|null|undefined/)
    const lines = svg.match(/<path class="line s1" d="M[^"h]*"/g) ?? []
    // Throughput, its ratio, heap and both latencies.
    assert.equal(lines.length, 5)
  })

  it('spaces the sizes evenly: the axis is logarithmic', () => {
    // The first is that of the legend.
    const [, x1 = 0, x2 = 0, x3 = 0] = [...svg.matchAll(/<circle class="s0" cx="([\d.]+)"/g)].map(([, x]) =>
      Number(x),
    )
    assert.ok(Math.abs(x2 - x1 - (x3 - x2)) < 0.3, `${x1} ${x2} ${x3}`)
  })
})
