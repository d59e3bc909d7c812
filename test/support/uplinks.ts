import type { Decoded } from '../../core/message.ts'
import type { CodecContext } from '../../ingest/codec.ts'
import { Findings } from '../../ingest/findings.ts'
import { readDecoded } from '../../ingest/uplinks.ts'
import type { Sample } from './samples.ts'

/** What a message gives where no device has a decoder of its own: the server's decoded objects are read by the rules. */
export function withServersDecoding(decoded: Decoded, context: CodecContext): Decoded {
  const found = new Findings()
  for (const { path, source, time, decoded: data } of decoded.uplinks ?? [])
    if (data !== undefined)
      readDecoded(found, context.rulesOf(source), data, {
        path,
        source,
        time,
        utcOffsetMinutes: context.utcOffsetMinutes(source),
        beside: decoded.readings,
      })
  const more = found.decoded()
  return {
    ...decoded,
    readings: [...decoded.readings, ...more.readings],
    rejections: [...decoded.rejections, ...more.rejections],
  }
}

/** The bytes that a sample wants to reach the device's decoder, as hex with device and time, and those that do. */
export function compareBytes(
  sample: Sample,
  decoded: Decoded,
  {
    name,
    encoding,
    deviceOf,
  }: { name: string; encoding: 'hex' | 'base64'; deviceOf: (device: string) => string },
): { wanted: string[]; found: string[] } {
  const wanted = sample.expect
    .filter(({ quantity }) => quantity === name)
    .map(({ device, value, at }) => {
      const hex = Buffer.from(String(value), encoding).toString('hex')
      return `${deviceOf(device ?? '')} ${hex} at ${at === null ? undefined : Date.parse(at)}`
    })
  const found = (decoded.uplinks ?? []).map(
    ({ source, bytes, time }) =>
      `${source} ${Buffer.from(bytes).toString('hex')} at ${time === undefined ? undefined : Math.floor(time / 1000)}`,
  )
  return { wanted, found: wanted.length > 0 ? found : [] }
}
