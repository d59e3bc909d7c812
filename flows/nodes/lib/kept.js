/** The named store of settings.cjs that is written at once; in another Node-RED its default store takes its place. */
const STORE = 'kept'

/** A value of a node that outlives restarts: read once, then written at each change, one write at a time. */
class Kept {
  #context
  #key
  #writing = Promise.resolve()

  constructor(node, key) {
    this.#context = node.context()
    this.#key = key
  }

  read(fallback) {
    return new Promise((resolve, reject) =>
      this.#context.get(this.#key, STORE, (error, value) =>
        error ? reject(error) : resolve(value ?? fallback),
      ),
    )
  }

  write(value) {
    // What is written is the value of now, whatever is done to it while earlier writes are on their way.
    const copy = structuredClone(value)
    const next = () =>
      new Promise((resolve, reject) =>
        this.#context.set(this.#key, copy, STORE, (error) => (error ? reject(error) : resolve())),
      )
    this.#writing = this.#writing.then(next, next)
    return this.#writing
  }
}

module.exports = { Kept }
