import type { Decoded, IgnoreReason } from '../core/message.ts'
import type { RejectionItem } from '../core/rejection-codes.ts'

interface Judged {
  /** Null: no codec reads the topic. */
  readonly format: string | null
  readonly topic: string
  /** What it would be: nothing was stored. */
  readonly isTrial?: boolean
  readonly stored: number
  readonly duplicate: number
  readonly rejections: readonly RejectionItem[]
  readonly unmapped: readonly string[]
  readonly ignored: Readonly<Partial<Record<IgnoreReason, number>>>
}

const NAMED_MAX = 5

const LEFT_OUT: Readonly<Record<IgnoreReason, string>> = {
  null: 'without a value',
  status: 'its word on itself',
  command_reply: 'an answer to a command',
  unmapped: 'without a meaning here',
  life_cycle: 'of the life cycle (a join, a birth, a keep-alive)',
  retained: 'kept by another broker, without a time of its own',
}

/** What became of a message, in sentences that a person can act on. */
export function verdictOf({
  format,
  topic,
  isTrial = false,
  stored,
  duplicate,
  rejections,
  unmapped,
  ignored,
}: Judged): string {
  if (rejections[0]?.code === 'no_codec')
    return `No codec reads the topic ${topic}. Give the device a profile with a codec, or the topic a mapping; then replay.`
  const said = [
    ...(stored > 0
      ? [
          `${counted(stored, 'reading')} ${isTrial ? 'would be stored' : 'stored'}${format ? ` (read as ${format})` : ''}`,
        ]
      : []),
    ...(duplicate > 0 ? [`${counted(duplicate, 'reading')} there already`] : []),
    ...rejections
      .slice(0, NAMED_MAX)
      .map(({ path, code, detail }) => `refused ${path || 'as a whole'}: ${detail} (${code})`),
    ...(rejections.length > NAMED_MAX ? [`and ${rejections.length - NAMED_MAX} more refused`] : []),
    ...unmappedWords(unmapped, format),
    ...Object.entries(ignored)
      .filter(([reason]) => reason !== 'unmapped' || unmapped.length === 0)
      .map(([reason, count]) => `${count} left out: ${LEFT_OUT[reason as IgnoreReason]}`),
  ]
  return said.length === 0 ? 'Nothing in it that is measured.' : `${capital(said.join('; '))}.`
}

/** Formats whose fields come out of bytes, by a decoder. */
const WITH_DECODERS: ReadonlySet<string | null> = new Set([
  'chirpstack',
  'the-things-stack',
  'lorawan-network-servers',
])

function unmappedWords(unmapped: readonly string[], format: string | null): string[] {
  if (unmapped.length === 0) return []
  const named = unmapped.slice(0, NAMED_MAX).join(', ')
  const more = unmapped.length > NAMED_MAX ? ` and ${unmapped.length - NAMED_MAX} more` : ''
  return [
    `no meaning known for ${named}${more}: name them in the fields of the device's profile${WITH_DECODERS.has(format) ? ', or give that a decoder for the bytes' : ''}`,
  ]
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The paths of the fields that a codec knew no meaning for. */
export const unmappedPaths = (decoded: Decoded | null): string[] =>
  (decoded?.unmapped ?? []).map(({ path }) => path)
