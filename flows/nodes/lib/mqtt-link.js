const mqtt = require('mqtt')

const RECONNECT_MS = 3000
/** After a refusal: wrong credentials do not get right by asking often, and each try is work for the platform. */
const REFUSED_RECONNECT_MS = 30_000
const CONNACK_REASONS = { 2: 'client id refused', 4: 'wrong user name or password', 5: 'not authorised' }

/** One MQTT connection that always comes back. Tells its state: `connecting`, `connected`, `closed`, or why it is refused. */
class MqttLink {
  #client
  #listeners = new Set()
  #options
  state = 'connecting'
  fault = null

  constructor(options) {
    this.#options = options
  }

  /** The client, connected at its first use. */
  get client() {
    this.#client ??= this.#connect()
    return this.#client
  }

  /** Calls back at once and at each change of the state; gives how to stop. */
  onState(listener) {
    this.#listeners.add(listener)
    listener(this.state, this.fault)
    return () => this.#listeners.delete(listener)
  }

  async end() {
    this.#listeners.clear()
    // By force: who waits for a PUBACK keeps its message, and says that it was not sent.
    if (this.#client) await this.#client.endAsync(true)
  }

  #connect() {
    const { url, clientId, username, password } = this.#options
    const client = mqtt.connect(url, {
      clientId,
      username,
      password,
      clean: true,
      keepalive: 30,
      connectTimeout: 15_000,
      resubscribe: false,
      reconnectPeriod: RECONNECT_MS,
      // Without this the client would give up for good at the first refusal.
      reconnectOnConnackError: true,
    })
    client.on('connect', () => {
      client.options.reconnectPeriod = RECONNECT_MS
      this.#tell('connected', null)
    })
    client.on('close', () => this.#tell('connecting', this.fault))
    client.on('error', (error) => {
      const refusal = CONNACK_REASONS[error.code]
      if (refusal) client.options.reconnectPeriod = REFUSED_RECONNECT_MS
      this.#tell('connecting', refusal ?? (error.message || String(error.code)))
    })
    return client
  }

  #tell(state, fault) {
    if (state === this.state && fault === this.fault) return
    this.state = state
    this.fault = fault
    for (const listener of this.#listeners) listener(state, fault)
  }
}

module.exports = { MqttLink }
