import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AreaLocator } from '../../digital-twin/area-locator.ts'

interface Feature {
  readonly geometry: { readonly type: 'Polygon'; readonly coordinates: [number, number][][] }
  readonly properties: { readonly commune_code: string }
}

const seed = new URL('../../store/seed/communes_2025-07_66.geojson', import.meta.url)
const { features } = JSON.parse(readFileSync(seed, 'utf8')) as { features: Feature[] }
const locator = new AreaLocator(
  features.map(({ geometry, properties }) => ({ code: properties.commune_code, geometry })),
)

describe('the communes of the province', () => {
  it('have the centre of Buôn Ma Thuột in 24133', () => expect(locator.locate(12.68, 108.05)).toBe('24133'))

  it.each([
    ['Hà Nội', 21.03, 105.85],
    ['Hồ Chí Minh City', 10.78, 106.7],
    ['the sea off Tuy Hoà', 13.09, 109.6],
    ['latitude and longitude exchanged', 108.05, 12.68],
    ['the origin', 0, 0],
    ['no number', Number.NaN, Number.NaN],
  ])('do not hold %s', (_, lat, lon) => expect(locator.locate(lat, lon)).toBeNull())

  it('hold every corner of their outlines', () => {
    for (const { geometry } of features)
      for (const [lon, lat] of geometry.coordinates.flat()) expect(locator.locate(lat, lon)).not.toBeNull()
  })

  it('hold a point exactly where winding around it says so', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 12.1, max: 13.8, noNaN: true }),
        fc.double({ min: 107.4, max: 109.5, noNaN: true }),
        (lat, lon) => {
          const around = features
            .filter(({ geometry }) => windings(lat, lon, geometry.coordinates[0] ?? []) !== 0)
            .map(({ properties }) => properties.commune_code)
          const found = locator.locate(lat, lon)
          if (found === null) expect(around).toEqual([])
          else expect(around).toContain(found)
        },
      ),
      { numRuns: 300 },
    ))
})

/** How often a ring goes round a point: the sum of the angles it is seen under. */
function windings(lat: number, lon: number, ring: readonly [number, number][]): number {
  let angle = 0
  for (const [i, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(i + 1) % ring.length] ?? [x, y]
    const [ax, ay, bx, by] = [x - lon, y - lat, nextX - lon, nextY - lat]
    angle += Math.atan2(ax * by - ay * bx, ax * bx + ay * by)
  }
  return Math.round(angle / (2 * Math.PI))
}

describe('shapes', () => {
  const square = (at: number, size: number) => [
    [at, at],
    [at + size, at],
    [at + size, at + size],
    [at, at + size],
    [at, at],
  ]

  it('may have holes, and several parts', () => {
    const shapes = new AreaLocator([
      { code: 'ring', geometry: { type: 'Polygon', coordinates: [square(0, 10), square(4, 2)] } },
      { code: 'two', geometry: { type: 'MultiPolygon', coordinates: [[square(20, 1)], [square(30, 1)]] } },
      { code: 'none', geometry: null },
    ])
    expect(shapes.locate(1, 1)).toBe('ring')
    expect(shapes.locate(5, 5)).toBeNull()
    expect(shapes.locate(20.5, 20.5)).toBe('two')
    expect(shapes.locate(30.5, 30.5)).toBe('two')
    expect(shapes.locate(25, 25)).toBeNull()
  })

  it('give a point on a common boundary to the first', () => {
    const [a, b] = [square(0, 1), square(0, 1).map(([x = 0, y = 0]) => [x + 1, y])]
    const shapes = new AreaLocator([
      { code: 'a', geometry: { type: 'Polygon', coordinates: [a] } },
      { code: 'b', geometry: { type: 'Polygon', coordinates: [b] } },
    ])
    expect(shapes.locate(0.5, 1)).toBe('a')
    expect(shapes.locate(0.5, 1.5)).toBe('b')
  })
})
