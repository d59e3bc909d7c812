const { follow } = require('./lib/event-stream.js')
const { Seen } = require('./lib/seen.js')
const { connectionStatus } = require('./lib/status.js')

const IDS_MAX = 200
const ENTITIES_MAX = 200_000

/** Gives the state of entities when it changes: by ids over MQTT, by type or area over the event stream. */
module.exports = (RED) => {
  function PlumblineTwin(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)
    const ids = (config.ids || '').split(/[\s,;]+/).filter((id) => id !== '')
    const seen = new Seen(ENTITIES_MAX)
    const stops = []
    const show = (state, fault) => this.status(connectionStatus(state, fault))

    /** The first word on an entity is no change; a later one may be the same again, after a reconnect. */
    const take = ({ revision, ...state }, isSnapshot) => {
      const isFirst = !seen.has(state.id)
      if (!seen.isNew(state.id, state) || (isFirst && isSnapshot && !config.onStart)) return
      this.send({ topic: state.id, payload: { ...state, revision }, first: isFirst })
    }

    const hearIds = () => {
      for (const id of ids)
        stops.push(
          server.subscribe(`twins/${id}`, {
            state: show,
            message: (_topic, document, retained) => {
              if (document) take(document, retained)
            },
          }),
        )
    }

    const hearStream = () => {
      const query = new URLSearchParams()
      if (config.entityType) query.set('type', config.entityType)
      if (config.area) query.set('area', config.area)
      let isSnapshot = true
      stops.push(
        follow(
          (headers, signal) => server.request('GET', `/stream?${query}`, undefined, { headers, signal }),
          {
            state: show,
            event: (name, data) => {
              if (name === 'twin') take(data, isSnapshot)
              // An entity that is new after the first snapshot has changed; one that a later snapshot brings as well.
              if (name === 'snapshot-end') isSnapshot = false
            },
          },
        ),
      )
    }

    if (!server) show('closed', 'no server')
    else if (ids.length > IDS_MAX) show('closed', `at most ${IDS_MAX} ids: choose a type or an area`)
    else if (ids.length > 0) hearIds()
    else hearStream()
    this.on('close', () => {
      for (const stop of stops) stop()
    })
  }

  RED.nodes.registerType('plumbline-twin', PlumblineTwin)
}
