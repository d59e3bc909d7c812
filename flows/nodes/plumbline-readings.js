const { checkReadings, packReadings } = require('./lib/check-readings.js')

const FAULTS_SHOWN = 5

/** Sends readings as a device; passes the message on only when the platform has acknowledged all of them. */
module.exports = (RED) => {
  function PlumblineReadings(config) {
    RED.nodes.createNode(this, config)
    const device = RED.nodes.getNode(config.device)
    let fault = ''
    const show = ({ state, fault: linkFault, pending }) => {
      const waiting = pending > 0 ? `pending ${pending}` : ''
      if (linkFault)
        this.status({ fill: 'red', shape: 'ring', text: [linkFault, waiting].filter(Boolean).join(', ') })
      else if (fault) this.status({ fill: 'red', shape: 'dot', text: fault })
      else if (pending > 0) this.status({ fill: 'yellow', shape: 'dot', text: waiting })
      else if (state === 'idle') this.status({})
      else this.status({ fill: state === 'connected' ? 'green' : 'yellow', shape: 'dot', text: state })
    }
    if (!device) this.status({ fill: 'red', shape: 'ring', text: 'no device' })
    const stop = device?.onState(show)

    const speaker = (msg) => {
      if (!device) throw new Error('choose a device')
      if (msg.device === undefined || msg.device === device.deviceId) return device
      const other = device.server?.devices.get(msg.device)
      if (other) return other
      throw Object.assign(
        new Error(
          `msg.device is ${msg.device}, and no device node holds its password: a device may speak for itself only`,
        ),
        { code: 'no_credentials' },
      )
    }

    this.on('input', async (msg, send, done) => {
      try {
        const as = speaker(msg)
        const { objects, faults } = checkReadings(msg.payload, await as.server.quantities())
        if (faults.length > 0) throw Object.assign(new Error(told(faults)), { code: faults[0].code, faults })
        await Promise.all(packReadings(objects).map((text) => as.publish(text)))
        fault = ''
        show(as.state())
        send([{ ...msg, acknowledgedAt: new Date().toISOString() }, null])
        done()
      } catch (error) {
        fault = error.message.slice(0, 60)
        if (device) show(device.state())
        msg.faults = error.faults ?? [{ path: '', code: error.code ?? 'not_sent', detail: error.message }]
        send([null, msg])
        done(error)
      }
    })
    this.on('close', () => stop?.())
  }

  RED.nodes.registerType('plumbline-readings', PlumblineReadings)
}

function told(faults) {
  const more = faults.length > FAULTS_SHOWN ? `; and ${faults.length - FAULTS_SHOWN} more` : ''
  const first = faults
    .slice(0, FAULTS_SHOWN)
    .map(({ path, code, detail }) => `${path || 'payload'}: ${code}, ${detail}`)
  return `nothing was sent: ${first.join('; ')}${more}`
}
