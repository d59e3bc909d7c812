import type { Decoded } from '../../core/message.ts'
import { formatTime } from '../../core/time.ts'
import type { Codec, CodecContext } from '../../ingest/codec.ts'
import { codecContext } from './codec-context.ts'

const bytes = (payload: unknown): Uint8Array =>
  payload instanceof Uint8Array
    ? payload
    : new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload))

/** What a codec makes of text, of bytes, or of anything that is sent as JSON. */
export const decodeText = (
  codec: Codec,
  payload: unknown,
  topic = 'any',
  context: CodecContext = codecContext(),
): Decoded => codec.decode(bytes(payload), topic, context)

/** Readings as short lines that a failing test shows whole: `source quantity/channel = value unit @time quality`. */
export const lines = ({ readings }: Decoded): string[] =>
  readings.map(
    ({ source, quantity, channel, value, unit, time, quality }) =>
      `${source === undefined ? '' : `${source} `}${quantity}${channel === '' ? '' : `/${channel}`} = ${value}${
        unit === undefined ? '' : ` ${unit}`
      }${time === undefined ? '' : ` @${formatTime(time)}`}${quality === undefined ? '' : ` ${quality}`}`,
  )
