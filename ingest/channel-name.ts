const CHARS_MAX = 32

/** A channel's name out of a device's own word: what does not fit becomes a dash. '' where nothing is left. */
export function channelName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]+/g, '-')
  let from = 0
  while (from < plain.length && /[._-]/.test(plain[from] ?? '')) from++
  let to = Math.min(plain.length, from + CHARS_MAX)
  while (to > from && plain[to - 1] === '-') to--
  return plain.slice(from, to)
}

/** Channels joined into one, e.g. a lane and a maximum: `1`, `max` is `1.max`. */
export const joinedChannel = (...parts: readonly (string | undefined)[]): string =>
  channelName(parts.filter((part) => part !== undefined && part !== '').join('.'))

/** Words of a path as one channel: `Ac/ActiveIn/L1` is `ac-active-in-L1`. Phases keep their capital. */
export const channelOfSteps = (steps: readonly string[]): string =>
  channelName(
    steps
      .map((step) =>
        PHASE.test(step)
          ? step.replace(/(?<=\d)L/, '-L')
          : step.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase(),
      )
      .join('-'),
  )

/** Also between two of them, `L1L2`: the channel is `L1-L2` in every format. */
const PHASE = /^(?:L[123]){1,2}$|^N$/
