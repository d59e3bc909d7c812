import { TYPES } from './models/index.ts'
import { placeOf } from './places.ts'
import { mix } from './random.ts'
import type { Device, DeviceType } from './world.ts'

/** Of each twenty devices: 8 water meters, 5 power meters, 4 traffic counters, 2 pressure points, 1 transformer.
 *  In this order, so that a small province has every type early. */
const MIX: readonly DeviceType[] = (
  'wm pm tc wm pp wm pm tc wm tf pm wm tc wm pm wm pp tc wm pm'.split(' ') as readonly string[]
).map((abbreviation) => {
  const found = Object.entries(TYPES).find(([, spec]) => spec.abbreviation === abbreviation)
  if (!found) throw new Error(`no type is abbreviated ${abbreviation}`)
  return found[0] as DeviceType
})

interface ProvinceOptions {
  /** How the devices' ids begin; `sim` if left out. */
  readonly prefix?: string | undefined
  readonly seed: number
  readonly devices: number
  /** Messages a second over all devices; left out, each device keeps its type's interval. */
  readonly rate?: number | undefined
}

/** The devices of a province. A larger province with the same seed begins with the smaller one. */
export function provinceOf({ seed, devices, rate, prefix = 'sim' }: ProvinceOptions): Device[] {
  const counts = new Map<DeviceType, number>()
  return Array.from({ length: devices }, (_, i) => {
    const type = MIX[i % MIX.length] as DeviceType
    const number = (counts.get(type) ?? 0) + 1
    counts.set(type, number)
    const { abbreviation, intervalS } = TYPES[type]
    const id = `${prefix}-${abbreviation}-${String(number).padStart(4, '0')}`
    const deviceSeed = mix(seed, hashText(id))
    const intervalMs = rate === undefined ? intervalS * 1000 : (devices / rate) * 1000
    return { id, type, seed: deviceSeed, ...placeOf(deviceSeed), intervalMs }
  })
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
