import ucumPkg from '@lhncbc/ucum-lhc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUANTITIES } from '../../core/quantity.ts'
import { convert, UNIT_EXTENSIONS } from '../../core/units.ts'

/** The catalogue as the contract fixes it: id and the unit that is stored. */
const CONTRACT: Readonly<Record<string, string>> = {
  'vehicle-count': '{vehicle}',
  'vehicle-flow': '{vehicle}/h',
  'mean-speed': 'km/h',
  occupancy: '%',
  'water-volume': 'm3',
  'water-flow': 'm3/h',
  'water-pressure': 'kPa',
  'water-temperature': 'Cel',
  'active-energy': 'kW.h',
  'active-power': 'kW',
  'reactive-power': 'kvar',
  voltage: 'V',
  current: 'A',
  'power-factor': '1',
  frequency: 'Hz',
  'battery-voltage': 'V',
  'battery-level': '%',
  'signal-strength': 'dB[mW]',
}

/** Added beside the contract's, as devices need them. */
const MORE: Readonly<Record<string, string>> = {
  'active-energy-exported': 'kW.h',
  'active-power-exported': 'kW',
  'reactive-energy': 'kvar.h',
  'reactive-energy-exported': 'kvar.h',
  'apparent-power': 'kV.A',
  'apparent-energy': 'kV.A.h',
  'harmonic-distortion': '%',
  'thermal-energy': 'kW.h',
  'thermal-power': 'kW',
  'heat-cost-units': '1',
  'gas-volume': 'm3',
  'gas-flow': 'm3/h',
  'gas-concentration': '[ppm]',
  temperature: 'Cel',
  'relative-humidity': '%',
  'atmospheric-pressure': 'kPa',
  pressure: 'kPa',
  'water-level': 'm',
  'fill-level': '%',
  distance: 'm',
  rainfall: 'mm',
  'rainfall-rate': 'mm/h',
  'wind-speed': 'km/h',
  'wind-direction': 'deg',
  illuminance: 'lx',
  'solar-irradiance': 'W/m2',
  'uv-index': '1',
  'noise-level': 'dB[SPL]',
  'co2-concentration': '[ppm]',
  'co-concentration': 'ug/m3',
  'no-concentration': 'ug/m3',
  'no2-concentration': 'ug/m3',
  'nox-concentration': 'ug/m3',
  'so2-concentration': 'ug/m3',
  'o3-concentration': 'ug/m3',
  'formaldehyde-concentration': 'ug/m3',
  'tvoc-concentration': 'ug/m3',
  'tvoc-fraction': '[ppm]',
  pm1: 'ug/m3',
  'pm2.5': 'ug/m3',
  pm10: 'ug/m3',
  'air-quality-index': '1',
  ph: '[pH]',
  conductivity: 'uS/cm',
  turbidity: '{NTU}',
  'dissolved-oxygen': 'mg/L',
  'oxygen-saturation': '%',
  'redox-potential': 'mV',
  salinity: 'g/L',
  'dissolved-solids': 'mg/L',
  'free-chlorine': 'mg/L',
  nitrate: 'mg/L',
  ammonium: 'mg/L',
  'kjeldahl-nitrogen': 'mg/L',
  arsenic: 'mg/L',
  'soil-moisture': '%',
  'headway-time': 's',
  'headway-distance': 'm',
  'vehicle-length': 'm',
  'queue-length': 'm',
  'parking-occupied': '1',
  'parking-free': '{space}',
  'person-count': '{person}',
  'signal-to-noise-ratio': 'dB',
  'link-margin': 'dB',
  'link-quality': '1',
  'spreading-factor': '1',
  uptime: 's',
  'operating-time': 's',
  'event-count': '1',
  mass: 'kg',
  acceleration: 'm/s2',
  tilt: 'deg',
  'rotational-speed': '/min',
  latitude: 'deg',
  longitude: 'deg',
  altitude: 'm',
  speed: 'km/h',
  'valve-position': '%',
  'cover-position': '%',
  brightness: '%',
  switch: '1',
  'contact-open': '1',
  motion: '1',
  leak: '1',
  smoke: '1',
  tamper: '1',
  fault: '1',
  'battery-low': '1',
  'load-ratio': '%',
  'phase-imbalance': '%',
  'voltage-deviation': '%',
  'stored-volume': 'm3',
  'time-to-empty': 'h',
  'water-loss-flow': 'm3/h',
  'water-loss-ratio': '%',
  'level-of-service': '1',
  'operating-state': '1',
}

