const { randomBytes } = require('node:crypto')
const { MqttLink } = require('./lib/mqtt-link.js')
const { Subscriptions } = require('./lib/subscriptions.js')

const ANSWER_MS = 15_000
const CATALOGUE_MS = 10 * 60_000

/** The platform as the nodes see it: its API with a token, its MQTT for what a token may hear, its catalogue. */
module.exports = (RED) => {
  function PlumblineServer(config) {
    RED.nodes.createNode(this, config)
    this.url = (config.url || '').replace(/\/+$/, '')
    this.mqttUrl = config.mqttUrl
    /** The devices that flows speak as, by id; each enters itself. */
    this.devices = new Map()
    const token = this.credentials.token
    let catalogue = null
    let subscriptions = null

    /** A call of the API. Gives the parsed body; throws with `status`, `code` and a text that says what to do. */
    this.api = async (method, path, body) => {
      const answer = await this.request(method, path, body)
      const text = await answer.text()
      const json = parsed(text)
      if (answer.ok) return json
      throw Object.assign(
        new Error(`${method} ${path}: ${answer.status} ${json?.detail ?? json?.code ?? text.slice(0, 200)}`),
        {
          status: answer.status,
          code: json?.code ?? 'refused',
        },
      )
    }

    this.request = async (
      method,
      path,
      body,
      { headers = {}, signal = AbortSignal.timeout(ANSWER_MS) } = {},
    ) => {
      if (!token) throw Object.assign(new Error('the server node has no API token'), { code: 'no_token' })
      try {
        return await fetch(`${this.url}/api/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal,
        })
      } catch (error) {
        const why = error.cause?.code ?? error.cause?.message ?? error.message
        throw Object.assign(new Error(`${this.url} does not answer: ${why}`), { code: 'unreachable' })
      }
    }

    /** All pages of a list, up to `max` items. */
    this.list = async (path, max = 100_000) => {
      const items = []
      for (let cursor = ''; ; ) {
        const page = await this.api('GET', path + cursor)
        items.push(...page.items)
        if (page.next === undefined || items.length >= max) return items
        cursor = `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(page.next)}`
      }
    }

    /** The catalogue, asked for again after a while; an old one serves while the platform does not answer. */
    this.quantities = async () => {
      if (catalogue && Date.now() - catalogue.at < CATALOGUE_MS) return catalogue.byId
      try {
        const { items } = await this.api('GET', '/quantities')
        catalogue = { at: Date.now(), byId: new Map(items.map((item) => [item.id, item])) }
      } catch (error) {
        if (!catalogue) throw error
      }
      return catalogue.byId
    }

    /** Hears a topic as user `token`; gives how to stop. */
    this.subscribe = (filter, listener) => {
      subscriptions ??= new Subscriptions(
        new MqttLink({
          url: this.mqttUrl,
          clientId: `flows-${randomBytes(6).toString('hex')}`,
          username: 'token',
          password: token,
        }),
      )
      return subscriptions.add(filter, listener)
    }

    this.on('close', (done) => {
      const ended = subscriptions?.end()
      subscriptions = null
      Promise.resolve(ended).finally(done)
    })
  }

  RED.nodes.registerType('plumbline-server', PlumblineServer, {
    credentials: { token: { type: 'password' } },
  })
}

function parsed(text) {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}
