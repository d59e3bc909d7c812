import { isCommandReply, isInFilter, isNative, isReadingsTopic } from '../core/topic.ts'
import type { Device } from '../store/device.ts'
import type { Profile, Wiring } from '../store/profiles.ts'
import type { Codec } from './codec.ts'
import { canonical } from './codecs/canonical.ts'
import { codecs } from './codecs/index.ts'

/** What reads a message: a codec, or a mapping. */
export type Reader =
  | { readonly kind: 'codec'; readonly codec: Codec }
  | { readonly kind: 'mapping'; readonly name: string; readonly expression: string }

const CANONICAL: Reader = { kind: 'codec', codec: canonical }

const byFormat: ReadonlyMap<string, Reader> = new Map(
  codecs.map((codec) => [codec.format, { kind: 'codec', codec }]),
)
const readers: readonly Reader[] = [...byFormat.values()]

/** Which codec reads a message is decided by the sender's profile and the topic, never by its bytes: the profile's codec
 *  within the profile's topics; a mapping for the topic; the format whose own topic it is. */
export function readerOf(device: Device, topic: string, wiring: Wiring): Reader | undefined {
  if (device.profile === null && isReadingsTopic(topic)) return CANONICAL
  // Whatever a profile's or a mapping's filter takes in, an answer to a command is no reading.
  if (isCommandReply(topic)) return undefined
  const byProfile = readerOfProfile(wiring.profile(device.profile), topic)
  if (byProfile) return byProfile
  if (isReadingsTopic(topic)) return CANONICAL
  for (const { id, topicFilter, gateway, expression } of wiring.mappingsNear(topic))
    if ((gateway === null || gateway === device.id) && isInFilter(topic, topicFilter))
      return { kind: 'mapping', name: id, expression }
  return readers.find((reader) => reader.kind === 'codec' && reader.codec.matches(topic))
}

function readerOfProfile(profile: Profile | undefined, topic: string): Reader | undefined {
  if (!profile || profile.codec === null) return undefined
  const isWithin =
    profile.topics.length === 0 ? isNative(topic) : profile.topics.some((filter) => isInFilter(topic, filter))
  if (!isWithin) return undefined
  return profile.codec === 'mapping'
    ? { kind: 'mapping', name: profile.id, expression: profile.mapping ?? '' }
    : byFormat.get(profile.codec)
}

/** The reader of a format by its name. */
export const readerOfFormat = (format: string): Reader | undefined => byFormat.get(format)
