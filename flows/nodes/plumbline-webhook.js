const { Outbox } = require('./lib/outbox.js')

const ANSWER_MS = 15_000

/** Posts `msg.payload` as JSON, again and again until it is taken. */
module.exports = (RED) => {
  function PlumblineWebhook(config) {
    RED.nodes.createNode(this, config)
    const url = (config.url || '').trim()
    if (url === '') this.status({ fill: 'grey', shape: 'ring', text: 'no URL is set' })
    else if (!URL.canParse(url)) this.status({ fill: 'red', shape: 'ring', text: 'not a URL' })

    const deliver = async (payload) => {
      const secret = this.credentials.secret
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secret ? { authorization: `Bearer ${secret}` } : {}),
        },
        body: JSON.stringify(payload),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch((error) => {
        throw new Error(error.cause?.code ?? error.message)
      })
      await response.body?.cancel()
      if (response.ok) return
      // 408 and 429 ask for another try; any other 4xx says that this message is wrong, and would be tomorrow.
      const isFinal = response.status < 500 && response.status !== 408 && response.status !== 429
      throw Object.assign(new Error(`the webhook answered ${response.status}`), { isFinal })
    }
    const outbox = url !== '' && URL.canParse(url) ? new Outbox(this, deliver) : null

    this.on('input', (msg, _send, done) => {
      if (!outbox) return done(url === '' ? undefined : new Error(`${url} is not a URL`))
      outbox.add(msg.payload).then(() => done(), done)
    })
    this.on('close', () => outbox?.close())
  }

  RED.nodes.registerType('plumbline-webhook', PlumblineWebhook, {
    credentials: { secret: { type: 'password' } },
  })
}
