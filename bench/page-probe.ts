/** What the page itself notes down, as text: it runs in the browser, before the page's own scripts. */
export const PROBE_SCRIPT = `
globalThis.bench = {
  firstRowMs: null,
  frames: [],
  seen: [],
  events: 0,
  count(forMs) {
    this.events = 0
    const frames = (this.frames = [])
    return new Promise((resolve) => {
      const beganMs = performance.now()
      const next = (nowMs) => {
        frames.push(nowMs)
        if (performance.now() - beganMs < forMs) requestAnimationFrame(next)
        else resolve(frames)
      }
      requestAnimationFrame(next)
    })
  },
  watch(entity) {
    const cell = document.querySelector('[data-entity="' + entity + '"] .cell-values')
    const note = () => {
      const text = cell.querySelector('[data-testid=value]')?.textContent ?? ''
      if (this.seen.at(-1)?.text !== text) this.seen.push({ text, atMs: performance.timeOrigin + performance.now() })
    }
    new MutationObserver(note).observe(cell, { subtree: true, childList: true, characterData: true })
  },
}
globalThis.EventSource = class extends EventSource {
  constructor(...options) {
    super(...options)
    this.addEventListener('twin', () => bench.events++)
  }
}
new MutationObserver((_, observer) => {
  if (document.querySelector('[data-testid=entity-row]') === null) return
  bench.firstRowMs = performance.now()
  observer.disconnect()
}).observe(document, { subtree: true, childList: true })
`

export interface Seen {
  readonly text: string
  readonly atMs: number
}

export interface FrameFigures {
  readonly frames: number
  /** Over the whole window. */
  readonly perSecond: number
  /** Of the windows of one second: the middle one, and the one that only 5 % are worse than. */
  readonly perSecondP50: number
  readonly perSecondP5: number
  readonly longestGapMs: number
}

/** From the times at which frames began. */
export function frameFigures(framesMs: readonly number[]): FrameFigures {
  const first = framesMs[0] ?? 0
  const lengthMs = (framesMs.at(-1) ?? 0) - first
  const seconds = new Array<number>(Math.max(1, Math.floor(lengthMs / 1000))).fill(0)
  let longestGapMs = 0
  for (const [i, atMs] of framesMs.entries()) {
    const second = Math.floor((atMs - first) / 1000)
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1
    longestGapMs = Math.max(longestGapMs, atMs - (framesMs[i - 1] ?? atMs))
  }
  return {
    frames: framesMs.length,
    perSecond: rounded(((framesMs.length - 1) * 1000) / lengthMs),
    perSecondP50: percentile(seconds, 0.5),
    perSecondP5: percentile(seconds, 0.05),
    longestGapMs: rounded(longestGapMs),
  }
}

/** How long each value took from its publish to the page; one that the page never showed was overtaken by the next. */
export function delays(
  sentMs: ReadonlyMap<string, number>,
  seen: readonly Seen[],
): { readonly values: number; readonly p50Ms: number; readonly p95Ms: number; readonly mostMs: number } {
  const waits = seen.flatMap(({ text, atMs }) => {
    const at = sentMs.get(text.replace(/\D/g, ''))
    return at === undefined ? [] : [atMs - at]
  })
  return {
    values: waits.length,
    p50Ms: rounded(percentile(waits, 0.5)),
    p95Ms: rounded(percentile(waits, 0.95)),
    mostMs: rounded(Math.max(...waits)),
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
}

const rounded = (value: number): number => Math.round(value * 10) / 10
