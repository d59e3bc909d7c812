const { createHash } = require('node:crypto')

/** Tells what is new: keeps a short mark of the last document of each id, the oldest forgotten beyond `max`. */
class Seen {
  #marks
  #max

  constructor(max, entries = []) {
    this.#max = max
    this.#marks = new Map(entries)
  }

  has(id) {
    return this.#marks.has(id)
  }

  /** Whether `document` differs from the last one of this id; it is the last one from now on. */
  isNew(id, document) {
    const mark = createHash('sha1').update(JSON.stringify(document)).digest('base64url').slice(0, 16)
    if (this.#marks.get(id) === mark) return false
    this.#marks.delete(id)
    this.#marks.set(id, mark)
    if (this.#marks.size > this.#max) this.#marks.delete(this.#marks.keys().next().value)
    return true
  }

  forget(id) {
    return this.#marks.delete(id)
  }

  entries() {
    return [...this.#marks]
  }
}

module.exports = { Seen }
