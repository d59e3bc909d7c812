import type { Decoded } from '../../core/message.ts'
import { formatTime } from '../../core/time.ts'
import type { Codec } from '../../ingest/codec.ts'
import { codecContext } from './codec-context.ts'
import { ownValue } from './samples.ts'

type Given = Parameters<typeof codecContext>[0]

export const bytes = (payload: string | object): Uint8Array =>
  new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload))

/** One message read by itself. */
export const decodeOne = (
  codec: Codec,
  topic: string,
  payload: string | object | Uint8Array,
  given?: Given,
): Decoded =>
  codec.decode(payload instanceof Uint8Array ? payload : bytes(payload), topic, codecContext(given))

/** Readings in short: `source quantity/channel value`, in own units, with the time where they have one. */
export const shortly = (decoded: Decoded): string[] =>
  decoded.readings.map(({ source, quantity, channel, value, unit, time, quality }) => {
    const own = ownValue(quantity, value, unit)
    const number = typeof own === 'number' ? Number(own.toPrecision(9)) : own
    return [
      ...(source === undefined ? [] : [source]),
      channel === '' ? quantity : `${quantity}/${channel}`,
      String(number),
      ...(time === undefined ? [] : [formatTime(time)]),
      ...(quality === undefined ? [] : [quality]),
    ].join(' ')
  })
