const { Kept } = require('./lib/kept.js')
const { quietHours } = require('./lib/quiet.js')

const HELD_MAX = 1000
const LOOK_MS = 5000

/** Holds alarms back during quiet hours, but for severities that always pass; gives what it held as one digest at their end. */
module.exports = (RED) => {
  function PlumblineQuietHours(config) {
    RED.nodes.createNode(this, config)
    const always = (config.always || '').split(/[\s,;]+/).filter((word) => word !== '')
    const kept = new Kept(this, 'held')
    let isQuiet
    let held = null
    let timer = null
    // One thing at a time: an alarm that comes while the digest is made belongs to the next.
    let turn = Promise.resolve()
    const inTurn = (work) => {
      turn = turn.then(work, work)
      return turn
    }

    const show = () => {
      const count = held?.alarms.length ?? 0
      const text = isQuiet(Date.now()) ? `quiet, ${count} held back` : 'passing'
      this.status({ fill: isQuiet(Date.now()) ? 'blue' : 'green', shape: 'dot', text })
    }

    const hold = async (msg) => {
      const { id } = msg.payload
      const at = held.alarms.findIndex((alarm) => alarm.id === id)
      const entry = { id, change: msg.change ?? null, alarm: msg.payload }
      if (at >= 0) held.alarms[at] = entry
      else held.alarms.push(entry)
      // At the bound the oldest goes, and the digest says so.
      if (held.alarms.length > HELD_MAX) {
        held.alarms.shift()
        held.left += 1
      }
      await kept.write(held)
    }

    const digest = async () => {
      if (held.alarms.length === 0) return
      const { alarms, left } = held
      this.send([
        null,
        { topic: 'digest', payload: alarms.map(({ change, alarm }) => ({ change, ...alarm })), left },
      ])
      held = { alarms: [], left: 0 }
      await kept.write(held)
    }

    const look = () =>
      inTurn(async () => {
        held ??= await kept.read({ alarms: [], left: 0 })
        if (!isQuiet(Date.now())) await digest()
        show()
      }).catch((error) => this.error(error))

    try {
      isQuiet = quietHours(config.from, config.to, config.zone || 'Asia/Ho_Chi_Minh')
      timer = setInterval(look, LOOK_MS)
      look()
    } catch (error) {
      this.status({ fill: 'red', shape: 'ring', text: error.message.slice(0, 60) })
      this.error(error)
    }

    this.on('input', (msg, send, done) => {
      const take = async () => {
        // With a wrong setting it is never quiet: an alarm too many is better than one too few.
        if (!isQuiet?.(Date.now()) || always.includes(msg.payload?.severity)) return send([msg, null])
        if (typeof msg.payload?.id !== 'string') throw new Error('takes an alarm, with an id')
        held ??= await kept.read({ alarms: [], left: 0 })
        await hold(msg)
        show()
      }
      inTurn(take).then(() => done(), done)
    })
    this.on('close', () => clearInterval(timer))
  }

  RED.nodes.registerType('plumbline-quiet-hours', PlumblineQuietHours)
}
