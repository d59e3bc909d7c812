/** Epoch seconds. */
export interface Span {
  readonly fromS: number
  readonly toS: number
}

interface Pace {
  /** How long each point stands for; 0: an instant. */
  readonly stepS: number
  /** How often the device is expected to speak. */
  readonly intervalS: number
  /** What the curve is shown of. */
  readonly window: Span
}

/** Two intervals, and a little for the jitter of the radio. */
const GAP_INTERVALS = 2.1
/** So many steps before or after tell at what pace a device speaks there; fewer than three tell nothing. */
const STEPS_AROUND = 5
const STEPS_MIN = 3

/** Where nothing was heard for more than two intervals, at the edges of the window too. Times ascend. */
export function gapsIn(timesS: readonly number[], { stepS, intervalS, window }: Pace): Span[] {
  const { fromS, toS } = window
  // How long it was quiet before each point, and from the last one on.
  const ends = [fromS - stepS, ...timesS, toS]
  const quietS = ends.slice(1).map((timeS, index) => timeS - (ends[index] ?? timeS) - stepS)
  return quietS.flatMap((quiet, index) => {
    const limitS = GAP_INTERVALS * paceS(quietS, index, stepS, intervalS)
    if (quiet <= limitS) return []
    const endS = Math.min(ends[index + 1] ?? toS, toS)
    const beginS = Math.max((ends[index] ?? fromS) + stepS, fromS)
    return beginS < endS ? [{ fromS: beginS, toS: endS }] : []
  })
}

/** A device may speak more slowly than its type says, or once have done so: then its own pace there is the measure. */
function paceS(quietS: readonly number[], index: number, stepS: number, intervalS: number): number {
  // The first and the last are the edges of the window, which say nothing of the device.
  const before = quietS.slice(Math.max(1, index - STEPS_AROUND), index)
  const after = quietS.slice(index + 1, Math.min(index + 1 + STEPS_AROUND, quietS.length - 1))
  return Math.max(intervalS, usualS(before, stepS), usualS(after, stepS))
}

function usualS(quietS: number[], stepS: number): number {
  const middleS = quietS.sort((a, b) => a - b)[(quietS.length - 1) >> 1] ?? 0
  return quietS.length < STEPS_MIN || middleS <= 0 ? 0 : middleS + stepS
}

/** Where every one of them has a gap. */
export function commonGaps(lists: readonly (readonly Span[])[]): readonly Span[] {
  const [first = [], ...others] = lists
  return others.reduce<readonly Span[]>((common, list) => common.flatMap((one) => overlaps(one, list)), first)
}

function overlaps(one: Span, list: readonly Span[]): Span[] {
  return list
    .map(({ fromS, toS }) => ({ fromS: Math.max(one.fromS, fromS), toS: Math.min(one.toS, toS) }))
    .filter(({ fromS, toS }) => fromS < toS)
}
