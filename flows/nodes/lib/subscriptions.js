/** SUBACK's return code for a filter that was refused (MQTT 3.9.3). */
const REFUSED = 0x80

/**
 * Topic filters shared by nodes over one connection, asked for again after each reconnect. A listener is an object
 * `{message(topic, document, retained), state(state, fault)}`;
 * the document is null where a retained one was taken away.
 */
class Subscriptions {
  #link
  #listeners = new Map()

  constructor(link) {
    this.#link = link
    const { client } = link
    client.on('message', (topic, payload, packet) => {
      const document = documentOf(payload)
      if (document === undefined) return
      for (const [filter, listeners] of this.#listeners)
        if (matches(filter, topic))
          for (const listener of listeners) listener.message(topic, document, packet.retain)
    })
    // Not left to the client, which drops a filter for good that was refused once.
    client.on('connect', () => {
      for (const filter of this.#listeners.keys()) this.#ask(filter)
    })
    link.onState((state, fault) => {
      for (const listeners of this.#listeners.values())
        for (const { state: tell } of listeners) tell(state, fault)
    })
  }

  add(filter, listener) {
    const listeners = this.#listeners.get(filter) ?? new Set()
    this.#listeners.set(filter, listeners.add(listener))
    listener.state(this.#link.state, this.#link.fault)
    // Also when another node hears the same filter already: each wants what is retained.
    if (this.#link.client.connected) this.#ask(filter)
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      this.#listeners.delete(filter)
      if (this.#link.client.connected) this.#link.client.unsubscribe(filter, () => {})
    }
  }

  #ask(filter) {
    this.#link.client.subscribe(filter, { qos: 1 }, (error, granted) => {
      // Any other fault is a connection that broke: the filter is asked for again with the next one.
      const codes = error ? (error.packet?.granted ?? []) : granted.map(({ qos }) => qos)
      if (!codes.includes(REFUSED)) return
      for (const { state } of this.#listeners.get(filter) ?? [])
        state('connected', `the token may not hear ${filter}`)
    })
  }

  end() {
    this.#listeners.clear()
    return this.#link.end()
  }
}

/** Filters used here are exact topics, or end with one `+`. */
const matches = (filter, topic) =>
  filter === topic ||
  (filter.endsWith('/+') && topic.startsWith(filter.slice(0, -1)) && !topic.includes('/', filter.length - 1))

/** Undefined for what is no JSON, which the platform does not send. */
function documentOf(payload) {
  if (payload.length === 0) return null
  try {
    return JSON.parse(payload.toString())
  } catch {
    return undefined
  }
}

module.exports = { Subscriptions }
