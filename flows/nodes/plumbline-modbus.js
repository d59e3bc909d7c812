const { once } = require('node:events')
const { connect } = require('node:net')
const { client: modbus } = require('jsmodbus')
const { parseMap, blocksOf, valuesOf } = require('./lib/modbus-map.js')

const BACKOFF_MS = 10_000
const BACKOFF_MS_MAX = 10 * 60_000

/** Reads a meter's registers over Modbus TCP when a message comes in: all of them, or an error and no reading. */
module.exports = (RED) => {
  function PlumblineModbus(config) {
    RED.nodes.createNode(this, config)
    const port = Number(config.port) || 502
    const timeoutMs = Number(config.timeoutMs) || 3000
    const backoffMs = Number(config.backoffMs) || BACKOFF_MS
    let failures = 0
    let notBefore = 0
    let isReading = false
    let socket = null

    const read = async () => {
      const blocks = blocksOf(parseMap(config.registers))
      socket = connect({
        host: config.host,
        port,
        signal: AbortSignal.timeout(timeoutMs * (blocks.length + 1)),
      })
      // Kept for the life of the socket: an error after the answer, at its end, is nobody's.
      socket.on('error', () => {})
      const client = new modbus.TCP(socket, Number(config.unitId) || 1, timeoutMs)
      try {
        await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
        const values = []
        for (const block of blocks) {
          const { response } = config.holding
            ? await client.readHoldingRegisters(block.start, block.count)
            : await client.readInputRegisters(block.start, block.count)
          values.push(...valuesOf(block, response.body.valuesAsBuffer))
        }
        return Object.fromEntries(values)
      } finally {
        socket.destroy()
      }
    }

    this.on('input', async (msg, send, done) => {
      if (!config.host) {
        this.status({ fill: 'grey', shape: 'ring', text: 'no host is set' })
        return done()
      }
      // A dead meter is asked less and less often: the waits of its timeouts would pile up.
      if (isReading || Date.now() < notBefore) return done()
      isReading = true
      try {
        const time = new Date().toISOString()
        const values = await read()
        if (Object.keys(values).length === 0) throw new Error('the meter gave no measurement')
        failures = 0
        notBefore = 0
        this.status({ fill: 'green', shape: 'dot', text: `read ${Object.keys(values).length} values` })
        send({ ...msg, payload: { time, values } })
        done()
      } catch (error) {
        failures += 1
        const wait = Math.min(backoffMs * 2 ** (failures - 1), BACKOFF_MS_MAX)
        notBefore = Date.now() + wait
        this.status({
          fill: 'red',
          shape: 'ring',
          text: `no answer; again after ${Math.round(wait / 1000)} s`,
        })
        done(
          new Error(
            `meter ${config.host}:${port}, unit ${config.unitId || 1}: ${reasonOf(error, timeoutMs)}; asked again in ${Math.round(wait / 1000)} s`,
          ),
        )
      } finally {
        isReading = false
      }
    })
    this.on('close', () => socket?.destroy())
  }

  RED.nodes.registerType('plumbline-modbus', PlumblineModbus)
}

/** jsmodbus rejects with `{err, message}`, and with the meter's exception in `response`. */
function reasonOf(error, timeoutMs) {
  const exception = error.response?.body?.message
  if (exception) return `the meter refuses: ${exception}`
  if (error.name === 'AbortError' || error.err === 'Timeout') return `no answer within ${timeoutMs} ms`
  return error.code ?? error.message ?? String(error)
}
