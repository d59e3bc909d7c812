const { Kept } = require('./kept.js')

const WAIT_MS = 2000
const WAIT_MS_MAX = 10 * 60_000
const AGE_MS_MAX = 24 * 3600_000

/**
 * Hands messages on one after the other, and tries again what failed: a webhook or mail server that is away costs no
 * message, nor does a restart. Bounded: at `max` the newest is refused; after a day one is given up. Both are errors.
 */
class Outbox {
  #node
  #kept
  #deliver
  #max
  #timer = null
  #items = null
  #isBusy = false
  #isClosed = false
  #failures = 0

  /** `deliver(item)` resolves when it was taken; an error with `isFinal` says that trying again is no use. */
  constructor(node, deliver, max = 1000) {
    this.#node = node
    this.#deliver = deliver
    this.#max = max
    this.#kept = new Kept(node, 'outbox')
    this.#load()
      .then(() => this.#go())
      .catch((error) => node.error(error))
  }

  async add(item) {
    await this.#load()
    if (this.#items.length >= this.#max)
      throw new Error(`${this.#items.length} messages wait already; this one was not taken`)
    this.#items.push({ at: Date.now(), item })
    await this.#kept.write(this.#items)
    void this.#go()
  }

  close() {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #load() {
    const items = this.#items ? null : await this.#kept.read([])
    this.#items ??= items
  }

  async #go() {
    if (this.#isBusy || this.#isClosed) return
    this.#isBusy = true
    clearTimeout(this.#timer)
    try {
      while (this.#items.length > 0 && !this.#isClosed) {
        if (!(await this.#tryFirst())) break
        this.#items.shift()
        await this.#kept.write(this.#items)
      }
    } catch (error) {
      this.#node.error(error)
    } finally {
      this.#isBusy = false
    }
    if (this.#items.length === 0 && !this.#isClosed)
      this.#node.status({ fill: 'green', shape: 'dot', text: 'delivered' })
  }

  /** Whether the first is done with: delivered, or given up. */
  async #tryFirst() {
    const [{ at, item }] = this.#items
    try {
      await this.#deliver(item)
      this.#failures = 0
      return true
    } catch (error) {
      if (error.isFinal || Date.now() - at > AGE_MS_MAX) {
        this.#node.error(`given up: ${error.message}`, item)
        return true
      }
      const wait = Math.min(WAIT_MS * 2 ** this.#failures, WAIT_MS_MAX)
      this.#failures += 1
      if (this.#failures === 1) this.#node.warn(`not delivered, tried again until it is: ${error.message}`)
      this.#node.status({
        fill: 'yellow',
        shape: 'ring',
        text: `${this.#items.length} wait: ${error.message}`.slice(0, 60),
      })
      this.#timer = setTimeout(() => void this.#go(), wait)
      return false
    }
  }
}

module.exports = { Outbox }
