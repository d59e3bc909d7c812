import type { DerivedInput, DerivedQuantity } from '../model.ts'

const PHASES = ['L1', 'L2', 'L3'] as const
const SQRT3 = Math.sqrt(3)

type Read = (quantity: string) => number | undefined

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

/** Of one phase or the single one, kV·A: V · I / 1000. */
function apparentOf(read: Read, quantity: string): number | undefined {
  const voltage = read(`voltage${quantity}`)
  const current = read(`current${quantity}`)
  return voltage === undefined || current === undefined ? undefined : (voltage * Math.abs(current)) / 1000
}

/** kV·A: as measured; else V · I, of the phases summed; else from active and reactive power, S = √(P² + Q²). */
function apparentPower(input: DerivedInput): number | undefined {
  const measured = total(input, 'apparent-power')
  if (measured !== undefined) return measured
  const read: Read = (key) => input.value(key)
  const ofPhases = sum(PHASES.map((phase) => apparentOf(read, `/${phase}`))) ?? apparentOf(read, '')
  if (ofPhases !== undefined) return ofPhases
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

/** The current of a feeder beside what it is rated for; of three phases the largest, %. */
export const feederLoad: DerivedQuantity = {
  quantity: 'load-ratio',
  compute(input) {
    const rated = input.attribute('rated-current')
    const currents = ['current', ...PHASES.map((phase) => `current/${phase}`)].flatMap(
      (key) => input.value(key) ?? [],
    )
    if (rated === undefined || rated <= 0 || currents.length === 0) return null
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

/** P / S; where only V, I and P of one or three phases are known, by them. 1 at most: rounding of small readings may give
 *  more. */
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
 *  which defines it for voltages). */
export const phaseImbalance: DerivedQuantity = {
  quantity: 'phase-imbalance',
  compute(input) {
    const currents = PHASES.flatMap((phase) => input.value(`current/${phase}`) ?? [])
    if (currents.length < PHASES.length) return null
    const mean = currents.reduce((all, one) => all + one, 0) / PHASES.length
    return mean <= 0 ? null : (100 * Math.max(...currents.map((one) => Math.abs(one - mean)))) / mean
  },
}

/** S of three phases at a line voltage, kV·A: √3 · U · I / 1000, for a head of a feeder that measures both once. */
export const feederApparentPower: DerivedQuantity = {
  quantity: 'apparent-power',
  compute(input) {
    const voltage = input.value('voltage')
    const current = input.value('current')
    return voltage === undefined || current === undefined ? null : (SQRT3 * voltage * current) / 1000
  },
}
