const { CsvSource } = require('./lib/csv-source.js')
const { Kept } = require('./lib/kept.js')

const BAD_SHOWN = 20
/** A file is parsed in one go, during which nothing else runs. */
const CHARS_MAX = 32 * 1024 * 1024

/**
 * CSV in, readings out, each row once. What was sent counts as sent when its message comes back, so wire both outputs of
 * `readings out` back to the input here.
 */
module.exports = (RED) => {
  function PlumblineCsv(config) {
    RED.nodes.createNode(this, config)
    const kept = new Kept(this, 'positions')
    let source = null

    const take = async (msg, send) => {
      if (msg.statusCode !== undefined && !(msg.statusCode < 400))
        throw new Error(`the source answered ${msg.statusCode}`)
      if (source.isWaiting)
        return this.status({ fill: 'yellow', shape: 'dot', text: 'earlier rows are not acknowledged yet' })
      const text = Buffer.isBuffer(msg.payload) ? msg.payload.toString('utf8') : msg.payload
      if (typeof text !== 'string') throw new Error('takes CSV text')
      if (text.length > CHARS_MAX)
        throw new Error(`the file has ${text.length} characters, at most ${CHARS_MAX} are read`)
      const { parts, rows, bad, news } = await source.take(text)
      const sent = parts.reduce((sum, { payload }) => sum + payload.length, 0)
      const counts = `${rows} rows, ${sent} new, ${bad} bad`
      this.status({ fill: bad > 0 ? 'yellow' : 'green', shape: 'dot', text: counts })
      for (const { payload, device, position } of parts)
        send([
          {
            topic: msg.topic,
            payload,
            ...(device === '' ? {} : { device }),
            csv: { node: this.id, device, position },
          },
          null,
        ])
      if (news.length === 0) return
      this.warn(`skipped ${news.length} bad lines; line ${news[0].line}: ${news[0].why}`)
      const report = { rows, sent, skipped: news.length, lines: news.slice(0, BAD_SHOWN) }
      send([null, { topic: 'skipped lines', payload: report }])
    }

    const settle = async ({ csv, faults }) => {
      await source.settle(csv, !faults)
      if (faults) this.status({ fill: 'red', shape: 'dot', text: 'refused; tried again at the next poll' })
      else
        this.status({
          fill: 'green',
          shape: 'dot',
          text: `sent up to ${new Date(csv.position.time).toISOString()}`,
        })
    }

    this.on('input', async (msg, send, done) => {
      try {
        source ??= new CsvSource(optionsOf(config), kept)
        if (msg.csv?.node === this.id) await settle(msg)
        else await take(msg, send)
        done()
      } catch (error) {
        this.status({ fill: 'red', shape: 'ring', text: error.message.slice(0, 60) })
        done(error)
      }
    })
  }

  RED.nodes.registerType('plumbline-csv', PlumblineCsv)
}

const optionsOf = ({ columns, timeColumn, timePattern, zone, deviceColumn, delimiter, decimal }) => ({
  columns: JSON.parse(columns || '{}'),
  timeColumn,
  timePattern,
  zone,
  deviceColumn,
  delimiter: delimiter === '\\t' ? '\t' : delimiter,
  decimal,
})
