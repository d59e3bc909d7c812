import { QUANTITIES } from '../../core/quantity.ts'
import type { Codec } from '../../ingest/codec.ts'
import type { Profile } from '../../store/profiles.ts'

/** A message as the device could send it. */
export interface ExampleMessage {
  readonly topic: string
  /** Text; where the format is binary, the bytes in hex. */
  readonly payload: string
  readonly isHex: boolean
  /** The values of a canonical message; null: the payload is of another format. */
  readonly values: Readonly<Record<string, number | string>> | null
}

const VALUES_MAX = 3

// What such a device would say on a usual day. A quantity without a line here gets a number of its plausible range.
const USUAL: Readonly<Record<string, number | string>> = {
  'vehicle-count': 1840,
  'vehicle-flow': 620,
  'mean-speed': 38.5,
  occupancy: 12,
  'water-volume': 1234.5,
  'water-flow': 1.8,
  'water-pressure': 310,
  'water-temperature': 26.4,
  'water-level': 2.35,
  'active-energy': 4210.7,
  'active-power': 1.2,
  voltage: 229.6,
  current: 5.4,
  frequency: 50,
  'power-factor': 0.96,
  'battery-voltage': 3.6,
  'battery-level': 97,
  'signal-strength': -87,
  temperature: 27.4,
  'relative-humidity': 71,
  'atmospheric-pressure': 95.2,
  rainfall: 0.4,
  'wind-speed': 7.2,
  'pm2.5': 18,
  pm10: 31,
  'co2-concentration': 420,
  ph: 7.2,
  turbidity: 0.8,
  'operating-state': 'on',
}

/** For a device without a profile, or whose profile names no format: the canonical form with the first quantities of its
 *  type. Otherwise an example of its format, on a topic that its profile takes. */
export function exampleMessage(
  device: string,
  quantities: readonly string[],
  profile: Profile | undefined,
  codec: Codec | undefined,
): ExampleMessage {
  const good =
    codec?.examples.filter(
      ({ gives, after }) => gives.readings?.length && !gives.rejections?.length && !after,
    ) ?? []
  // One with a time of its own may be older than what is kept.
  const example = good.find(({ gives }) => gives.readings?.every(({ time }) => time === undefined)) ?? good[0]
  if (codec && codec.format !== 'canonical' && example) {
    const isText = typeof example.payload === 'string'
    return {
      topic: topicWithin(profile?.topics ?? [], device) ?? example.topic,
      payload: isText ? example.payload : example.payload.hex,
      isHex: !isText,
      values: null,
    }
  }
  const values = Object.fromEntries(quantities.slice(0, VALUES_MAX).map((id) => [id, usual(id)]))
  const own = `devices/${device}/readings`
  return {
    topic: profile?.codec ? (topicWithin(profile.topics, device) ?? own) : own,
    payload: JSON.stringify({ values }),
    isHex: false,
    values,
  }
}

/** The first filter with its wildcards filled in by the device's id. */
function topicWithin([filter]: readonly string[], device: string): string | undefined {
  return filter
    ?.split('/')
    .map((level) => (level === '+' || level === '#' ? device : level))
    .join('/')
}

function usual(id: string): number | string {
  const known = USUAL[id]
  if (known !== undefined) return known
  const { min, max } = QUANTITIES.get(id)?.plausible ?? { min: 0, max: 1 }
  return min <= 1 && max >= 1 ? 1 : (min + max) / 2
}
