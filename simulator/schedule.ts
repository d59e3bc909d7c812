/** When a turn is over, the instant of the next one, or null for never again. */
type Turn = (nowMs: number) => number | null

interface Entry {
  readonly atMs: number
  readonly turn: Turn
}

/** Entries run in one go before sockets get their turn again. */
const RUN_MAX = 500
/** setTimeout takes no more than 2^31 - 1. */
const WAIT_MAX_MS = 60_000

/** One timer for all devices: a binary heap of what is due, so that ten thousand devices cost one timer. */
export class Schedule {
  readonly #heap: Entry[] = []
  #timer: NodeJS.Timeout | null = null
  #immediate: NodeJS.Immediate | null = null
  #stopped = false

  add(atMs: number, turn: Turn): void {
    if (this.#stopped) return
    this.#push({ atMs, turn })
    if (this.#heap[0]?.turn === turn && this.#immediate === null) this.#wait()
  }

  stop(): void {
    this.#stopped = true
    this.#heap.length = 0
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#immediate) clearImmediate(this.#immediate)
  }

  #wait(): void {
    const first = this.#heap[0]
    if (this.#timer) clearTimeout(this.#timer)
    if (!first || this.#stopped) return
    const waitMs = Math.min(WAIT_MAX_MS, Math.max(1, first.atMs - Date.now()))
    this.#timer = setTimeout(() => this.#run(), waitMs)
  }

  #run(): void {
    this.#immediate = null
    for (let ran = 0; ran < RUN_MAX; ran++) {
      const first = this.#heap[0]
      const nowMs = Date.now()
      if (!first || first.atMs > nowMs) {
        this.#wait()
        return
      }
      this.#pop()
      const nextMs = first.turn(nowMs)
      if (this.#stopped) return
      if (nextMs !== null) this.#push({ atMs: nextMs, turn: first.turn })
    }
    this.#immediate = setImmediate(() => this.#run())
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above] as Entry
      if (parent.atMs <= entry.atMs) break
      heap[at] = parent
      at = above
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      const right = below + 1
      if (right < heap.length && (heap[right] as Entry).atMs < (heap[below] as Entry).atMs) below = right
      const child = heap[below] as Entry
      if (child.atMs >= last.atMs) break
      heap[at] = child
      at = below
    }
    heap[at] = last
  }
}
