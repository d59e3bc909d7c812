import type { Micros } from '../core/time.ts'
import { addReading } from './fields.ts'
import type { Findings } from './findings.ts'
import { numberOf } from './members.ts'

/** A member of a message, by where it stands. */
interface Member {
  readonly path: string
  readonly value: unknown
}

/** One gateway's reception of a frame. */
interface Reception {
  readonly rssi?: Member
  readonly snr?: Member
}

/** An uplink as any network server tells it. */
export interface Frame {
  readonly source: string
  /** Where the bytes stand, or what was decoded of them. */
  readonly path: string
  readonly time: Micros | undefined
  readonly fPort: unknown
  readonly bytes?: Uint8Array | undefined
  readonly decoded?: unknown
  readonly receptions: readonly Reception[]
  /** A number, or a data rate that begins with it, `SF7BW125`. */
  readonly spreadingFactor?: Member
}

const NO_BYTES = new Uint8Array(0)

/** Hands the bytes over to the device's decoder, with the radio's quality as the best gateway had it. A frame without
 *  application data (MAC commands only, which have port 0; LoRaWAN 1.0.4 §4.3.2) is of the device's life. */
export function addFrame(found: Findings, frame: Frame): void {
  const { source, path, time, decoded } = frame
  const fPort = portOf(frame.fPort)
  const bytes = fPort === 0 ? NO_BYTES : (frame.bytes ?? NO_BYTES)
  const hasDecoded = typeof decoded === 'object' && decoded !== null && Object.keys(decoded).length > 0
  if (bytes.length === 0 && !hasDecoded) return found.ignore('life_cycle')
  found.uplinks.push({
    path,
    source,
    fPort: fPort ?? 0,
    bytes,
    ...(time === undefined ? {} : { time }),
    ...(hasDecoded ? { decoded } : {}),
  })
  addRadio(found, frame)
}

/** Signal, noise and spreading factor of a frame. Of several gateways the one that heard it loudest. */
export function addRadio(
  found: Findings,
  {
    source,
    time,
    receptions,
    spreadingFactor,
  }: Pick<Frame, 'source' | 'time' | 'receptions' | 'spreadingFactor'>,
): void {
  const best = receptions.reduce<Reception | undefined>(louder, undefined)
  const add = (quantity: string, member: Member | undefined, unit?: string) => {
    const value = numberOf(member?.value)
    if (member && value !== undefined)
      addReading(found, unit ? { quantity, unit } : { quantity }, { path: member.path, value, time, source })
  }
  add('signal-strength', best?.rssi, 'dB[mW]')
  add('signal-to-noise-ratio', best?.snr, 'dB')
  add('spreading-factor', spreadingFactor && { ...spreadingFactor, value: factorOf(spreadingFactor.value) })
}

function louder(best: Reception | undefined, next: Reception): Reception {
  if (!best) return next
  const [a, b] = [numberOf(best.rssi?.value) ?? -Infinity, numberOf(next.rssi?.value) ?? -Infinity]
  if (a !== b) return a > b ? best : next
  return (numberOf(best.snr?.value) ?? -Infinity) >= (numberOf(next.snr?.value) ?? -Infinity) ? best : next
}

function factorOf(value: unknown): number | undefined {
  const factor = typeof value === 'string' ? /^(?:SF)?\s?(\d{1,2})(?!\d)/.exec(value)?.[1] : value
  return numberOf(factor)
}

/** DevStatusAns (LoRaWAN 1.0.4 §5.5): battery 0 is a mains supply and 255 unknown, both no level; 1 is empty and 254 full. */
export function addBattery(
  found: Findings,
  { path, value }: Member,
  at: { readonly source: string; readonly time: Micros | undefined },
): void {
  const level = numberOf(value)
  if (level === undefined || level < 1 || level > 254) return found.ignore('null')
  addReading(
    found,
    { quantity: 'battery-level', unit: '%' },
    { path, value: ((level - 1) * 100) / 253, ...at },
  )
}

/** The margin of the same answer: signal-to-noise ratio of the last request as the device heard it. */
export function addMargin(
  found: Findings,
  { path, value }: Member,
  at: { readonly source: string; readonly time: Micros | undefined },
): void {
  const margin = numberOf(value)
  if (margin === undefined) return found.ignore('null')
  addReading(found, { quantity: 'link-margin', unit: 'dB' }, { path, value: margin, ...at })
}

function portOf(value: unknown): number | undefined {
  const port = numberOf(value)
  return port !== undefined && Number.isInteger(port) && port >= 0 && port <= 255 ? port : undefined
}
