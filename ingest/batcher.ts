export interface BatchLimits {
  /** A batch closes at this many rows … */
  readonly rowsMax: number
  /** … or when its first entry has waited this long and nothing is being committed. */
  readonly ageMsMax: number
}

interface Sized {
  readonly rows: number
}

/**
 * Gathers entries into batches and hands them to `commit`, one at a time, in order. While one commit runs the next batch
 * grows, so that a slow database is met by larger batches and not by more of them. `commit` settles each entry itself
 * and never rejects.
 */
export class Batcher<Entry extends Sized> {
  readonly #limits: BatchLimits
  readonly #commit: (entries: Entry[]) => Promise<void>
  #waiting: Entry[] = []
  #rows = 0
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null

  constructor(limits: BatchLimits, commit: (entries: Entry[]) => Promise<void>) {
    this.#limits = limits
    this.#commit = commit
  }

  add(entry: Entry): void {
    this.#waiting.push(entry)
    this.#rows += entry.rows
    if (this.#running) return
    if (this.#rows >= this.#limits.rowsMax) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), this.#limits.ageMsMax)
  }

  /** Resolves when all that was added is committed. */
  async drain(): Promise<void> {
    if (!this.#running && this.#waiting.length > 0) this.#start()
    await this.#running
  }

  #start(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commit(this.#take())
    // At once, not when the promise settles: what is added in between must find nothing running.
    this.#running = null
  }

  #take(): Entry[] {
    let rows = 0
    let count = 0
    while (count < this.#waiting.length && (count === 0 || rows < this.#limits.rowsMax))
      rows += this.#waiting[count++]?.rows ?? 0
    const batch = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    this.#rows -= rows
    return batch
  }
}
