import type { Micros } from '../../../core/time.ts'
import { addReading, type FieldRule } from '../../fields.ts'
import type { Findings } from '../../findings.ts'
import { isRecord, pointerOf } from '../../json.ts'
import { numberOf } from '../../members.ts'
import { firstPlausible, rfc3339Micros } from '../../times.ts'

const rule = (quantity: string, unit: string, channel?: string): FieldRule => ({
  quantity,
  unit,
  ...(channel === undefined ? {} : { channel }),
})

/** The schema of normalised measurements (TheThingsNetwork/lorawan-devices, lib/payload.json) with the units that it fixes. It
 *  also has a soil's depth, and its nitrogen, phosphorus and potassium, for which there is no quantity. */
const RULES: Readonly<Record<string, FieldRule>> = {
  battery: rule('battery-voltage', 'V'),
  'air/temperature': rule('temperature', 'Cel'),
  'air/relativeHumidity': rule('relative-humidity', '%'),
  'air/pressure': rule('atmospheric-pressure', 'hPa'),
  'air/co2': rule('co2-concentration', '[ppm]'),
  'air/lightIntensity': rule('illuminance', 'lx'),
  'wind/speed': rule('wind-speed', 'm/s'),
  'wind/direction': rule('wind-direction', 'deg'),
  'rain/intensity': rule('rainfall-rate', 'mm/h'),
  'rain/cumulative': rule('rainfall', 'mm'),
  'soil/moisture': rule('soil-moisture', '%'),
  'soil/temperature': rule('temperature', 'Cel', 'soil'),
  // In dS/m, which is mS/cm.
  'soil/ec': rule('conductivity', 'mS/cm', 'soil'),
  'soil/pH': rule('ph', '[pH]', 'soil'),
  'water/leak': { quantity: 'leak' },
  'water/temperature/current': rule('water-temperature', 'Cel'),
  'water/temperature/min': rule('water-temperature', 'Cel', 'min'),
  'water/temperature/max': rule('water-temperature', 'Cel', 'max'),
  'water/temperature/avg': rule('water-temperature', 'Cel', 'avg'),
  'metering/water/total': rule('water-volume', 'L'),
  'action/motion/detected': { quantity: 'motion' },
  'action/motion/count': rule('event-count', '1', 'motion'),
  'action/contactState': { quantity: 'contact-open' },
  'position/latitude': rule('latitude', 'deg'),
  'position/longitude': rule('longitude', 'deg'),
  'position/altitude': rule('altitude', 'm'),
}

/** Members that say where, not what. */
const ATTRIBUTES: ReadonlySet<string> = new Set(['time', 'air/location', 'soil/depth'])

interface At {
  readonly path: string
  readonly source: string
  readonly time: Micros | undefined
  /** There is no index in the path. */
  readonly isOne?: boolean
}

interface Place extends At {
  readonly name: string
  /** Several probes on one rod are told apart by their depth. */
  readonly depth: string | undefined
}

/** Measurements, each with `time` of its own if the device gave one. */
export function readNormalized(found: Findings, measurements: readonly unknown[], at: At): void {
  for (const [i, measurement] of measurements.entries()) {
    if (!isRecord(measurement)) continue
    const own = firstPlausible([rfc3339Micros(measurement.time)], at.time ?? Infinity)
    const depth = isRecord(measurement.soil) ? numberOf(measurement.soil.depth) : undefined
    readMembers(found, measurement, {
      ...at,
      path: at.isOne ? at.path : `${at.path}/${i}`,
      time: own ?? at.time,
      name: '',
      depth: depth === undefined || depth < 0 || depth > 1e6 ? undefined : `${Math.round(depth)}cm`,
    })
  }
}

function readMembers(found: Findings, json: object, at: Place): void {
  for (const [step, value] of Object.entries(json)) {
    const path = `${at.path}/${pointerOf(step)}`
    const name = at.name === '' ? step : `${at.name}/${step}`
    if (ATTRIBUTES.has(name)) continue
    if (isRecord(value)) readMembers(found, value, { ...at, path, name })
    else readMember(found, value, { ...at, path, name })
  }
}

function readMember(found: Findings, value: unknown, { path, name, source, time, depth }: Place): void {
  if (value === null) return found.ignore('null')
  const known = Object.hasOwn(RULES, name) ? RULES[name] : undefined
  if (!known) return found.unmapped(path, source)
  const isInSoil = depth !== undefined && name.startsWith('soil/')
  const rule = isInSoil ? { ...known, channel: [known.channel, depth].filter(Boolean).join('.') } : known
  const given = name === 'action/contactState' ? isOpen(value) : value
  addReading(found, rule, { path, value: given, source, time })
}

/** `open` or `closed`; anything else is refused as it is. */
const isOpen = (value: unknown): unknown => (value === 'open' ? true : value === 'closed' ? false : value)
