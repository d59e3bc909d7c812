const { follow } = require('./lib/event-stream.js')
const { Kept } = require('./lib/kept.js')
const { Seen } = require('./lib/seen.js')
const { connectionStatus } = require('./lib/status.js')

const ALARMS_MAX = 10_000

/** Gives an alarm when it is raised, acknowledged or cleared: once each, also over reconnects and restarts. */
module.exports = (RED) => {
  function PlumblineAlarm(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)
    const severities = words(config.severities)
    const kinds = words(config.kinds)
    const kept = new Kept(this, 'seen')
    let stop = null
    let isClosed = false
    const show = (state, fault) => this.status(connectionStatus(state, fault))

    const begin = async () => {
      const seen = new Seen(ALARMS_MAX, await kept.read([]))
      if (isClosed) return
      const take = (alarm) => {
        if (!isWanted(alarm)) return
        const { severity, raisedAt, clearedAt = null, acknowledgedAt = null } = alarm
        // As in the topic, which is all there is when an alarm is taken away.
        const id = String(alarm.id)
        const isKnown = seen.has(id)
        // `count` and `lastAt` go on while it lasts: that is no news.
        if (!seen.isNew(id, [severity, raisedAt, clearedAt, acknowledgedAt])) return
        kept.write(seen.entries()).catch((error) => this.error(error))
        const change = clearedAt
          ? 'cleared'
          : acknowledgedAt
            ? 'acknowledged'
            : isKnown
              ? 'changed'
              : 'raised'
        // One that was over before anybody here had heard of it needs nobody.
        if (change === 'cleared' && !isKnown) return
        this.send({ topic: alarm.kind, change, payload: alarm })
      }
      stop = config.over === 'stream' ? hearStream(take) : hearMqtt(take, seen)
    }

    const isWanted = (alarm) =>
      (typeof alarm?.id === 'number' || typeof alarm?.id === 'string') &&
      (severities.length === 0 || severities.includes(alarm.severity)) &&
      (kinds.length === 0 || kinds.includes(alarm.kind))

    const hearMqtt = (take, seen) =>
      server.subscribe('alarms/+', {
        state: show,
        message: (topic, alarm) => {
          // The retained message was taken away: the alarm is no more.
          if (alarm === null) seen.forget(topic.slice('alarms/'.length))
          else take(alarm)
        },
      })

    const hearStream = (take) =>
      follow((headers, signal) => server.request('GET', '/stream', undefined, { headers, signal }), {
        state: show,
        event: (name, data) => {
          if (name === 'alarm') take(data)
        },
      })

    if (!server) show('closed', 'no server')
    else begin().catch((error) => this.error(error))
    this.on('close', () => {
      isClosed = true
      stop?.()
    })
  }

  RED.nodes.registerType('plumbline-alarm', PlumblineAlarm)
}

const words = (text) => (text || '').split(/[\s,;]+/).filter((word) => word !== '')
