export interface BatchLimits {
  /** A batch takes no more rows than this. */
  readonly rowsMax: number
  /** A batch closes when its first entry has waited this long and nothing is being committed … */
  readonly ageMsMax: number
  /** … or at so many rows, when fewer commits than `commitsMax` are under way; `rowsMax` if left out. */
  readonly rowsEnough?: number
  /** Commits under way at once; 1 if left out. */
  readonly commitsMax?: number
}

interface Sized {
  readonly rows: number
}

/**
 * Gathers entries into batches and hands them to `commit`, in order. While as many commits run as may, the next batch grows,
 * so that a slow database is met by larger batches and not by more of them. A second commit at once keeps the database busy
 * while the first one's answer waits for the event loop. `commit` settles each entry itself and never rejects.
 */
export class Batcher<Entry extends Sized> {
  readonly #rowsMax: number
  readonly #ageMsMax: number
  readonly #rowsEnough: number
  readonly #commitsMax: number
  readonly #commit: (entries: Entry[]) => Promise<void>
  #waiting: Entry[] = []
  #rows = 0
  #timer: NodeJS.Timeout | null = null
  readonly #running = new Set<Promise<void>>()
  #commits = 0

  constructor(
    { rowsMax, ageMsMax, rowsEnough = rowsMax, commitsMax = 1 }: BatchLimits,
    commit: (entries: Entry[]) => Promise<void>,
  ) {
    this.#rowsMax = rowsMax
    this.#ageMsMax = ageMsMax
    this.#rowsEnough = rowsEnough
    this.#commitsMax = commitsMax
    this.#commit = commit
  }

  add(entry: Entry): void {
    this.#waiting.push(entry)
    this.#rows += entry.rows
    if (this.#commits > 0 && !this.#isEnough()) return
    if (this.#isEnough()) this.#start()
    else this.#timer ??= setTimeout(() => this.#start(), this.#ageMsMax)
  }

  /** Resolves when all that was added is committed. */
  async drain(): Promise<void> {
    if (this.#commits === 0 && this.#waiting.length > 0) this.#start()
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #isEnough(): boolean {
    return this.#rows >= this.#rowsEnough && this.#commits < this.#commitsMax
  }

  #start(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#commits += 1
    const run = this.#run().then(() => void this.#running.delete(run))
    this.#running.add(run)
  }

  /** Commits until nothing waits, or what waits is better left to the commit beside this one. */
  async #run(): Promise<void> {
    do await this.#commit(this.#take())
    while (this.#waiting.length > 0 && (this.#commits === 1 || this.#rows >= this.#rowsEnough))
    // At once, not when the promise settles: what is added in between must find nothing running.
    this.#commits -= 1
  }

  #take(): Entry[] {
    let rows = 0
    let count = 0
    while (count < this.#waiting.length && (count === 0 || rows < this.#rowsMax))
      rows += this.#waiting[count++]?.rows ?? 0
    const batch = this.#waiting.slice(0, count)
    this.#waiting = this.#waiting.slice(count)
    this.#rows -= rows
    return batch
  }
}
