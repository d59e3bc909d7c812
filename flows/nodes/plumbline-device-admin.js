const ACTIONS = {
  create: ({ payload }) => ['POST', '/devices', payload],
  get: ({ id }) => ['GET', `/devices/${id}`],
  retire: ({ id }) => ['DELETE', `/devices/${id}`],
  'renew-credentials': ({ id }) => ['POST', `/devices/${id}/credentials`],
}

/** Makes, looks up and retires devices, and renews their secrets, with the server node's token. */
module.exports = (RED) => {
  function PlumblineDeviceAdmin(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)

    this.on('input', async (msg, send, done) => {
      try {
        if (!server) throw new Error('choose a server')
        const name = msg.action ?? config.action
        const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : null
        if (!action) throw new Error(`no action ${name}: takes ${Object.keys(ACTIONS).join(', ')}`)
        const call = action({ id: encodeURIComponent(deviceOf(msg, name)), payload: msg.payload })
        const answer = await server.api(...call)
        this.status({ fill: 'green', shape: 'dot', text: name })
        msg.payload = answer ?? { id: deviceOf(msg, name), retired: true }
        send(msg)
        done()
      } catch (error) {
        const isRole = error.status === 403
        this.status({ fill: 'red', shape: 'ring', text: error.code ?? 'failed' })
        done(isRole ? new Error(`${error.message}; give the server node an integrator's token`) : error)
      }
    })
  }

  RED.nodes.registerType('plumbline-device-admin', PlumblineDeviceAdmin)
}

function deviceOf(msg, action) {
  const id = msg.device ?? msg.payload?.id ?? (typeof msg.payload === 'string' ? msg.payload : undefined)
  if (typeof id === 'string' && id !== '') return id
  throw new Error(`${action}: msg.device, or msg.payload.id, must name the device`)
}
