import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import pointInPolygon from 'point-in-polygon-hao'
import { expect, it } from 'vitest'
import { isId } from '../../core/id.ts'
import { TOWNS } from '../../simulator/places.ts'
import { provinceOf } from '../../simulator/province.ts'
import { dueMs, turnAfter } from '../../simulator/turns.ts'

type Ring = [number, number][]
interface Commune {
  geometry: { type: 'Polygon'; coordinates: Ring[] } | { type: 'MultiPolygon'; coordinates: Ring[][] }
}

const anySeed = fc.integer({ min: 0, max: 0xffff_ffff })

it('gives the same province for the same seed, and another for another', () => {
  fc.assert(
    fc.property(anySeed, fc.integer({ min: 1, max: 60 }), (seed, devices) => {
      expect(provinceOf({ seed, devices })).toEqual(provinceOf({ seed, devices }))
    }),
  )
  expect(provinceOf({ seed: 1, devices: 20 })).not.toEqual(provinceOf({ seed: 2, devices: 20 }))
})

it('begins a larger province with the smaller one', () => {
  expect(provinceOf({ seed: 1, devices: 100 }).slice(0, 30)).toEqual(provinceOf({ seed: 1, devices: 30 }))
})

it('mixes the types as asked and names each device once', () => {
  const devices = provinceOf({ seed: 1, devices: 1000 })
  const count = (type: string) => devices.filter((device) => device.type === type).length
  expect(
    ['traffic-counter', 'water-meter', 'pressure-point', 'power-meter', 'transformer'].map(count),
  ).toEqual([200, 400, 100, 250, 50])
  expect(new Set(devices.map(({ id }) => id)).size).toBe(1000)
  expect(devices.every(({ id }) => isId(id))).toBe(true)
  expect(devices[0]?.id).toBe('sim-wm-0001')
})

it('places every device in a commune of the province, most of them in the largest town', () => {
  const seed = new URL('../../store/seed/communes_2025-07_66.geojson', import.meta.url)
  const communes = (JSON.parse(readFileSync(seed, 'utf8')) as { features: Commune[] }).features
  const polygons = communes.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  )
  const devices = provinceOf({ seed: 1, devices: 2000 })
  const lost = devices.filter(
    ({ location: { lat, lon } }) =>
      !polygons.some((polygon) => pointInPolygon([lon, lat], polygon) !== false),
  )
  expect(lost.map(({ id, town, location }) => [id, town, location])).toEqual([])
  const inTown = (name: string) => devices.filter(({ town }) => town === name).length
  expect(Math.max(...TOWNS.map(({ name }) => inTown(name)))).toBe(inTown('Buôn Ma Thuột'))
  expect(TOWNS.every(({ name }) => inTown(name) > 0)).toBe(true)
})

it('spreads a set rate over all devices', () => {
  const devices = provinceOf({ seed: 1, devices: 300, rate: 90 })
  const fromMs = Date.UTC(2026, 5, 1)
  const sent = devices.map((device) => turnAfter(device, fromMs + 60_000) - turnAfter(device, fromMs))
  expect(sent.reduce((sum, turns) => sum + turns, 0)).toBe(90 * 60)
})

it('finds the first turn after an instant', () => {
  fc.assert(
    fc.property(
      anySeed,
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: 2e12 }),
      (seed, rate, tMs) => {
        const device = provinceOf({ seed, devices: 5, rate })[0]!
        const turn = turnAfter(device, tMs)
        expect(dueMs(device, turn)).toBeGreaterThan(tMs)
        expect(dueMs(device, turn - 1)).toBeLessThanOrEqual(tMs)
      },
    ),
  )
})
