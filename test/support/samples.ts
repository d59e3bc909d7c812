import { readFileSync } from 'node:fs'
import type { Decoded, Reading } from '../../core/message.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { parseRfc3339 } from '../../core/time.ts'
import { convert } from '../../core/units.ts'

/** A payload out of test/samples, with what it means. */
export interface Sample {
  readonly file: string
  readonly topic: string | null
  readonly note: string
  readonly payload: Uint8Array
  readonly expect: readonly Expected[]
}

interface Expected {
  readonly device: string | null
  readonly quantity: string
  readonly value: number | boolean | string
  readonly unit: string | null
  readonly at: string | null
}

const folder = (format: string) => new URL(`../samples/${format}/`, import.meta.url)

export function samplesOf(format: string): Sample[] {
  const entries = JSON.parse(readFileSync(new URL('expected.json', folder(format)), 'utf8')) as (Omit<
    Sample,
    'payload' | 'note'
  > & { note?: string })[]
  return entries.map((entry) => ({
    ...entry,
    note: entry.note ?? '',
    payload: readFileSync(new URL(entry.file, folder(format))),
  }))
}

/** Where what the samples call a quantity lands in the catalogue; or why it is no reading. */
export type Landing =
  | { readonly quantity: string; readonly channel?: string; readonly unit?: string }
  | { readonly left: string }

/** A value in the own unit of its quantity; `unit` is a UCUM code. */
export function ownValue(quantity: string, value: Reading['value'], unit?: string): number | string {
  if (typeof value === 'string') return value
  const known = QUANTITIES.get(quantity)
  if (!known) throw new Error(`no quantity ${quantity}`)
  const conversion = known.accepts.get(unit ?? known.unit)
  if (!conversion) throw new Error(`${quantity} does not accept ${unit}`)
  return convert(Number(value), conversion)
}

/** What a decoded message has of each expected reading, as text that a failing test can show: `found` equals `wanted`
 *  where the codec is right. Values are compared in own units, to nine digits. */
export function compare(
  sample: Sample,
  decoded: Decoded,
  table: Readonly<Record<string, Landing>>,
): { wanted: string[]; found: string[] } {
  const wanted: string[] = []
  const found: string[] = []
  for (const { device, quantity, value, unit, at } of sample.expect) {
    const landing = table[quantity]
    if (!landing) throw new Error(`the table does not say where "${quantity}" lands`)
    if ('left' in landing) continue
    const channel = landing.channel ?? ''
    const time = at === null ? undefined : (parseRfc3339(at) ?? undefined)
    const own = ownValue(landing.quantity, value, landing.unit ?? unit ?? undefined)
    wanted.push(shown(device, landing.quantity, channel, own, time))
    const reading = decoded.readings.find(
      (candidate) =>
        candidate.quantity === landing.quantity &&
        candidate.channel === channel &&
        candidate.time === time &&
        (device === null || candidate.source === undefined || candidate.source === device),
    )
    found.push(
      reading
        ? shown(
            device,
            reading.quantity,
            reading.channel,
            ownValue(reading.quantity, reading.value, reading.unit),
            time,
          )
        : `no ${landing.quantity} ${channel} at ${time}`,
    )
  }
  return { wanted, found }
}

const shown = (
  device: string | null,
  quantity: string,
  channel: string,
  value: number | string,
  time: number | undefined,
): string =>
  `${device} ${quantity}/${channel} ${typeof value === 'number' ? value.toPrecision(9) : value} at ${time}`
