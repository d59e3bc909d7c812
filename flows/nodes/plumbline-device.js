const { MqttLink } = require('./lib/mqtt-link.js')

const PENDING_BYTES_MAX = 16 * 1024 * 1024

/** A device that flows speak as: its own MQTT session, and a bounded number of messages that wait for their PUBACK. */
module.exports = (RED) => {
  function PlumblineDevice(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)
    this.server = server
    this.deviceId = config.deviceId
    this.queueMax = Number(config.queueMax) || 1000
    let link = null
    let pending = 0
    let pendingBytes = 0
    const listeners = new Set()
    if (server) server.devices.set(this.deviceId, this)

    const linked = () => {
      if (link) return link
      if (!server || !this.deviceId || !this.credentials.password)
        throw new Error(`device ${this.deviceId || '?'}: needs a server, an id and its password`)
      link = new MqttLink({
        url: server.mqttUrl,
        // A suffix of its own: the device itself, or another flow, may be connected as well.
        clientId: `${this.deviceId}:flows-${this.id}`,
        username: this.deviceId,
        password: this.credentials.password,
      })
      link.onState(() => tell())
      return link
    }
    const tell = () => {
      for (const listener of listeners) listener(this.state())
    }

    this.state = () => ({ state: link?.state ?? 'idle', fault: link?.fault ?? null, pending })

    /** Publishes a canonical message at QoS 1. Resolves with its PUBACK, however long that takes; rejects when too much waits. */
    this.publish = async (text) => {
      const { client } = linked()
      const bytes = Buffer.byteLength(text)
      if (pending >= this.queueMax || pendingBytes + bytes > PENDING_BYTES_MAX)
        throw Object.assign(
          new Error(
            `${this.deviceId}: ${pending} messages wait for the platform already; this one was not taken`,
          ),
          { code: 'queue_full' },
        )
      pending += 1
      pendingBytes += bytes
      tell()
      try {
        await client.publishAsync(`devices/${this.deviceId}/readings`, text, { qos: 1 })
      } finally {
        pending -= 1
        pendingBytes -= bytes
        tell()
      }
    }

    this.onState = (listener) => {
      listeners.add(listener)
      listener(this.state())
      return () => listeners.delete(listener)
    }

    this.on('close', (done) => {
      listeners.clear()
      if (server?.devices.get(this.deviceId) === this) server.devices.delete(this.deviceId)
      Promise.resolve(link?.end()).finally(done)
    })
  }

  RED.nodes.registerType('plumbline-device', PlumblineDevice, {
    credentials: { password: { type: 'password' } },
  })
}
