const CHARS_MAX = 32

/** A name of a sender's own as a channel: what does not fit becomes `-`. Empty where nothing of it fits. */
export const channelName = (name: string): string =>
  name
    .slice(0, 4 * CHARS_MAX)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, CHARS_MAX)
