/** A linear way from an accepted unit to the quantity's own: own = value · mul / div + add.
 *  Both `mul` and `div` are there so that litres are divided by 1000, which is correctly rounded. */
export interface Conversion {
  readonly mul: number
  readonly div: number
  readonly add: number
}

/** Units in use that UCUM has no code for. dB[mW] follows UCUM's grammar for a level with a reference. */
export const UNIT_EXTENSIONS: readonly string[] = [
  'kvar',
  'var',
  'kvar.h',
  'var.h',
  'var.s',
  'dB[mW]',
  'dBm',
  'dB[W]',
]

const by = (mul: number, div = 1, add = 0): Conversion => ({ mul, div, add })
export const SAME = by(1)

/** By dimension, the units that a message may use, with their way to the first one of the table. */
export const UNITS = {
  volume: {
    m3: SAME,
    L: by(1, 1000),
    l: by(1, 1000),
    dm3: by(1, 1000),
    mL: by(1, 1_000_000),
    '[gal_us]': by(0.003785411784),
    '[cft_i]': by(0.028316846592),
  },
  flow: {
    'm3/h': SAME,
    'L/s': by(36, 10),
    'L/min': by(6, 100),
    'L/h': by(1, 1000),
    'm3/s': by(3600),
    'm3/d': by(1, 24),
  },
  pressure: {
    kPa: SAME,
    Pa: by(1, 1000),
    hPa: by(1, 10),
    mbar: by(1, 10),
    bar: by(100),
    MPa: by(1000),
    '[psi]': by(6.894757293168361),
    'm[H2O]': by(9.80665),
    'm[Hg]': by(133.322),
    'mm[Hg]': by(133.322, 1000),
    "[in_i'Hg]": by(3.3863788),
  },
  temperature: { Cel: SAME, K: by(1, 1, -273.15), '[degF]': by(5, 9, -160 / 9) },
  energy: {
    'kW.h': SAME,
    'W.h': by(1, 1000),
    'MW.h': by(1000),
    kJ: by(1, 3600),
    MJ: by(10, 36),
    GJ: by(10_000, 36),
    J: by(1, 3_600_000),
    'W.min': by(1, 60_000),
  },
  power: { kW: SAME, W: by(1, 1000), MW: by(1000) },
  'reactive-power': { kvar: SAME, var: by(1, 1000) },
  'reactive-energy': { 'kvar.h': SAME, 'var.h': by(1, 1000), 'var.s': by(1, 3_600_000) },
  'apparent-power': { 'kV.A': SAME, 'V.A': by(1, 1000) },
  'apparent-energy': { 'kV.A.h': SAME, 'V.A.h': by(1, 1000), 'V.A.s': by(1, 3_600_000) },
  voltage: { V: SAME, mV: by(1, 1000), kV: by(1000) },
  current: { A: SAME, mA: by(1, 1000), kA: by(1000) },
  frequency: { Hz: SAME, mHz: by(1, 1000), kHz: by(1000) },
  fraction: { '%': SAME, '1': by(100) },
  ratio: { '1': SAME, '%': by(1, 100) },
  speed: { 'km/h': SAME, 'm/s': by(36, 10), '[mi_i]/h': by(1.609344), '[kn_i]': by(1.852) },
  vehicles: { '{vehicle}': SAME, '1': SAME },
  'vehicle-rate': { '{vehicle}/h': SAME, '{vehicle}/min': by(60), '/h': SAME },
  persons: { '{person}': SAME, '1': SAME },
  'radio-level': { 'dB[mW]': SAME, dBm: SAME, 'dB[W]': by(1, 1, 30) },
  decibel: { dB: SAME },
  'sound-level': { 'dB[SPL]': SAME, dB: SAME, 'B[SPL]': by(10) },
  length: {
    m: SAME,
    cm: by(1, 100),
    mm: by(1, 1000),
    km: by(1000),
    '[ft_i]': by(0.3048),
    '[in_i]': by(0.0254),
  },
  depth: { mm: SAME, cm: by(10), m: by(1000), '[in_i]': by(25.4) },
  'depth-rate': { 'mm/h': SAME, 'mm/min': by(60), 'm/h': by(1000), 'm/s': by(3_600_000) },
  hours: { h: SAME, s: by(1, 3600), min: by(1, 60), d: by(24) },
  duration: { s: SAME, ms: by(1, 1000), min: by(60), h: by(3600), d: by(86_400) },
  angle: { deg: SAME, rad: by(180 / Math.PI) },
  parts: { '[ppm]': SAME, '[ppb]': by(1, 1000), '%': by(10_000) },
  'concentration-in-air': { 'ug/m3': SAME, 'mg/m3': by(1000), 'ng/m3': by(1, 1000), 'kg/m3': by(1e9) },
  'concentration-in-water': {
    'mg/L': SAME,
    'ug/L': by(1, 1000),
    'g/L': by(1000),
    'g/m3': SAME,
    'kg/m3': by(1000),
  },
  conductivity: { 'uS/cm': SAME, 'mS/cm': by(1000), 'S/m': by(10_000), 'mS/m': by(10) },
  acceleration: { 'm/s2': SAME, 'mm/s2': by(1, 1000), '[g]': by(9.80665) },
  mass: { kg: SAME, g: by(1, 1000), t: by(1000) },
  number: { '1': SAME },
  illuminance: { lx: SAME, klx: by(1000) },
  irradiance: { 'W/m2': SAME, 'kW/m2': by(1000) },
  acidity: { '[pH]': SAME, '1': SAME },
  turbidity: { '{NTU}': SAME, '{FNU}': SAME, '1': SAME },
  'redox-potential': { mV: SAME, V: by(1000) },
  salinity: { 'g/L': SAME, 'mg/L': by(1, 1000) },
  spaces: { '{space}': SAME, '1': SAME },
  rotation: { '/min': SAME, '/s': by(60), Hz: by(60) },
} as const satisfies Record<string, Readonly<Record<string, Conversion>>>

export type Dimension = keyof typeof UNITS

/** The value in the quantity's own unit. */
export const convert = (value: number, { mul, div, add }: Conversion): number => (value * mul) / div + add
