const { createTransport } = require('nodemailer')
const { Outbox } = require('./lib/outbox.js')

const SMTP_FINAL = [500, 600]

/** Sends a mail: `msg.topic` is the subject, `msg.payload` the text, `msg.html` and `msg.attachments` if there are. */
module.exports = (RED) => {
  function PlumblineMail(config) {
    RED.nodes.createNode(this, config)
    const smtpUrl = (this.credentials.smtpUrl || '').trim()
    const to = (config.to || '').trim()
    const isSet = smtpUrl !== '' && to !== ''
    if (!isSet)
      this.status({
        fill: 'grey',
        shape: 'ring',
        text: smtpUrl === '' ? 'no SMTP server is set' : 'no recipient is set',
      })
    // The limits are those of a dead server; nothing of a mail may come from a file or a URL.
    const transport = isSet
      ? createTransport(smtpUrl, {
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      : null

    const deliver = async (mail) => {
      try {
        await transport.sendMail({ from: config.from || to.split(',')[0], to, ...mail })
      } catch (error) {
        const isFinal =
          error.responseCode >= SMTP_FINAL[0] && error.responseCode < SMTP_FINAL[1] && error.code !== 'EAUTH'
        throw Object.assign(new Error(error.message), { isFinal })
      }
    }
    const outbox = isSet ? new Outbox(this, deliver) : null

    this.on('input', (msg, _send, done) => {
      if (!outbox) return done()
      const text = typeof msg.payload === 'string' ? msg.payload : JSON.stringify(msg.payload, null, 2)
      const mail = {
        subject: String(msg.topic ?? 'Plumbline')
          .replace(/[\r\n]+/g, ' ')
          .slice(0, 200),
        text,
        ...(typeof msg.html === 'string' ? { html: msg.html } : {}),
        ...(Array.isArray(msg.attachments)
          ? {
              attachments: msg.attachments.map(({ filename, content, contentType }) => ({
                filename,
                content,
                contentType,
              })),
            }
          : {}),
      }
      outbox.add(mail).then(() => done(), done)
    })
    this.on('close', () => {
      outbox?.close()
      transport?.close()
    })
  }

  RED.nodes.registerType('plumbline-mail', PlumblineMail, { credentials: { smtpUrl: { type: 'password' } } })
}
