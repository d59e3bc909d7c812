const CHANNEL_CHARS_MAX = 32

/** Any text as a channel: what a channel cannot hold becomes `-`. Empty where nothing is left. */
export function channelSlug(text: string): string {
  const plain = text.slice(0, 4 * CHANNEL_CHARS_MAX).replace(/[^A-Za-z0-9._-]+/g, '-')
  return trimmed(trimmed(plain).slice(0, CHANNEL_CHARS_MAX))
}

/** Channels joined into one, e.g. a lane and a maximum: `1`, `max` is `1.max`. */
export const joinedChannel = (...parts: readonly (string | undefined)[]): string =>
  channelSlug(parts.filter((part) => part !== undefined && part !== '').join('.'))

const trimmed = (text: string): string => text.replace(/^[._-]+/, '').replace(/-+$/, '')
