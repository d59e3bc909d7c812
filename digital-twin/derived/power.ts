import type { DerivedInput, DerivedQuantity } from '../model.ts'

const PHASES = ['L1', 'L2', 'L3'] as const
const SQRT3 = Math.sqrt(3)

/** A quantity as a whole: without a channel, else the sum of the three phases; undefined where one of them is missing. */
function total(input: DerivedInput, quantity: string): number | undefined {
  const whole = input.value(quantity)
  return whole ?? sum(PHASES.map((phase) => input.value(`${quantity}/${phase}`)))
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce<number | undefined>(
    (all, value) => (all === undefined || value === undefined ? undefined : all + value),
    0,
  )
}

/** kV·A by voltage and current. Of phases: V · I, summed. Told as a whole it depends on what is told, which the attribute
 *  `phases` says: 1: V · I; 3: √3 · V · I, V being the line voltage (IEC 60038 names three-phase systems by it). */
function byVoltageAndCurrent(input: DerivedInput): number | undefined {
  const ofPhases = sum(
    PHASES.map((phase) => voltAmperes(input.value(`voltage/${phase}`), input.value(`current/${phase}`))),
  )
  if (ofPhases !== undefined) return ofPhases
  const whole = voltAmperes(input.value('voltage') ?? input.attribute('line-voltage'), input.value('current'))
  const phases = input.attribute('phases')
  if (whole === undefined || (phases !== 1 && phases !== 3)) return undefined
  return phases === 3 ? SQRT3 * whole : whole
}

const voltAmperes = (voltage: number | undefined, current: number | undefined): number | undefined =>
  voltage === undefined || current === undefined ? undefined : (voltage * Math.abs(current)) / 1000

/** kV·A: as measured; else by voltage and current; else from active and reactive power, S = √(P² + Q²). */
function apparentPower(input: DerivedInput): number | undefined {
  const measured = total(input, 'apparent-power')
  if (measured !== undefined) return Math.abs(measured)
  const computed = byVoltageAndCurrent(input)
  if (computed !== undefined) return computed
  const active = total(input, 'active-power')
  const reactive = total(input, 'reactive-power')
  return active === undefined || reactive === undefined ? undefined : Math.hypot(active, reactive)
}

/** What a transformer carries beside what it is rated for: S / S_r, % (IEC 60076-1: the rating is an apparent power). */
export const transformerLoad: DerivedQuantity = {
  quantity: 'load-ratio',
  compute(input) {
    const rated = input.attribute('rated-apparent-power')
    const apparent = apparentPower(input)
    return rated === undefined || rated <= 0 || apparent === undefined ? null : (100 * apparent) / rated
  },
}

/** The current of a feeder beside what it is rated for, %; of phases the largest, if all that it tells are known. */
export const feederLoad: DerivedQuantity = {
  quantity: 'load-ratio',
  compute(input) {
    const rated = input.attribute('rated-current')
    const told = ['current', ...PHASES.map((phase) => `current/${phase}`)].filter((key) => input.tells(key))
    const currents = told.flatMap((key) => input.value(key) ?? [])
    if (rated === undefined || rated <= 0 || currents.length === 0 || currents.length < told.length)
      return null
    return (100 * Math.max(...currents.map(Math.abs))) / rated
  },
}

/** The power of an inverter beside what it is rated for, %. */
export const inverterLoad: DerivedQuantity = {
  quantity: 'load-ratio',
  compute(input) {
    const rated = input.attribute('rated-power')
    const power = total(input, 'active-power-exported') ?? total(input, 'active-power')
    return rated === undefined || rated <= 0 || power === undefined ? null : (100 * Math.abs(power)) / rated
  },
}

/** P / S. 1 at most: rounding of small readings may give more. */
export const powerFactor: DerivedQuantity = {
  quantity: 'power-factor',
  compute(input) {
    const active = total(input, 'active-power')
    const apparent = apparentPower(input)
    if (active === undefined || apparent === undefined || apparent === 0) return null
    return Math.max(-1, Math.min(1, active / apparent))
  },
}

/** The largest deviation of a phase current from the mean of the three, beside that mean, % (the form of NEMA MG 1-14.36,
 *  which defines it for voltages). Of their sizes: meters put a sign on a current for the direction of the energy. */
export const phaseImbalance: DerivedQuantity = {
  quantity: 'phase-imbalance',
  compute(input) {
    const currents = PHASES.flatMap((phase) => input.value(`current/${phase}`) ?? []).map(Math.abs)
    if (currents.length < PHASES.length) return null
    const mean = currents.reduce((all, one) => all + one, 0) / PHASES.length
    return mean <= 0 ? null : (100 * Math.max(...currents.map((one) => Math.abs(one - mean)))) / mean
  },
}

/** How far the voltage is from the nominal one, %, with its sign; of phases the one that is furthest off. */
export const voltageDeviation: DerivedQuantity = {
  quantity: 'voltage-deviation',
  compute(input) {
    const nominal = input.attribute('nominal-voltage')
    const voltages = ['voltage', ...PHASES.map((phase) => `voltage/${phase}`)].flatMap(
      (key) => input.value(key) ?? [],
    )
    if (nominal === undefined || nominal <= 0 || voltages.length === 0) return null
    const deviations = voltages.map((voltage) => (100 * (voltage - nominal)) / nominal)
    return deviations.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most))
  },
}

/** S of the head of a feeder, kV·A: √3 · U · I / 1000, of phases by their mean current; U is the line voltage, else the
 *  attribute `line-voltage`, for many measure the current alone. */
export const feederApparentPower: DerivedQuantity = {
  quantity: 'apparent-power',
  compute(input) {
    const voltage = input.value('voltage') ?? input.attribute('line-voltage')
    const current = input.value('current') ?? meanOfPhases(input)
    return voltage === undefined || current === undefined
      ? null
      : (SQRT3 * voltage * Math.abs(current)) / 1000
  },
}

function meanOfPhases(input: DerivedInput): number | undefined {
  const all = sum(PHASES.map((phase) => input.value(`current/${phase}`)))
  return all === undefined ? undefined : all / PHASES.length
}