/** Units the oracle cannot judge, and the factor that they must have instead. */
const EXEMPT: Readonly<Record<string, { why: string; mul: number; div: number; add?: number }>> = {
  kvar: { why: 'UCUM has no code for reactive power', mul: 1, div: 1 },
  var: { why: 'UCUM has no code for reactive power; 1000 var are 1 kvar', mul: 1, div: 1000 },
  'kvar.h': { why: 'UCUM has no code for reactive energy', mul: 1, div: 1 },
  'var.h': { why: 'UCUM has no code for reactive energy', mul: 1, div: 1000 },
  'var.s': { why: 'UCUM has no code for reactive energy', mul: 1, div: 3_600_000 },
  'dB[mW]': { why: 'UCUM has levels in B[W] and B[mV] but none in mW', mul: 1, div: 1 },
  dBm: { why: 'the usual name of dB[mW], no UCUM code', mul: 1, div: 1 },
  'dB[W]': { why: 'the oracle has no dB[mW] to convert it to; 1 W is 30 dBm', mul: 1, div: 1, add: 30 },
}

/** Pairs that the oracle calls different, which devices use as one. */
const SAME_IN_USE: ReadonlySet<string> = new Set(['noise-level dB', 'ph 1'])

const oracle = ucumPkg.UcumLhcUtils.getInstance()
const quantities = [...QUANTITIES.values()]
const pairs = quantities.flatMap(({ id, unit, accepts }) =>
  [...accepts].map(([from, conversion]) => ({ id, unit, from, conversion })),
)

describe('the catalogue', () => {
  it('has every quantity of the contract in its unit, and no other but those named here', () =>
    expect(Object.fromEntries(quantities.map(({ id, unit }) => [id, unit]))).toEqual({
      ...CONTRACT,
      ...MORE,
    }))

  it.each(quantities)(
    '$id is filed under its own id, accepts its own unit unchanged, and has a plausible range',
    (quantity) => {
      const { id, unit, accepts, plausible, nameVi, nameEn } = quantity
      expect(QUANTITIES.get(id)).toBe(quantity)
      expect(accepts.get(unit)).toEqual({ mul: 1, div: 1, add: 0 })
      expect(plausible.min).toBeLessThan(plausible.max)
      expect(nameVi).not.toBe('')
      expect(nameEn).not.toBe('')
    },
  )
})

describe('conversion', () => {
  it('exempts from the oracle exactly the marked extensions', () =>
    expect(Object.keys(EXEMPT).sort()).toEqual([...UNIT_EXTENSIONS].sort()))

  it.each(pairs.filter(({ id, from }) => !(from in EXEMPT || SAME_IN_USE.has(`${id} ${from}`))))(
    'of $id from $from to $unit agrees with UCUM',
    ({ from, unit, conversion }) => {
      for (const value of [0, 1, -40, 7.3, 1234.5678, 1e6]) {
        const { status, toVal } = oracle.convertUnitTo(from, value, unit)
        expect(status).toBe('succeeded')
        const own = convert(value, conversion)
        // Where an offset is subtracted, the size that rounding is relative to is that of the terms.
        const size = Math.max(Math.abs(toVal ?? Number.NaN), Math.abs(conversion.add))
        expect(Math.abs(own - (toVal ?? Number.NaN))).toBeLessThanOrEqual(1e-12 * size)
      }
    },
  )

  it.each(pairs.filter(({ from }) => from in EXEMPT))(
    'of $id from $from has the factor it is exempted with',
    ({ from, conversion }) => {
      const { mul, div, add = 0 } = EXEMPT[from] ?? {}
      expect(conversion).toEqual({ mul, div, add })
    },
  )

  it('of litres is the correctly rounded quotient, not a product with a rounded factor', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (litres) => {
        const litre = QUANTITIES.get('water-volume')?.accepts.get('L')
        expect(litre && convert(litres, litre)).toBe(litres / 1000)
      }),
    ))

  it('takes no unit that has only the dimension in common', () => {
    expect(QUANTITIES.get('active-power')?.accepts.has('V.A')).toBe(false)
    expect(QUANTITIES.get('active-power')?.accepts.has('kvar')).toBe(false)
    expect(QUANTITIES.get('reactive-power')?.accepts.has('kW')).toBe(false)
  })
})
