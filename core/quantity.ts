/** A linear way from an accepted unit to the quantity's own: own = value · mul / div + add.
 *  Both `mul` and `div` are there so that litres are divided by 1000, which is correctly rounded. */
export interface Conversion {
  readonly mul: number
  readonly div: number
  readonly add: number
}

export interface Quantity {
  readonly id: string
  /** UCUM code of the unit every observation is stored in; marked extensions are listed in UNIT_EXTENSIONS. */
  readonly unit: string
  readonly nameVi: string
  readonly nameEn: string
  /** Inclusive range, in the own unit, outside which an observation is kept as `implausible`. */
  readonly plausible: { readonly min: number; readonly max: number }
  /** `state` quantities take text labels; all others take numbers and booleans only. */
  readonly kind: 'measure' | 'state'
  /** Units a message may use, own unit included. By list, not by dimension: V.A would pass for W. */
  readonly accepts: ReadonlyMap<string, Conversion>
}

/** Units in use that UCUM has no code for. dB[mW] follows UCUM's grammar for a level with a reference. */
export const UNIT_EXTENSIONS: readonly string[] = ['kvar', 'var', 'dB[mW]', 'dBm']

const by = (mul: number, div = 1, add = 0): Conversion => ({ mul, div, add })
const SAME = by(1)

const VOLUME = { m3: SAME, L: by(1, 1000), l: by(1, 1000), dm3: by(1, 1000), '[gal_us]': by(0.003785411784) }
const FLOW = {
  'm3/h': SAME,
  'L/s': by(36, 10),
  'L/min': by(6, 100),
  'L/h': by(1, 1000),
  'm3/s': by(3600),
  'm3/d': by(1, 24),
}
const PRESSURE = {
  kPa: SAME,
  Pa: by(1, 1000),
  hPa: by(1, 10),
  mbar: by(1, 10),
  bar: by(100),
  MPa: by(1000),
  '[psi]': by(6.894757293168361),
  'm[H2O]': by(9.80665),
}
const TEMPERATURE = { Cel: SAME, K: by(1, 1, -273.15), '[degF]': by(5, 9, -160 / 9) }
const ENERGY = {
  'kW.h': SAME,
  'W.h': by(1, 1000),
  'MW.h': by(1000),
  kJ: by(1, 3600),
  MJ: by(10, 36),
  J: by(1, 3_600_000),
}
const POWER = { kW: SAME, W: by(1, 1000), MW: by(1000) }
const REACTIVE = { kvar: SAME, var: by(1, 1000) }
const VOLTAGE = { V: SAME, mV: by(1, 1000), kV: by(1000) }
const CURRENT = { A: SAME, mA: by(1, 1000), kA: by(1000) }
const FREQUENCY = { Hz: SAME, mHz: by(1, 1000), kHz: by(1000) }
const FRACTION = { '%': SAME, '1': by(100) }
const PER_ONE = { '1': SAME, '%': by(1, 100) }
const SPEED = { 'km/h': SAME, 'm/s': by(36, 10), '[mi_i]/h': by(1.609344) }
const COUNT = { '{vehicle}': SAME, '1': SAME }
const COUNT_RATE = { '{vehicle}/h': SAME, '{vehicle}/min': by(60), '/h': SAME }
const LEVEL = { 'dB[mW]': SAME, dBm: SAME }

type Row = [
  id: string,
  vi: string,
  en: string,
  min: number,
  max: number,
  unit: string,
  accepts: Record<string, Conversion>,
]

// To add a quantity: one line here, with its own unit and the table of those it accepts.
const ROWS: readonly Row[] = [
  ['vehicle-count', 'Số lượt xe', 'Vehicle count', 0, 1e12, '{vehicle}', COUNT],
  ['vehicle-flow', 'Lưu lượng xe', 'Vehicle flow', 0, 20_000, '{vehicle}/h', COUNT_RATE],
  ['mean-speed', 'Tốc độ trung bình', 'Mean speed', 0, 250, 'km/h', SPEED],
  ['occupancy', 'Độ chiếm dụng', 'Occupancy', 0, 100, '%', FRACTION],
  ['water-volume', 'Thể tích nước', 'Water volume', 0, 1e9, 'm3', VOLUME],
  ['water-flow', 'Lưu lượng nước', 'Water flow', -10_000, 100_000, 'm3/h', FLOW],
  ['water-pressure', 'Áp lực nước', 'Water pressure', -100, 4000, 'kPa', PRESSURE],
  ['water-temperature', 'Nhiệt độ nước', 'Water temperature', -5, 100, 'Cel', TEMPERATURE],
  ['active-energy', 'Điện năng tác dụng', 'Active energy', 0, 1e12, 'kW.h', ENERGY],
  ['active-power', 'Công suất tác dụng', 'Active power', -1e6, 1e6, 'kW', POWER],
  ['reactive-power', 'Công suất phản kháng', 'Reactive power', -1e6, 1e6, 'kvar', REACTIVE],
  ['voltage', 'Điện áp', 'Voltage', 0, 600_000, 'V', VOLTAGE],
  ['current', 'Dòng điện', 'Current', -100_000, 100_000, 'A', CURRENT],
  ['power-factor', 'Hệ số công suất', 'Power factor', -1, 1, '1', PER_ONE],
  ['frequency', 'Tần số', 'Frequency', 40, 70, 'Hz', FREQUENCY],
  ['battery-voltage', 'Điện áp pin', 'Battery voltage', 0, 60, 'V', VOLTAGE],
  ['battery-level', 'Mức pin', 'Battery level', 0, 100, '%', FRACTION],
  ['signal-strength', 'Cường độ tín hiệu', 'Signal strength', -150, 20, 'dB[mW]', LEVEL],
  ['operating-state', 'Trạng thái vận hành', 'Operating state', 0, 1, '1', { '1': SAME }],
]

const STATES: ReadonlySet<string> = new Set(['operating-state'])

/** The catalogue: every quantity the platform knows, by its id. */
export const QUANTITIES: ReadonlyMap<string, Quantity> = new Map(
  ROWS.map(([id, nameVi, nameEn, min, max, unit, accepts]) => {
    if (accepts[unit] !== SAME)
      throw new Error(`quantity ${id}: ${unit} is not an unconverted unit of its table`)
    const kind = STATES.has(id) ? 'state' : 'measure'
    return [
      id,
      { id, unit, nameVi, nameEn, plausible: { min, max }, kind, accepts: new Map(Object.entries(accepts)) },
    ]
  }),
)

/** The value in the quantity's own unit. */
export const convert = (value: number, { mul, div, add }: Conversion): number => (value * mul) / div + add
